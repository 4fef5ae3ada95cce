import { playground } from '../page.ts';

interface TermLinkProps {
  readonly id: string;
  readonly name: string;
  /** What the eye sees; the name otherwise. */
  readonly sign?: string;
}

/** Opens the glossary at an entry. */
export const TermLink = ({ id, name, sign = name }: TermLinkProps) => (
  <button
    type="button"
    className="term-link"
    aria-label={`Glossary: ${name}`}
    title={`Opens the glossary at ${name}.`}
    onClick={() => {
      playground.set({ glossary: { term: id } });
    }}
  >
    {sign}
  </button>
);
