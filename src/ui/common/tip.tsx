import { useId, type ReactNode } from 'react';
import { TermLink } from '../glossary/term-link.tsx';
import { termOfText } from '../glossary/term-of.ts';

interface TipProps {
  /** One sentence. */
  readonly text: string;
  readonly children: (describedBy: string) => ReactNode;
  readonly className?: string;
  /** Which edge of the control the sentence keeps to. */
  readonly side?: 'start' | 'end';
}

/**
 * A control with its one-sentence explanation: shown while the pointer or the focus is on it, read
 * out as its description. Escape hides it (see `useTipDismissal`); the pointer may move onto it.
 */
export function Tip({ text, children, className, side = 'start' }: TipProps) {
  const id = useId();
  const term = termOfText(text);
  return (
    <span className={['has-tip', className].filter(Boolean).join(' ')}>
      {children(id)}
      <span className="tip" data-side={side}>
        <span role="tooltip" id={id}>
          {text}
        </span>
        {term !== null && <TermLink id={term[0]} name={term[1]} />}
      </span>
    </span>
  );
}
