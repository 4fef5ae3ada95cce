import { useEffect, useMemo, useRef } from 'react';
import { toyDataset } from '../../data/toy.ts';
import { isToyId } from '../../experiment/datasets.ts';
import type { DataSummary, LayerSummary } from '../../session/protocol.ts';
import { useStreams } from '../charts/use-streams.ts';
import { figures } from '../../experiment/digits.ts';
import { whole } from '../common/format.ts';
import { TableTwin } from '../common/table-twin.tsx';
import { Picture } from '../looks/picture.tsx';
import { useLookWeights, useWatched } from '../looks/use-watched.ts';
import { usePage } from '../page.ts';
import { isRetraining } from '../state/page-state.ts';
import { layerTitle, OPTIONS, UNIT } from '../text.ts';
import { paintLevels, paintStored } from './paint-unit.ts';
import { tileNoun } from './tiles-text.ts';
import { tileShapeOf } from './tiles.ts';
import { pointText, unitTables } from './unit-text.ts';

interface UnitViewProps {
  readonly data: DataSummary;
  readonly index: number;
  readonly layer: LayerSummary;
  readonly unit: number;
}

/** Steps of the legend from -H to +H. */
const SWATCHES = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

/** One unit large: what propagates, what is stored, and what it answers to. */
export default function UnitView({ data, index, layer, unit }: UnitViewProps) {
  const [weights] = useLookWeights();
  const subject = useMemo(
    () => ({ kind: 'unit', layer: index, unit, weights }) as const,
    [index, unit, weights],
  );
  useWatched(subject);
  const { streams } = useStreams(500, 200);
  const mode = usePage((state) => state.mode);
  const retrains = usePage(isRetraining);
  const theme = usePage((state) => state.theme);
  const seen = streams.unit;
  const look = seen?.layer === index && seen.unit === unit ? seen : null;
  const H = mode === 'none' ? null : layer.H;
  const delta = retrains ? (streams.levels?.[layer.name]?.delta ?? null) : null;
  const range = useMemo(
    () => H ?? look?.stored.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-30) ?? 1,
    [H, look],
  );
  const [signs, stored] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  useEffect(() => {
    if (look === null || signs.current === null || stored.current === null) return;
    const shape = tileShapeOf(layer);
    paintLevels(signs.current, shape, look.stored, delta);
    paintStored(stored.current, shape, look.stored, range);
  }, [look, layer, delta, range, theme, signs, stored]);
  const tables = useMemo(
    () => (look === null ? [] : unitTables(look, data.classNames, H, delta)),
    [look, data, H, delta],
  );
  const { id } = data;
  // A point of the plane is no picture: its place is what it is.
  const points = useMemo(() => (isToyId(id) ? toyDataset(id).test : null), [id]);
  const noun = tileNoun(layer);
  const title = `${layerTitle(layer.name)}, ${noun} ${unit + 1}`;
  if (look === null) return <p className="caption">Looking at {title} …</p>;
  const end = H === null ? `±${figures(range, 3)}` : `H = ${figures(range, 3)}`;
  return (
    <div className="unit" role="group" aria-label={title}>
      <div className="unit-tiles">
        <figure>
          <canvas ref={signs} role="img" aria-label={`Signs of ${title}.`} />
          <figcaption>{delta === null ? UNIT.signs : UNIT.levels(figures(delta, 3))}</figcaption>
        </figure>
        <figure>
          <canvas
            ref={stored}
            role="img"
            aria-label={`Stored weights of ${title}, from −${figures(range, 3)} to +${figures(range, 3)}.`}
          />
          <figcaption>{UNIT.stored}</figcaption>
        </figure>
      </div>
      <p className="unit-legend" aria-label={`Colours from minus to plus, ${end}`} role="img">
        <span>{H === null ? `−${figures(range, 3)}` : '−H'}</span>
        {SWATCHES.map((at) => (
          <i
            key={at}
            style={{
              background: `color-mix(in srgb, var(${at < 0 ? '--sign-minus' : '--sign-plus'}) ${100 * Math.abs(at)}%, var(--paper))`,
            }}
          />
        ))}
        <span>{H === null ? `+${figures(range, 3)}` : `+H`}</span>
        <span className="caption">{H === null ? '' : end}; 0 in the middle</span>
      </p>
      <p className="caption">
        {look.excited.length === 0
          ? UNIT.silent(whole(look.examples))
          : UNIT.excited(whole(look.examples), OPTIONS.seenWith[look.weights], whole(look.step))}
      </p>
      <ol className="unit-excited" aria-label={`What excites ${title} most`}>
        {look.excited.map(({ index: example, label, activation, picture }) => (
          <li key={example}>
            {points === null ? (
              <Picture bytes={picture} shape={data.shape} />
            ) : (
              <span className="number">{pointText(points, example)}</span>
            )}
            <span>{data.classNames[label] ?? String(label)}</span>
            <span className="number">{figures(activation, 3)}</span>
            <span className="visually-hidden"> (test example {example + 1})</span>
          </li>
        ))}
      </ol>
      <TableTwin of={title} isNamed tables={tables} />
    </div>
  );
}
