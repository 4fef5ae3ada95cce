import type { ReactNode } from 'react';
import { TipButton } from '../common/tip-button.tsx';

interface NoticeProps {
  readonly title: string;
  /** What happened, then what was kept. */
  readonly sentences: readonly string[];
  /** The one button that helps. */
  readonly button: string;
  /** What it does, in a sentence. */
  readonly help: string;
  readonly onPress: () => void;
  readonly children?: ReactNode;
}

/** Something went wrong: what, what was kept, what helps. */
export function Notice({ title, sentences, button, help, onPress, children }: NoticeProps) {
  return (
    <div className="notice" role="alert">
      <h2>{title}</h2>
      {sentences.map((sentence) => sentence !== '' && <p key={sentence}>{sentence}</p>)}
      {children}
      <TipButton help={help} className="primary" onClick={onPress}>
        {button}
      </TipButton>
    </div>
  );
}
