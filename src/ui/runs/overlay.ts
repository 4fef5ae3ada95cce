/** Kept runs behind the run at hand: their lines, and their values on the rows of a chart. Pure. */
import { MODE_STYLES } from '../charts/colours.ts';
import { type PlotLine, type PlotRow, smoothed } from '../charts/lines.ts';
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

/** As the run at hand is smoothed. A kept curve never changes: it is done once. */
const SMOOTH = new WeakMap<Curve, Curve>();
function smooth(curve: Curve): Curve {
  const known = SMOOTH.get(curve);
  if (known !== undefined) return known;
  const means = smoothed(curve.map(([from, to, value]) => ({ from, to, value })));
  const made = curve.map(([from, to, value], k): Curve[number] => [from, to, means[k] ?? value]);
  SMOOTH.set(curve, made);
  return made;
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

type Row = Record<string, number> & { step: number; from: number };

/**
 * The rows of the run at hand, each with what the kept runs had at that step (the mean of the bucket
 * that it fell into), and behind them the rest of those that went on for longer.
 */
export function overlaid(
  rows: readonly PlotRow[],
  runs: readonly KeptRun[],
  { curve, epoch }: Overlay,
): PlotRow[] {
  if (runs.length === 0) return [...rows];
  const end = rows.at(-1)?.step ?? 0;
  const longer = new Map<number, Row>();
  for (const kept of runs) {
    for (const [from, to] of kept[curve]) {
      if (to > end && !longer.has(to)) longer.set(to, { step: to, from: Math.max(from, end + 1) });
    }
    for (const { step } of kept.epochs) {
      if (step > end && !longer.has(step)) longer.set(step, { step, from: step });
    }
  }
  const all: Row[] = [
    ...rows.map((row): Row => ({ ...row })),
    ...[...longer.values()].sort((a, b) => a.step - b.step),
  ];
  for (const kept of runs) {
    fill(all, `kept-${kept.id}`, smooth(kept[curve]));
    const weights = testedWith(kept.run);
    const figures = kept.epochs.map(
      (record) => [record.step, ownError(record[epoch], weights)] as const,
    );
    mark(all, `kept-epoch-${kept.id}`, figures);
  }
  return all;
}

/** The value of the bucket that a row's last step lies in; both ascend. */
function fill(rows: readonly Row[], key: string, curve: Curve): void {
  let k = 0;
  for (const row of rows) {
    while (k < curve.length && (curve[k]?.[1] ?? 0) < row.step) k++;
    const point = curve[k];
    if (point === undefined) return;
    if (point[0] <= row.step) row[key] = point[2];
  }
}

/** Each figure on the first row that reaches its step; both ascend. */
function mark(
  rows: readonly Row[],
  key: string,
  figures: readonly (readonly [number, number])[],
): void {
  let k = 0;
  for (const [step, value] of figures) {
    while (k < rows.length && (rows[k]?.step ?? 0) < step) k++;
    const row = rows[k];
    if (row === undefined) return;
    if (Number.isFinite(value)) row[key] = value;
  }
}
