/** Kept runs behind the run at hand: their lines, and their values on the rows of a chart. Pure. */
import { type Axis, type AxisKind, axisOf } from '../charts/axis.ts';
import { MODE_STYLES } from '../charts/colours.ts';
import { type PlotLine, type PlotRow, smoothed, type View } from '../charts/lines.ts';
import { lastSpec, type KeptRun, ownError, testedWith } from './kept-run.ts';

/** Of runs of one mode, which share its colour. */
const DASHES = ['', '5 2', '1.5 2', '7 2 1.5 2', '9 4', '3 3'] as const;
export const dashOf = ({ slot }: Pick<KeptRun, 'slot'>): string =>
  DASHES[slot % DASHES.length] ?? '';

export const colourOf = ({ run }: Pick<KeptRun, 'run'>): string =>
  MODE_STYLES[lastSpec(run).mode].colour;

type Curve = KeptRun['loss'];

/** What of a run a chart shows: its curve by step, and a figure with its own weights by epoch. */
export interface Overlay {
  readonly curve: 'loss' | 'error';
  readonly epoch: 'validationLoss' | 'testError';
}

export const LOSS_OVERLAY: Overlay = { curve: 'loss', epoch: 'validationLoss' };
export const ERROR_OVERLAY: Overlay = { curve: 'error', epoch: 'testError' };

/** As the run at hand is smoothed. A kept curve never changes: it is done once for each smoothing. */
const SMOOTH = new WeakMap<Curve, { readonly smoothing: number; readonly curve: Curve }>();
function smooth(curve: Curve, smoothing: number): Curve {
  const known = SMOOTH.get(curve);
  if (known?.smoothing === smoothing) return known.curve;
  const points = curve.map(([from, to, value]) => ({ from, to, value }));
  const means = smoothed(points, smoothing);
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

/** Lines of the runs that are shown; `what` says which figure stands at the epochs. */
export const overlayLines = (runs: readonly KeptRun[], what: string): PlotLine[] =>
  runs.flatMap((kept): PlotLine[] => {
    const style = { colour: colourOf(kept), dash: dashOf(kept) };
    return [
      { ...style, key: `kept-${kept.id}`, name: `${kept.name}, train`, look: 'kept' },
      { ...style, key: `kept-epoch-${kept.id}`, name: `${kept.name}, ${what}`, look: 'kept-disc' },
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
    fill(all, `kept-${kept.id}`, smooth(kept[curve], smoothing), axis);
    const weights = testedWith(kept.run);
    const figures = kept.epochs.map(
      (record) => [axis.at(record.step), ownError(record[epoch], weights)] as const,
    );
    mark(all, `kept-epoch-${kept.id}`, figures);
  }
  return all;
}

/** The value of the bucket that a row's place lies in; both ascend. */
function fill(rows: readonly Row[], key: string, curve: Curve, axis: Axis): void {
  let k = 0;
  for (const row of rows) {
    while (k < curve.length && axis.at(curve[k]?.[1] ?? 0) < row.x) k++;
    const point = curve[k];
    if (point === undefined) return;
    if (axis.at(point[0] - 1) < row.x) row[key] = point[2];
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
