import { useCallback, useId, useState } from 'react';
import { usePage } from '../page.ts';
import { useStreams } from '../charts/use-streams.ts';
import { CHARTS } from '../text.ts';
import { TilePainter } from './paint-tiles.ts';
import { TilePager } from './tile-pager.tsx';
import { gridFor } from './tiles.ts';
import { usePainter, type Paint } from './use-painter.ts';

/** In stochastic mode half the cells may differ from the last look: they glow less. */
const GLOW = { none: 1, deterministic: 1, stochastic: 0.35 } as const;
const CAPTIONS = {
  none: CHARTS.tilesReal,
  deterministic: CHARTS.tilesBinary,
  stochastic: CHARTS.tilesSampled,
} as const;

const lessMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The heart of the page: what the first layer looks at, weight by weight. */
export function TilesRegion() {
  const id = useId();
  const mode = usePage((state) => state.mode);
  const units = usePage((state) => state.opened?.layers[0]?.O ?? 0);
  const inputs = usePage((state) => state.opened?.layers[0]?.I ?? 784);
  const [from, setFrom] = useState(0);
  const [painter] = useState(() => new TilePainter());
  // A smaller net may not have the units that were shown.
  const first = from < units ? from : 0;
  const { streams: seen } = useStreams(1000);
  const paint = useCallback<Paint>(
    (canvas, streams, now) => {
      const strength = lessMotion() ? 0 : GLOW[mode];
      return painter.paint(canvas, streams.probes?.[0]?.bits, units, first, strength, now);
    },
    [painter, units, first, mode],
  );
  const canvas = usePainter(paint);
  const isSquare = inputs === 784;
  const hasLooked = seen.probes !== null;
  return (
    <section className="region tiles" aria-labelledby={id}>
      <h3 id={id}>First-layer signs</h3>
      <p className="caption">
        {CHARTS.tiles} {CAPTIONS[mode]}
      </p>
      <p className="tile-key">
        <i className="swatch-plus" /> {mode === 'none' ? 'positive' : '+H'}
        <i className="swatch-minus" /> {mode === 'none' ? 'negative' : '−H'}
        <i className="swatch-glow" /> just flipped
      </p>
      {isSquare && (
        <canvas
          ref={canvas}
          role="img"
          aria-label={
            hasLooked
              ? `Signs of the weights of units ${first + 1} and on, of ${units}, one tile a unit.`
              : 'Signs of the first layer: not measured yet.'
          }
        />
      )}
      <TilePager
        units={units}
        from={first}
        page={() => {
          const { clientWidth } = canvas.current ?? { clientWidth: 0 };
          const { columns, rows } = gridFor(clientWidth * devicePixelRatio, units);
          return columns * rows;
        }}
        onTurn={setFrom}
      />
    </section>
  );
}
