import { useCallback } from 'react';
import { layerColour } from '../charts/colours.ts';
import type { StoredLook } from '../state/strip.ts';
import { figures } from '../../experiment/digits.ts';
import { share } from '../common/format.ts';
import { paintHistogram } from './paint-histogram.ts';
import { usePainter, type Paint } from './use-painter.ts';

interface HistogramProps {
  readonly name: string;
  readonly index: number;
  readonly layers: number;
  readonly isClipped: boolean;
  /** What is shown; null: the latest there is, as it comes. */
  readonly look: StoredLook | null;
  /** Half-width of the axis; null before the first look. */
  readonly range: number | null;
  readonly saturation: number;
  readonly summary: string;
}

/** One layer's stored weights. */
export function Histogram(props: HistogramProps) {
  const { name, index, layers, isClipped, look, range, saturation, summary } = props;
  const paint = useCallback<Paint>(
    (canvas, streams) => {
      paintHistogram(canvas, look ?? streams.probes?.[index], isClipped);
      return false;
    },
    [index, isClipped, look],
  );
  const canvas = usePainter(paint);
  const end = range === null ? '' : figures(range, 3);
  return (
    <div className="histogram">
      <p className="histogram-head">
        <span className="layer-key" style={{ background: layerColour(index, layers) }} />
        {name}
        {isClipped && (
          <span className="histogram-saturation">
            at ±H <b>{range === null ? '–' : share(saturation)}</b>
          </span>
        )}
      </p>
      <canvas ref={canvas} role="img" aria-label={summary} />
      <p className="histogram-axis" aria-hidden="true">
        <span className={isClipped ? 'sign-minus' : undefined}>
          {isClipped ? '−H' : ''} {end && `${isClipped ? '= ' : ''}−${end}`}
        </span>
        <span>0</span>
        <span className={isClipped ? 'sign-plus' : undefined}>
          {isClipped ? '+H' : ''} {end && `${isClipped ? '= ' : ''}+${end}`}
        </span>
      </p>
    </div>
  );
}
