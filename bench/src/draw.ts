/** `npm run bench -- --draw FILE`: the pictures of docs/figures, from the rows of `--curves --json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../src/experiment/result.ts';
import { svgOf, type Chart, type Mark, type Series } from './chart.ts';
import { CURVES, type CurveId } from './curves.ts';
import type { CurveRow, FitRow, Row } from './table.ts';

/** Dark enough on white for words, and far apart for every kind of colour vision. */
const LOOKS = [
  { peer: 'ours', name: 'ours', colour: '#0a58a8', shape: 'circle' },
  { peer: 'jax-js', name: 'jax-js', colour: '#b04a00', shape: 'square' },
  { peer: 'tfjs', name: 'TensorFlow.js', colour: '#6b3fa0', shape: 'square' },
] as const;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Rows of a file written by `--json`, one a line. */
export function rowsOf(text: string): Result<Row[]> {
  const rows: Row[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      row = null;
    }
    if (!isRow(row)) {
      return fail(`Line ${index + 1} is no row; allowed is what --curves --json prints.`);
    }
    rows.push(row);
  }
  return ok(rows);
}

type Measured = CurveRow & {
  readonly stepsPerSecond: number;
  readonly min: number;
  readonly max: number;
};

const isMeasured = (row: CurveRow): row is Measured =>
  row.stepsPerSecond !== null && row.min !== null && row.max !== null;

function seriesOf(rows: readonly Measured[], markOf: (row: Measured) => Mark): Series[] {
  return LOOKS.flatMap(({ peer, ...look }) => {
    const marks = rows.filter((row) => row.peer === peer).map(markOf);
    return marks.length === 0 ? [] : [{ ...look, marks }];
  });
}

const rateMark = ({ at, stepsPerSecond, min, max }: Measured): Mark => ({
  x: at,
  y: stepsPerSecond,
  from: min,
  to: max,
});

const costMark = ({ at, stepsPerSecond, min, max }: Measured): Mark => ({
  x: at,
  y: 1000 / stepsPerSecond,
  from: 1000 / max,
  to: 1000 / min,
});

const spoken = (series: readonly Series[], unit: string): string =>
  series
    .map(({ name, marks }) => {
      const [first, last] = [marks[0], marks.at(-1)];
      if (first === undefined || last === undefined) return '';
      const said = ({ x, y }: Mark) => `${y.toPrecision(3)} ${unit} at ${x.toPrecision(3)}`;
      return `${name}: from ${said(first)} to ${said(last)}.`;
    })
    .join(' ');

function rateChart(rows: readonly Measured[], title: string, x: string): Chart {
  const series = seriesOf(rows, rateMark);
  const xTicks = [...new Set(rows.map(({ at }) => at))];
  // 64 and 100 stand too close for two numbers.
  const shown = xTicks.filter((tick) => tick !== 100 || !xTicks.includes(64));
  return {
    title,
    description: spoken(series, 'steps a second'),
    x,
    y: 'training steps a second',
    xTicks: shown,
    xStubs: xTicks.filter((tick) => !shown.includes(tick)),
    series,
    line: null,
  };
}

function costChart(rows: readonly Measured[], fit: FitRow | undefined): Chart {
  const series = seriesOf(rows, costMark);
  const macs = rows.map(({ at }) => at);
  const [low, high] = [Math.min(...macs), Math.max(...macs)];
  const at = (share: number) => low * (high / low) ** share;
  return {
    title: 'Time of a step against its arithmetic',
    description: spoken(series, 'ms a step'),
    x: 'multiply-accumulates a step (dense nets 784-w-w-10, batch 4 to 100)',
    y:
      fit === undefined
        ? 'milliseconds a step'
        : `milliseconds a step; dashed: ${fit.fixedMs.toPrecision(2)} ms + ${fit.nsPerMac.toPrecision(2)} ns a multiply-accumulate`,
    xTicks: [1e5, 1e6, 1e7, 1e8, 1e9],
    xStubs: [],
    series,
    line:
      fit === undefined
        ? null
        : {
            name: 'line',
            points: Array.from({ length: 33 }, (_, k) => {
              const x = at(k / 32);
              return { x, y: fit.fixedMs + (fit.nsPerMac * x) / 1e6 };
            }),
          },
  };
}

function chartOf(curve: CurveId, rows: readonly Row[]): Chart | null {
  const points = rows
    .filter((row) => row.type === 'curve')
    .filter((row) => row.curve === curve)
    .filter(isMeasured);
  if (points.length === 0) return null;
  switch (curve) {
    case 'width':
      return rateChart(points, 'Steps a second against width', 'units w of 784-w-w-10, batch 100');
    case 'batch':
      return rateChart(points, 'Steps a second against batch', 'examples a batch, 784-256-256-10');
    case 'cost':
      return costChart(
        points,
        rows.find((row) => row.type === 'fit'),
      );
  }
}

/**
 * Draw every curve that the file has points of.
 * @param folder where the pictures go.
 * @returns their paths, or one sentence.
 */
export function draw(file: string, folder: string): Result<string[]> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return fail(`${file} cannot be read; allowed is a file with what --curves --json prints.`);
  }
  const rows = rowsOf(content);
  if (!rows.ok) return fail(`${file}: ${rows.error}`);
  const charts = CURVES.flatMap((curve) => {
    const chart = chartOf(curve, rows.value);
    return chart === null ? [] : [{ curve, chart }];
  });
  if (charts.length === 0) {
    return fail(
      `${file} has no measured point of a curve; allowed is what --curves --json prints.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  return ok(
    charts.map(({ curve, chart }) => {
      const path = join(folder, `${curve}.svg`);
      writeFileSync(path, svgOf(chart));
      return path;
    }),
  );
}
