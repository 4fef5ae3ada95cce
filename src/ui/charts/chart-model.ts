/** All that is needed to draw a line chart: on the page, or on paper. */
import type { AxisKind } from './axis.ts';
import { decadesOf, levelsOf } from './levels.ts';
import { aboveZero, isKept, type PlotLine, type PlotRow } from './lines.ts';
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
  /** Where the axis ends: the same place in all charts that stand below each other. */
  readonly end: number;
  readonly lines: readonly PlotLine[];
  readonly marks: readonly PlotMark[];
  readonly references: readonly PlotReference[];
  /** Print a value of the y axis. */
  readonly tick: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Powers of ten to show; null: the axis is linear and starts at 0. */
  readonly decades: readonly number[] | null;
  /** Lines that were at 0, which a logarithmic axis does not reach. */
  readonly zeros: readonly string[];
}

interface Scaled {
  readonly tick: (value: number) => string;
  /** The same where the axis is logarithmic. */
  readonly logTick: (value: number) => string;
  /** What suits the chart. */
  readonly usual: 'linear' | 'log';
}

type Drawn = Omit<ChartModel, 'tick' | 'decades' | 'zeros'>;

/** The chart on the scale that was chosen. */
export function onScale(chart: Drawn, { tick, logTick, usual }: Scaled, tools: Tools): ChartModel {
  const isLog = (tools.scale === 'usual' ? usual : tools.scale) === 'log';
  if (!isLog) return { ...chart, tick, decades: null, zeros: [] };
  const rows = aboveZero(chart.rows, chart.lines);
  const levels = chart.references.map(({ value }) => value);
  const decades = decadesOf(rows, chart.lines, levels);
  const zeros = chart.lines.filter(
    ({ key, look }) => look !== 'faint' && chart.rows.some((row) => row[key] === 0),
  );
  return { ...chart, rows, tick: logTick, decades, zeros: zeros.map(({ name }) => name) };
}

/** Levels of the y axis, lowest first. */
export const levelsFor = ({ rows, lines, references, decades }: ChartModel): readonly number[] =>
  decades ??
  levelsOf(
    rows,
    lines,
    references.map(({ value }) => value),
  );

/** Why a line may be gone from a logarithmic chart; null: none is. */
export const zerosText = ({ zeros }: Pick<ChartModel, 'zeros'>): string | null =>
  zeros.length === 0 ? null : `At 0, below the axis, at times: ${zeros.join(', ')}.`;

/** Lines at a place, with the values they have there: those of the run at hand before those of others. */
export function valuesAt(
  row: PlotRow,
  lines: readonly PlotLine[],
): { readonly line: PlotLine; readonly name: string; readonly value: number }[] {
  const own = lines.filter((line) => !isKept(line));
  return [...own, ...lines.filter(isKept)].flatMap((line) => {
    const value = row[line.key];
    return value === undefined ? [] : [{ line, name: spokenName(line, lines), value }];
  });
}

/** A line that has its raw values drawn behind it says that it is the smoothed one. */
export const spokenName = ({ name, look }: PlotLine, lines: readonly PlotLine[]): string =>
  look !== 'faint' && lines.some((line) => line.look === 'faint' && line.name === name)
    ? `${name}, smoothed`
    : name;
