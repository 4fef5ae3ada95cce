import { useCallback, useId, useMemo, useState } from 'react';
import type { Mode } from '../../experiment/spec.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { useStreams } from '../charts/use-streams.ts';
import { part } from '../common/part.tsx';
import { SelectField } from '../common/select-field.tsx';
import { TableTwin } from '../common/table-twin.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { usePage } from '../page.ts';
import { isRetraining } from '../state/page-state.ts';
import { Tip } from '../common/tip.tsx';
import { layerTitle, NOT_BUILT, UNIT } from '../text.ts';
import { TilePainter } from './paint-tiles.ts';
import { showLayer, SIGNS, useShownLayer } from './shown-layer.ts';
import { TilePager } from './tile-pager.tsx';
import { GLOW, lessMotion } from './glow.ts';
import { gridFor, tileAt, tileShapeOf } from './tiles.ts';
import { propagationCaption, tileNoun, tilesCaption, tilesTable } from './tiles-text.ts';
import { usePainter, type Paint } from './use-painter.ts';

const UnitView = part(() => import('./unit-view.tsx'));

/** What a cell looks like that just flipped: on the one sign's colour, and on the other's. */
const glowOf = (mode: Mode): string => {
  const [plus, minus] = ['--sign-plus', '--sign-minus'].map(
    (sign) => `color-mix(in srgb, var(--glow) ${100 * GLOW[mode]}%, var(${sign})) 50%`,
  );
  return `linear-gradient(90deg, ${plus}, ${minus})`;
};

/** Where in a layer one looks. */
interface Place {
  readonly of: string;
  /** The first unit shown. */
  readonly from: number;
  /** The unit shown large; null: none. */
  readonly asked: number | null;
}

const NO_PLACE = { from: 0, asked: null } as const;

const NO_LAYERS: readonly LayerSummary[] = [];

/** The heart of the page: what a layer looks at, weight by weight. */
export function TilesRegion() {
  const id = useId();
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const index = useShownLayer(layers);
  const layer = layers[index];
  return (
    <section className="region tiles" id={SIGNS} aria-labelledby={id}>
      <div className="tiles-head">
        <h3 id={id}>Weight signs</h3>
        {layer !== undefined && (
          <SelectField
            name="Shown layer"
            help="shownLayer"
            side="end"
            value={layer.name}
            options={layers.map(({ name }) => [name, layerTitle(name)] as const)}
            onChange={showLayer}
          />
        )}
      </div>
      {layer === undefined ? (
        <p className="caption">{NOT_BUILT}</p>
      ) : (
        <Tiles layer={layer} index={index} />
      )}
    </section>
  );
}

/** The tiles of a layer, and one of its units large. */
function Tiles({ layer, index }: { readonly layer: LayerSummary; readonly index: number }) {
  const mode = usePage((state) => state.mode);
  const retrains = usePage(isRetraining);
  const [width, setWidth] = useState(0);
  const [unitId, unitsId] = [useId(), useId()];
  const data = usePage((state) => state.opened?.data ?? null);
  const [painter] = useState(() => new TilePainter());
  // Another layer is looked at from its beginning, and none of its units large.
  const [place, setPlace] = useState<Place>({ of: '', from: 0, asked: null });
  const { from, asked } = place.of === layer.name ? place : NO_PLACE;
  const setFrom = (first: number) => {
    setPlace({ of: layer.name, from: first, asked });
  };
  const setAsked = (wanted: number | null) => {
    setPlace({ of: layer.name, from, asked: wanted });
  };
  const units = layer.O;
  const shape = useMemo(() => tileShapeOf(layer), [layer]);
  // A smaller layer may not have the units that were shown.
  const first = from < units ? from : 0;
  const { streams: seen } = useStreams(1000);
  const { probes } = seen;
  const paint = useCallback<Paint>(
    (canvas, streams, now) => {
      // With less motion what flipped is marked, and stays marked for a while; nothing fades.
      const still = lessMotion();
      const bits = streams.probes?.[index]?.bits;
      // How many fit decides whether there are pages to turn.
      setWidth(canvas.clientWidth);
      return painter.paint(
        canvas,
        { bits, layer: index, shape, units, from: first },
        { strength: GLOW[mode], still },
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
  const unit = asked !== null && asked < units ? asked : null;
  return (
    <>
      <p className="caption">
        {tilesCaption(layer, index === 0)} {propagationCaption(mode, retrains)}
      </p>
      <p className="tile-key">
        <i className="swatch-plus" /> {mode === 'none' ? 'positive' : '+H'}
        <i className="swatch-minus" /> {mode === 'none' ? 'negative' : '−H'}
        <i className="swatch-glow" style={{ background: glowOf(mode) }} /> just flipped
      </p>
      <canvas
        ref={canvas}
        role="img"
        className="tiles-picture"
        // The field below does the same for those who use no pointer.
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const tile = tileAt(
            (event.clientX - box.left) * devicePixelRatio,
            (event.clientY - box.top) * devicePixelRatio,
            grid,
            shape,
          );
          if (tile !== null && first + tile < units) setAsked(first + tile);
        }}
        aria-label={
          bits === undefined
            ? `Signs of ${title}: not measured yet.`
            : `Signs of the weights of ${title}, from ${noun} ${first + 1} of ${units} on, one tile a ${noun}.`
        }
      />
      {units > page && (
        <TilePager noun={noun} units={units} from={first} page={page} onTurn={setFrom} />
      )}
      <p className="unit-choice">
        <Tip text={UNIT.number} className="field">
          {(describedBy) => (
            <>
              <label htmlFor={unitId}>Look at {noun}</label>
              <input
                id={unitId}
                type="number"
                min={1}
                max={units}
                step={1}
                placeholder="none"
                value={unit === null ? '' : unit + 1}
                aria-describedby={`${unitsId} ${describedBy}`}
                onChange={({ target }) => {
                  const number = Number(target.value);
                  const isUnit = Number.isInteger(number) && number >= 1 && number <= units;
                  setAsked(isUnit ? number - 1 : null);
                }}
              />
            </>
          )}
        </Tip>
        <span id={unitsId}>of {units}</span>
        {unit !== null && (
          <TipButton
            help={UNIT.close}
            onClick={() => {
              setAsked(null);
            }}
          >
            Close
          </TipButton>
        )}
      </p>
      {unit !== null && data !== null && (
        <UnitView data={data} index={index} layer={layer} unit={unit} />
      )}
      <TableTwin of="weight signs" isNamed={unit !== null} tables={tables} />
    </>
  );
}
