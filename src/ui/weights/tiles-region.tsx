import { useCallback, useId, useMemo, useState } from 'react';
import { isPlane } from '../../session/plane.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { useStreams } from '../charts/use-streams.ts';
import { SelectField } from '../common/select-field.tsx';
import { TableTwin } from '../common/table-twin.tsx';
import { usePage } from '../page.ts';
import { isRetraining } from '../state/page-state.ts';
import { layerTitle } from '../text.ts';
import { TilePainter } from './paint-tiles.ts';
import { TilePager } from './tile-pager.tsx';
import { gridFor, tileShapeOf } from './tiles.ts';
import { propagationCaption, tileNoun, tilesCaption, tilesTable } from './tiles-text.ts';
import { usePainter, type Paint } from './use-painter.ts';

/** In stochastic mode half the cells may differ from the last look: they glow less. */
const GLOW = { none: 1, deterministic: 1, stochastic: 0.35 } as const;

const lessMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

const NO_LAYERS: readonly LayerSummary[] = [];
/** Before a net is built. */
const NO_LAYER: LayerSummary = {
  ...{ name: 'output', kind: 'dense', kernel: 1, I: 1, O: 0, c: 1, H: 1 },
  from: { height: 1, width: 1, channels: 1 },
};

/** The heart of the page: what a layer looks at, weight by weight. */
export function TilesRegion() {
  const id = useId();
  const mode = usePage((state) => state.mode);
  const retrains = usePage(isRetraining);
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const [chosen, setChosen] = useState<string | null>(null);
  const [from, setFrom] = useState(0);
  const [width, setWidth] = useState(0);
  const [painter] = useState(() => new TilePainter());
  // Two weights a unit make no picture.
  const usual = layers[0] !== undefined && isPlane(layers[0].from) && layers.length > 1 ? 1 : 0;
  const index = Math.max(
    0,
    layers.findIndex(({ name }) => name === (chosen ?? layers[usual]?.name)),
  );
  const layer = layers[index] ?? NO_LAYER;
  const units = layer.O;
  const shape = useMemo(() => tileShapeOf(layer), [layer]);
  // A smaller layer may not have the units that were shown.
  const first = from < units ? from : 0;
  const { streams: seen } = useStreams(1000);
  const { probes } = seen;
  const paint = useCallback<Paint>(
    (canvas, streams, now) => {
      const strength = lessMotion() ? 0 : GLOW[mode];
      const bits = streams.probes?.[index]?.bits;
      // How many fit decides whether there are pages to turn.
      setWidth(canvas.clientWidth);
      return painter.paint(
        canvas,
        { bits, layer: index, shape, units, from: first },
        strength,
        now,
      );
    },
    [painter, index, shape, units, first, mode],
  );
  const canvas = usePainter(paint);
  const bits = probes?.[index]?.bits;
  const tables = useMemo(() => [tilesTable(layer, bits, first)], [layer, bits, first]);
  const noun = tileNoun(layer);
  const grid = gridFor(width * devicePixelRatio, units, shape);
  const page = grid.columns * grid.rows;
  const title = layerTitle(layer.name);
  return (
    <section className="region tiles" aria-labelledby={id}>
      <div className="tiles-head">
        <h3 id={id}>Weight signs</h3>
        <SelectField
          name="Shown layer"
          help="shownLayer"
          side="end"
          value={layer.name}
          options={layers.map(({ name }) => [name, layerTitle(name)] as const)}
          onChange={(name) => {
            setChosen(name);
            setFrom(0);
          }}
        />
      </div>
      <p className="caption">
        {tilesCaption(layer, index === 0)} {propagationCaption(mode, retrains)}
      </p>
      <p className="tile-key">
        <i className="swatch-plus" /> {mode === 'none' ? 'positive' : '+H'}
        <i className="swatch-minus" /> {mode === 'none' ? 'negative' : '−H'}
        <i className="swatch-glow" /> just flipped
      </p>
      <canvas
        ref={canvas}
        role="img"
        aria-label={
          bits === undefined
            ? `Signs of ${title}: not measured yet.`
            : `Signs of the weights of ${title}, from ${noun} ${first + 1} of ${units} on, one tile a ${noun}.`
        }
      />
      {units > page && (
        <TilePager noun={noun} units={units} from={first} page={page} onTurn={setFrom} />
      )}
      <TableTwin of="weight signs" tables={tables} />
    </section>
  );
}
