import { useId, type ReactNode } from 'react';

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
  return (
    <span className={['has-tip', className].filter(Boolean).join(' ')}>
      {children(id)}
      <span role="tooltip" id={id} className="tip" data-side={side}>
        {text}
      </span>
    </span>
  );
}
