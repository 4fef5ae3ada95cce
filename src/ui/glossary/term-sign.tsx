import { TipButton } from '../common/tip-button.tsx';
import { playground } from '../page.ts';

interface TermSignProps {
  readonly id: string;
  readonly name: string;
  /** What the eye sees; the name otherwise. */
  readonly sign?: string;
}

/** Opens the glossary at an entry, and says so; within an explanation, `TermSign` does. */
export const TermSign = ({ id, name, sign = name }: TermSignProps) => (
  <TipButton
    help={`Opens the glossary at ${name}.`}
    className="term-link"
    aria-label={`Glossary: ${name}`}
    onClick={() => {
      playground.set({ glossary: { term: id } });
    }}
  >
    {sign}
  </TipButton>
);
