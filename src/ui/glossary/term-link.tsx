import { playground } from '../page.ts';

interface TermLinkProps {
  readonly id: string;
  readonly name: string;
}

/** Opens the glossary at an entry, from within an explanation: it has none of its own. */
export const TermLink = ({ id, name }: TermLinkProps) => (
  <button
    type="button"
    className="term-link"
    aria-label={`Glossary: ${name}`}
    title={`Opens the glossary at ${name}.`}
    onClick={() => {
      playground.set({ glossary: { term: id } });
    }}
  >
    {name}
  </button>
);
