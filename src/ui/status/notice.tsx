import type { ReactNode } from 'react';

interface NoticeProps {
  readonly title: string;
  /** What happened, then what was kept. */
  readonly sentences: readonly string[];
  /** The one button that helps. */
  readonly button: string;
  readonly onPress: () => void;
  readonly children?: ReactNode;
}

/** Something went wrong: what, what was kept, what helps. */
export function Notice({ title, sentences, button, onPress, children }: NoticeProps) {
  return (
    <div className="notice" role="alert">
      <h2>{title}</h2>
      {sentences.map((sentence) => sentence !== '' && <p key={sentence}>{sentence}</p>)}
      {children}
      <button type="button" className="primary" onClick={onPress}>
        {button}
      </button>
    </div>
  );
}
