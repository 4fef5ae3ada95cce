import { type PointerEvent, useCallback } from 'react';
import { momentAt, paintStrip, type Placed } from './paint-strip.ts';
import { usePainter, type Paint } from './use-painter.ts';

interface StripProps {
  /** What it shows, in a sentence. */
  readonly summary: string;
  readonly layer: number;
  readonly placed: readonly Placed[];
  /** The step that is looked at; null: now. */
  readonly chosen: number | null;
  readonly onChoose: (step: number) => void;
}

/** A layer's stored weights over time. By keyboard the moment is chosen with the slider above. */
export function Strip({ summary, layer, placed, chosen, onChoose }: StripProps) {
  const paint = useCallback<Paint>(
    (canvas) => {
      paintStrip(canvas, placed, layer, chosen);
      return false;
    },
    [placed, layer, chosen],
  );
  const canvas = usePainter(paint);
  const scrub = ({ currentTarget, clientX, buttons }: PointerEvent) => {
    if (buttons !== 1) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    const found = momentAt(placed, Math.min(1, Math.max(0, (clientX - left) / width)));
    if (found !== null) onChoose(found.moment.step);
  };
  return (
    <canvas
      ref={canvas}
      className="strip"
      role="img"
      aria-label={summary}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={scrub}
    />
  );
}
