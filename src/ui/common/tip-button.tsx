import type { ComponentProps } from 'react';
import { Tip } from './tip.tsx';

interface TipButtonProps extends Omit<ComponentProps<'button'>, 'title'> {
  /** What it does, in a sentence. */
  readonly help: string;
  readonly side?: 'start' | 'end';
}

/** A button with its explanation. */
export const TipButton = ({ help, side = 'start', type = 'button', ...button }: TipButtonProps) => (
  <Tip text={help} side={side}>
    {(describedBy) => <button {...button} type={type} aria-describedby={describedBy} />}
  </Tip>
);
