import { useId, type MouseEventHandler, type ReactNode } from 'react';

interface TipSummaryProps {
  /** What unfolds, in a sentence. */
  readonly help: string;
  readonly children: ReactNode;
  readonly onClick?: MouseEventHandler<HTMLElement>;
}

/** The line of a disclosure with its explanation, which is no part of its name. */
export function TipSummary({ help, children, onClick }: TipSummaryProps) {
  const id = useId();
  return (
    <summary className="has-tip" aria-describedby={id} onClick={onClick}>
      {children}
      <span className="tip" aria-hidden="true" id={id}>
        {help}
      </span>
    </summary>
  );
}
