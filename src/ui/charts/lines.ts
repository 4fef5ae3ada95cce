/** From streams to what a line chart and its table twin show. Pure. */
import { MODES, type Mode } from '../../experiment/spec.ts';
import type { EpochRecord } from '../../session/protocol.ts';
import type { Series, SeriesPoint } from '../state/series.ts';
import type { Streams } from '../state/streams.ts';
import { MODE_NAMES } from '../text.ts';
import { MODE_STYLES, type LineStyle } from './colours.ts';

export interface PlotLine extends LineStyle {
  readonly key: string;
  readonly name: string;
  /**
   * `faint`: the raw values behind a smoothed line. `ring`, `disc`: sparse values, each with a marker.
   * `kept`, `kept-disc`: another run's, behind the one at hand.
   */
  readonly look: 'plain' | 'faint' | 'ring' | 'disc' | 'kept' | 'kept-disc';
}

/** One place on the x axis; lines without a value there are left out. */
export interface PlotRow {
  readonly step: number;
  readonly from: number;
  readonly [line: string]: number;
}

/** Points on either side that a smoothed value takes in, nearer ones more: it neither lags nor leads. */
const REACH = 5;

export function smoothed(points: readonly SeriesPoint[]): number[] {
  return points.map((_, i) => {
    let sum = 0;
    let weight = 0;
    for (let d = -REACH; d <= REACH; d++) {
      const point = points[i + d];
      if (point === undefined) continue;
      const share = REACH + 1 - Math.abs(d);
      sum += share * point.value;
      weight += share;
    }
    return sum / weight;
  });
}

/** The training line is cut where the mode changes: each part has the look of its mode. */
export function trainLines(streams: Streams): PlotLine[] {
  const used = MODES.filter(
    (mode) =>
      mode === streams.firstMode ||
      streams.marks.some((change) => change.field === 'mode' && change.value === mode),
  );
  return used.flatMap((mode): PlotLine[] => {
    const name = `train, ${MODE_NAMES[mode].toLowerCase()}`;
    return [
      { ...MODE_STYLES[mode], dash: '', key: `raw-${mode}`, name, look: 'faint' },
      { ...MODE_STYLES[mode], key: `train-${mode}`, name, look: 'plain' },
    ];
  });
}

/** Rows of a training curve, with an epoch's figures on the row of the bucket that it ended in. */
export function trainRows(
  series: Series,
  streams: Streams,
  epochFigures: (record: EpochRecord) => Readonly<Record<string, number>>,
): PlotRow[] {
  const points = series.points();
  const means = smoothed(points);
  const ends = new Map<number, EpochRecord>();
  for (const record of streams.epochs) ends.set(Math.ceil(record.step / series.width), record);
  return points.map(({ from, to, value }, i) => {
    const mode: Mode = streams.modeAt(from);
    const row: Record<string, number> & { step: number; from: number } = { step: to, from };
    row[`raw-${mode}`] = value;
    row[`train-${mode}`] = means[i] ?? value;
    const record = ends.get(Math.ceil(to / series.width));
    if (record) Object.assign(row, finite(epochFigures(record)));
    return row;
  });
}

const finite = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));

/** Rows of several curves of one run: they share their buckets. Zeros have no place on a log axis. */
export function layerRows(curves: readonly (readonly [string, Series])[]): PlotRow[] {
  const rows = new Map<number, Record<string, number> & { step: number; from: number }>();
  for (const [key, series] of curves) {
    for (const { from, to, value } of series.points()) {
      const row = rows.get(from) ?? { step: to, from };
      if (value > 0) row[key] = value;
      rows.set(from, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.from - b.from);
}

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
