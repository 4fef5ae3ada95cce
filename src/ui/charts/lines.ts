/** From streams to what a line chart and its table twin show. Pure. */
import { MODES } from '../../experiment/spec.ts';
import type { EpochRecord } from '../../session/protocol.ts';
import type { Series, SeriesPoint } from '../state/series.ts';
import type { Streams } from '../state/streams.ts';
import { MODE_NAMES } from '../text.ts';
import type { Axis } from './axis.ts';
import { MODE_STYLES, type LineStyle } from './colours.ts';

export interface PlotLine extends LineStyle {
  readonly key: string;
  readonly name: string;
  /**
   * `faint`: the raw values behind a smoothed line. `ring`, `disc`: sparse values, each with a marker.
   * `kept`, `kept-disc`: another run's, behind the one at hand.
   */
  readonly look: 'plain' | 'faint' | 'ring' | 'disc' | 'kept' | 'kept-disc';
  /** What stands where it ends. */
  readonly label?: string;
}

/** Sparse values, joined over what lies between. */
export const isSparse = ({ look }: PlotLine): boolean =>
  look === 'ring' || look === 'disc' || look === 'kept-disc';

/** Of another run than the one at hand. */
export const isKept = ({ look }: PlotLine): boolean => look === 'kept' || look === 'kept-disc';

/** One place on the x axis; lines without a value there are left out. */
export interface PlotRow {
  readonly x: number;
  /** The steps it stands for, `from` to `step`; 0 where they are another run's. */
  readonly step: number;
  readonly from: number;
  readonly [line: string]: number;
}

type Row = Record<string, number> & { x: number; step: number; from: number };

/** How curves are to be seen. */
export interface View {
  readonly axis: Axis;
  /** 0: not at all. Up to 0.99. */
  readonly smoothing: number;
}

/**
 * Means in which a point counts `share` times as much as its neighbour on the nearer side: they neither
 * lag nor lead. 0 leaves the values as they are.
 */
export function smoothed(points: readonly SeriesPoint[], share: number): number[] {
  const sums = points.map(({ value }) => value);
  if (share === 0) return sums;
  const weights = sums.map(() => 1);
  // Once from the left and once from the right; each point's own value is counted by the first only.
  for (const order of [points.map((_, i) => i), points.map((_, i) => points.length - 1 - i)]) {
    let sum = 0;
    let weight = 0;
    for (const i of order) {
      sums[i] = (sums[i] ?? 0) + sum;
      weights[i] = (weights[i] ?? 0) + weight;
      sum = share * (sum + (points[i]?.value ?? 0));
      weight = share * (weight + 1);
    }
  }
  return sums.map((sum, i) => sum / (weights[i] ?? 1));
}

/** A line, and behind it the faint one of its raw values where it is smoothed. */
export const withRaw = (lines: readonly PlotLine[], smoothing: number): PlotLine[] =>
  smoothing === 0
    ? [...lines]
    : lines.flatMap((line): PlotLine[] => [
        { ...line, dash: '', key: rawKey(line.key), look: 'faint' },
        line,
      ]);

const rawKey = (key: string): string => `raw-${key}`;

/** The training line is cut where the mode changes: each part has the look of its mode. */
export function trainLines(streams: Streams, smoothing: number): PlotLine[] {
  const used = MODES.filter(
    (mode) =>
      mode === streams.firstMode ||
      streams.marks.some((change) => change.field === 'mode' && change.value === mode),
  );
  const lines = used.map((mode): PlotLine => ({
    ...MODE_STYLES[mode],
    key: `train-${mode}`,
    name: `train, ${MODE_NAMES[mode].toLowerCase()}`,
    look: 'plain',
  }));
  return withRaw(lines, smoothing);
}

/** Rows of a training curve, with an epoch's figures on the row of the bucket that it ended in. */
export function trainRows(
  series: Series,
  streams: Streams,
  { axis, smoothing }: View,
  epochFigures: (record: EpochRecord) => Readonly<Record<string, number>>,
): PlotRow[] {
  const points = series.points();
  // Each stretch by itself: a mean across a change of mode would be a value of neither.
  const means = stretches(points, ({ from }) => streams.modeAt(from)).flatMap((stretch) =>
    smoothed(stretch, smoothing),
  );
  const ends = new Map<number, EpochRecord>();
  for (const record of streams.epochs) ends.set(Math.ceil(record.step / series.width), record);
  return points.map(({ from, to, value }, i) => {
    const key = `train-${streams.modeAt(from)}`;
    const row: Row = { x: axis.at(to), step: to, from };
    if (smoothing > 0) row[rawKey(key)] = value;
    row[key] = means[i] ?? value;
    const record = ends.get(Math.ceil(to / series.width));
    if (record) Object.assign(row, finite(epochFigures(record)));
    return row;
  });
}

/** Consecutive items of one kind. */
export function stretches<T>(items: readonly T[], kindOf: (item: T) => string): T[][] {
  const all: T[][] = [];
  let kind: string | null = null;
  for (const item of items) {
    const next = kindOf(item);
    if (next === kind) all.at(-1)?.push(item);
    else all.push([item]);
    kind = next;
  }
  return all;
}

const finite = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));

/** Rows of several curves of one run: they share their buckets. */
export function curveRows(
  curves: readonly (readonly [string, Series])[],
  { axis, smoothing }: View,
): PlotRow[] {
  const rows = new Map<number, Row>();
  for (const [key, series] of curves) {
    const points = series.points();
    const means = smoothed(points, smoothing);
    const least = points.reduce((low, { value }) => (value > 0 ? Math.min(low, value) : low), 1);
    points.forEach(({ from, to, value }, i) => {
      const row = rows.get(from) ?? { x: axis.at(to), step: to, from };
      if (smoothing > 0) row[rawKey(key)] = value;
      // Less than the least that was measured is an echo of a neighbour far away, not a value.
      const mean = means[i] ?? value;
      row[key] = mean < 0.999 * least ? 0 : mean;
      rows.set(from, row);
    });
  }
  return [...rows.values()].sort((a, b) => a.from - b.from);
}

/** Rows with a few values more, each on the first row that reaches its step; both ascend. */
export function sparseAt(
  rows: readonly PlotRow[],
  key: string,
  values: readonly (readonly [step: number, value: number])[],
): PlotRow[] {
  if (values.length === 0) return [...rows];
  const all = rows.map((row): Row => ({ ...row }));
  let k = 0;
  for (const [step, value] of values) {
    while (k < all.length - 1 && (all[k]?.step ?? 0) < step) k++;
    const row = all[k];
    if (row !== undefined && Number.isFinite(value)) row[key] = value;
  }
  return all;
}

/** What has a place on a log axis: zeros have none. */
export const aboveZero = (rows: readonly PlotRow[], lines: readonly PlotLine[]): PlotRow[] =>
  rows.map((row) => {
    const { x, step, from } = row;
    const kept: Row = { x, step, from };
    for (const { key } of lines) {
      const value = row[key];
      if (value !== undefined && value > 0) kept[key] = value;
    }
    return kept;
  });

/** `steps 17-32`, or `step 3`. */
export const stepsText = (from: number, to: number): string =>
  from === to ? String(to) : `${from}–${to}`;

/** At most `count` of the items, evenly spaced, the first and the last among them. */
export function thinned<T>(items: readonly T[], count = 20): T[] {
  if (items.length <= count) return [...items];
  const last = items.length - 1;
  const picked = new Set(
    Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1))),
  );
  return items.filter((_, i) => picked.has(i));
}

/** Legend of lines with what each last held; raw values stand behind a line that is named already. */
export function legendOf(
  lines: readonly PlotLine[],
  rows: readonly PlotRow[],
  print: (value: number) => string,
): { readonly line: PlotLine; readonly latest: string }[] {
  return lines
    .filter(({ look }) => look !== 'faint')
    .map((line) => {
      const value = rows.findLast((row) => line.key in row)?.[line.key];
      return { line, latest: value === undefined ? '' : print(value) };
    });
}
