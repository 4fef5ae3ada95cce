/** Kept runs behind the run at hand: their lines, and their values on the rows of a chart. Pure. */
import type { Mode } from '../../experiment/spec.ts';
import { type Axis, type AxisKind, axisOf } from '../charts/axis.ts';
import { type LineStyle, shadedStyle } from '../charts/colours.ts';
import { type PlotLine, type PlotRow, smoothed, stretches, type View } from '../charts/lines.ts';
import { MODE_NAMES } from '../text.ts';
import { lastSpec, type KeptRun, modesOf, numberOf, ownError } from './kept-run.ts';

/** A run looks like the mode it ended in, wherever it is shown; its number and shade tell it from others of that mode. */
export const styleOf = ({ run, shade = 0 }: Pick<KeptRun, 'run' | 'shade'>): LineStyle =>
  shadedStyle(lastSpec(run).mode, shade);

type Curve = KeptRun['loss'];

/** What of a run a chart shows: its curve by step, and a figure with its own weights by epoch. */
export interface Overlay {
  readonly curve: 'loss' | 'error';
  readonly epoch: 'validationLoss' | 'testError';
  /** What the figure is of. */
  readonly split: 'validation' | 'test';
}

export const LOSS_OVERLAY: Overlay = {
  ...{ curve: 'loss', epoch: 'validationLoss', split: 'validation' },
};
export const ERROR_OVERLAY: Overlay = { curve: 'error', epoch: 'testError', split: 'test' };

/** The mode in force when the step numbered `step` (from 1) was taken. */
function modeAt({ run }: KeptRun, step: number): Mode {
  let { mode } = run.spec;
  for (const change of run.changes) {
    if (change.field === 'mode' && change.step < step) mode = change.value;
  }
  return mode;
}

/** As that of the run at hand, a line is cut where the mode changes; the last part has the run's name. */
const curveKey = (kept: KeptRun, mode: Mode): string =>
  mode === lastSpec(kept.run).mode ? `kept-${kept.id}` : `kept-${mode}-${kept.id}`;

/** As the run at hand is smoothed. A kept curve never changes: it is done once for each smoothing. */
const SMOOTH = new WeakMap<Curve, { readonly smoothing: number; readonly curve: Curve }>();
function smooth(kept: KeptRun, curve: Curve, smoothing: number): Curve {
  const known = SMOOTH.get(curve);
  if (known?.smoothing === smoothing) return known.curve;
  const points = curve.map(([from, to, value]) => ({ from, to, value }));
  const means = stretches(points, ({ from }) => modeAt(kept, from)).flatMap((stretch) =>
    smoothed(stretch, smoothing),
  );
  const made = curve.map(([from, to, value], k): Curve[number] => [from, to, means[k] ?? value]);
  SMOOTH.set(curve, { smoothing, curve: made });
  return made;
}

/** Where a kept run's steps stand; null where its time is not known. */
export function keptAxis(kind: AxisKind, kept: KeptRun): Axis | null {
  const { clock, step, stepsPerEpoch, stepsPerSecond } = kept;
  const even = stepsPerSecond > 0 ? [[0, 0] as const, [step, step / stepsPerSecond] as const] : [];
  const knots = clock ?? even;
  return kind === 'seconds' && knots.length < 2 ? null : axisOf(kind, stepsPerEpoch, knots);
}

/** Where the longest of the runs ends on an axis of that kind. */
export const keptEnd = (kind: AxisKind, runs: readonly KeptRun[]): number =>
  runs.reduce((end, kept) => Math.max(end, keptAxis(kind, kept)?.at(kept.step) ?? 0), 0);

/** Lines of the runs that are shown. */
export const overlayLines = (runs: readonly KeptRun[], { split }: Overlay): PlotLine[] =>
  runs.flatMap((kept): PlotLine[] => {
    const last = lastSpec(kept.run).mode;
    const earlier = [...new Set(modesOf(kept.run))].filter((mode) => mode !== last);
    const name = `${kept.name}, train`;
    return [
      ...earlier.map((mode): PlotLine => ({
        ...shadedStyle(mode, kept.shade ?? 0),
        key: curveKey(kept, mode),
        ...{ name: `${name}, ${MODE_NAMES[mode].toLowerCase()}`, look: 'kept' },
      })),
      { ...styleOf(kept), key: curveKey(kept, last), name, look: 'kept', label: numberOf(kept) },
      {
        ...styleOf(kept),
        ...{ key: `kept-epoch-${kept.id}`, name: `${kept.name}, ${split}`, look: 'kept-disc' },
      },
    ];
  });

type Row = Record<string, number> & { x: number; step: number; from: number };

/**
 * The rows of the run at hand, each with what the kept runs had at that place of the axis (the mean of
 * the bucket that it fell into), and behind them the rest of those that went on for longer.
 */
export function overlaid(
  rows: readonly PlotRow[],
  runs: readonly KeptRun[],
  { curve, epoch }: Overlay,
  { axis: { kind }, smoothing }: View,
): PlotRow[] {
  if (runs.length === 0) return [...rows];
  const end = rows.at(-1)?.x ?? 0;
  const longer = new Map<number, Row>();
  const placed = runs.flatMap((kept) => {
    const axis = keptAxis(kind, kept);
    return axis === null ? [] : [{ kept, axis }];
  });
  for (const { kept, axis } of placed) {
    const add = (from: number, step: number) => {
      const x = axis.at(step);
      if (x <= end || longer.has(x)) return;
      // Off the axis of steps they are another run's, and not said.
      const steps =
        kind === 'step' ? { step, from: Math.max(from, end + 1) } : { step: 0, from: 0 };
      longer.set(x, { x, ...steps });
    };
    for (const [from, to] of kept[curve]) add(from, to);
    for (const { step } of kept.epochs) add(step, step);
  }
  const all: Row[] = [
    ...rows.map((row): Row => ({ ...row })),
    ...[...longer.values()].sort((a, b) => a.x - b.x),
  ];
  for (const { kept, axis } of placed) {
    fill(all, kept, smooth(kept, kept[curve], smoothing), axis);
    const figures = kept.epochs.map(
      (record) => [axis.at(record.step), ownError(record[epoch], kept.weights)] as const,
    );
    mark(all, `kept-epoch-${kept.id}`, figures);
  }
  return all;
}

/** The value of the bucket that a row's place lies in; both ascend. */
function fill(rows: readonly Row[], kept: KeptRun, curve: Curve, axis: Axis): void {
  let k = 0;
  for (const row of rows) {
    while (k < curve.length && axis.at(curve[k]?.[1] ?? 0) < row.x) k++;
    const point = curve[k];
    if (point === undefined) return;
    const [from, , value] = point;
    if (axis.at(from - 1) < row.x) row[curveKey(kept, modeAt(kept, from))] = value;
  }
}

/** Each figure on the first row that reaches its place; both ascend. */
function mark(
  rows: readonly Row[],
  key: string,
  figures: readonly (readonly [number, number])[],
): void {
  let k = 0;
  for (const [x, value] of figures) {
    while (k < rows.length && (rows[k]?.x ?? 0) < x) k++;
    const row = rows[k];
    if (row === undefined) return;
    if (Number.isFinite(value)) row[key] = value;
  }
}
