/** All that is needed to draw a line chart: on the page, or on paper. */
import type { AxisKind } from './axis.ts';
import { decadesOf } from './levels.ts';
import { aboveZero, type PlotLine, type PlotRow } from './lines.ts';
import type { Tools } from './tools.ts';

export interface PlotMark {
  /** Where on the axis. */
  readonly x: number;
  readonly text: string;
}

/** A level to compare with, such as a published error. */
export interface PlotReference {
  readonly value: number;
  readonly text: string;
}

export interface ChartModel {
  readonly title: string;
  readonly kind: AxisKind;
  readonly rows: readonly PlotRow[];
  readonly lines: readonly PlotLine[];
  readonly marks: readonly PlotMark[];
  readonly references: readonly PlotReference[];
  /** Print a value of the y axis. */
  readonly tick: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Powers of ten to show; null: the axis is linear and starts at 0. */
  readonly decades: readonly number[] | null;
}

interface Scaled {
  readonly tick: (value: number) => string;
  /** The same where the axis is logarithmic. */
  readonly logTick: (value: number) => string;
  /** What suits the chart. */
  readonly usual: 'linear' | 'log';
}

type Drawn = Omit<ChartModel, 'tick' | 'decades'>;

/** The chart on the scale that was chosen. */
export function onScale(chart: Drawn, { tick, logTick, usual }: Scaled, tools: Tools): ChartModel {
  const isLog = (tools.scale === 'usual' ? usual : tools.scale) === 'log';
  if (!isLog) return { ...chart, tick, decades: null };
  const rows = aboveZero(chart.rows, chart.lines);
  const levels = chart.references.map(({ value }) => value);
  return { ...chart, rows, tick: logTick, decades: decadesOf(rows, chart.lines, levels) };
}

/** Lines at a place, with the values they have there. */
export function valuesAt(
  row: PlotRow,
  lines: readonly PlotLine[],
): { readonly line: PlotLine; readonly name: string; readonly value: number }[] {
  return lines.flatMap((line) => {
    const value = row[line.key];
    return value === undefined ? [] : [{ line, name: spokenName(line, lines), value }];
  });
}

/** A line that has its raw values drawn behind it says that it is the smoothed one. */
export const spokenName = ({ name, look }: PlotLine, lines: readonly PlotLine[]): string =>
  look !== 'faint' && lines.some((line) => line.look === 'faint' && line.name === name)
    ? `${name}, smoothed`
    : name;
