/** From windows to rows: medians, ratios, and the table a person reads. */
import { at } from '../../src/experiment/at.ts';
import type { CurveId } from './curves.ts';
import type { Fit } from './fit.ts';
import type { Backend, Peer } from './measure.ts';

export interface BenchRow {
  readonly type: 'bench';
  readonly workload: string;
  readonly peer: Peer;
  readonly backend: Backend;
  /** Median of the windows; null where it was not measured, and `problem` says why. */
  readonly stepsPerSecond: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly windows: number;
  readonly gflops: number | null;
  /** Ours over this peer. */
  readonly ratio: number | null;
  /** GFLOP/s over those of the adapter's best product; ours only. */
  readonly ofCeiling: number | null;
  readonly problem: string | null;
}

/** The best 1024 x 1024 x 1024 float32 product of our own forward kernels. */
export interface CeilingRow {
  readonly type: 'ceiling';
  readonly gflops: number;
  readonly kernel: string;
  readonly adapter: string;
}

/** Ours with binary weights over ours with real ones, windows in turn: binary must never be slower. */
export interface BinaryRow {
  readonly type: 'binary';
  /** The real one. */
  readonly workload: string;
  readonly ratio: number;
  /** Steps a second. */
  readonly real: number;
  readonly binary: number;
}

export interface KernelRow {
  readonly type: 'kernel';
  readonly role: string;
  readonly kernel: string;
  readonly weights: 'real' | 'binary';
  readonly B: number;
  readonly I: number;
  readonly O: number;
  readonly gflops: number;
  readonly min: number;
  readonly max: number;
  /** Largest error over what is tolerated: right where at most 1. */
  readonly error: number;
}

/** One example through one layer [I, O]: bits against float32 weights, windows in turn. */
export interface ImageRow {
  readonly type: 'image';
  readonly kernel: string;
  readonly I: number;
  readonly O: number;
  /** Milliseconds with real weights, and with bits. */
  readonly real: number;
  readonly binary: number;
  /** How many times faster bits are. */
  readonly ratio: number;
  /** Largest error over what is tolerated: right where at most 1. */
  readonly error: number;
}

/** A point of a curve, by one contender. */
export interface CurveRow {
  readonly type: 'curve';
  readonly curve: CurveId;
  /** Where along the curve: width, batch, or multiply-accumulates a step. */
  readonly at: number;
  readonly net: string;
  readonly batch: number;
  /** Multiply-accumulates a step. */
  readonly macs: number;
  readonly peer: Peer;
  readonly backend: Backend;
  /** Null where it was not measured, and `problem` says why. */
  readonly stepsPerSecond: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly windows: number;
  readonly gflops: number | null;
  /** Ours over this peer. */
  readonly ratio: number | null;
  readonly problem: string | null;
}

/** How the time of our step grows along the cost curve. */
export interface FitRow extends Fit {
  readonly type: 'fit';
  readonly curve: 'cost';
}

/** All sites of ours together. */
export const HEAP_TOTAL = 'all of the above';
/** Not by the step, but by the time: Dawn in Node asks its device again and again. */
export const HEAP_WAITING = 'Node and Dawn, waiting for the device';

/** JavaScript memory allocated in training, by who allocates it. */
export interface HeapRow {
  readonly type: 'heap';
  readonly stepsPerSubmit: number;
  readonly site: string;
  readonly bytesPerStep: number;
  readonly bytesPerSubmit: number;
}

export type Row =
  BenchRow | CeilingRow | BinaryRow | KernelRow | ImageRow | CurveRow | FitRow | HeapRow;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? at(sorted, middle)
    : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

export interface Measured {
  readonly workload: string;
  readonly peer: Peer;
  readonly backend: Backend;
  readonly rates: readonly number[];
  readonly problem: string | null;
}

/** Rows of one workload. */
export function benchRows(
  measured: readonly Measured[],
  flops: number,
  ceiling: number | null,
): BenchRow[] {
  const speed = ({ rates, problem }: Measured) =>
    problem !== null || rates.length === 0 ? null : median(rates);
  const own = measured.find(({ peer }) => peer === 'ours');
  const ours = own === undefined ? null : speed(own);
  return measured.map((one) => {
    const { workload, peer, backend, rates, problem } = one;
    const stepsPerSecond = speed(one);
    const gflops = stepsPerSecond === null ? null : (flops * stepsPerSecond) / 1e9;
    return {
      type: 'bench',
      workload,
      peer,
      backend,
      stepsPerSecond,
      min: stepsPerSecond === null ? null : Math.min(...rates),
      max: stepsPerSecond === null ? null : Math.max(...rates),
      windows: rates.length,
      gflops,
      ratio: stepsPerSecond === null || ours === null ? null : ours / stepsPerSecond,
      ofCeiling: gflops === null || ceiling === null || peer !== 'ours' ? null : gflops / ceiling,
      problem,
    };
  });
}

/** Rows as JSON: five digits are more than any of them holds. */
export const jsonOf = (row: Row): string =>
  JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(5)) : value,
  );

const digits = (value: number | null): string =>
  value === null ? '-' : value >= 1000 ? value.toFixed(0) : value.toPrecision(3);

/** Columns as wide as their widest cell; all but the first few are numbers and flush right. */
function layout(head: readonly string[], rows: readonly (readonly string[])[], texts: number) {
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map((row) => at(row, c).length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, c) => (c < texts ? cell.padEnd(at(widths, c)) : cell.padStart(at(widths, c))))
      .join('  ')
      .trimEnd(),
  );
}

function benchTable(rows: readonly BenchRow[]): string[] {
  const head = ['workload', 'peer', 'back end', 'steps/s', 'min', 'max', 'n', 'GFLOP/s', 'ours/it'];
  const cells = rows.map((row) => [
    row.workload,
    row.peer,
    row.backend,
    digits(row.stepsPerSecond),
    digits(row.min),
    digits(row.max),
    String(row.windows),
    digits(row.gflops),
    row.ratio === null ? '-' : `${digits(row.ratio)}x`,
  ]);
  const problems = rows.flatMap(({ workload, peer, backend, problem }) =>
    problem === null ? [] : [`${workload} ${peer} ${backend} ${problem}`],
  );
  return [...layout(head, cells, 3), ...problems];
}

function kernelTable(rows: readonly KernelRow[]): string[] {
  const head = ['role', 'kernel', 'weights', 'B', 'I', 'O', 'GFLOP/s', 'min', 'max', 'error'];
  const cells = rows.map((row) => [
    row.role,
    row.kernel,
    row.weights,
    ...[row.B, row.I, row.O].map(String),
    ...[row.gflops, row.min, row.max].map(digits),
    row.error <= 1 ? row.error.toFixed(2) : `WRONG ${row.error.toPrecision(2)}`,
  ]);
  return layout(head, cells, 3);
}

const imageLine = ({ kernel, I, O, real, binary, ratio, error }: ImageRow): string =>
  `one image, ${I} x ${O}, by ${kernel}: ${digits(real)} ms with float32 weights, ${digits(binary)} ms with bits = ${digits(ratio)}x` +
  (error <= 1 ? '' : `; WRONG ${error.toPrecision(2)}`);

function curveTable(rows: readonly CurveRow[]): string[] {
  const head = ['curve', 'net', 'peer', 'back end', 'batch', 'MAC a step', 'steps/s', 'min', 'max'];
  const cells = rows.map((row) => [
    ...[row.curve, row.net, row.peer, row.backend, String(row.batch), row.macs.toExponential(2)],
    ...[row.stepsPerSecond, row.min, row.max, row.gflops].map(digits),
    row.ratio === null ? '-' : `${digits(row.ratio)}x`,
  ]);
  const problems = rows.flatMap(({ curve, at: along, peer, backend, problem }) =>
    problem === null ? [] : [`${curve} ${along} ${peer} ${backend} ${problem}`],
  );
  return [...layout([...head, 'GFLOP/s', 'ours/it'], cells, 4), ...problems];
}

const fitLine = ({ slope, slopeOfLarge, fixedMs, nsPerMac, worst }: FitRow): string =>
  `time of a step of ours: exponent ${digits(slope)} over all points` +
  (slopeOfLarge === null ? '' : `, ${digits(slopeOfLarge)} from 10^7 multiply-accumulates on`) +
  `; ${digits(fixedMs)} ms + ${digits(nsPerMac)} ns each, within ${(100 * worst).toFixed(0)} %`;

/** Sites down, steps a submit across: bytes a step. */
function heapTable(rows: readonly HeapRow[]): string[] {
  const submits = [...new Set(rows.map(({ stepsPerSubmit }) => stepsPerSubmit))];
  const last = [HEAP_TOTAL, HEAP_WAITING];
  const named = rows.map(({ site }) => site).filter((site) => !last.includes(site));
  const sites = [...new Set(named), ...last];
  const cells = sites.map((site) => [
    site,
    ...submits.map((count) => {
      const row = rows.find((one) => one.site === site && one.stepsPerSubmit === count);
      return row === undefined ? '-' : row.bytesPerStep.toFixed(1);
    }),
  ]);
  return [
    'bytes of JavaScript memory a step, by steps a submit',
    ...layout(['allocated by', ...submits.map(String)], cells, 1),
  ];
}

const of = <T extends Row['type']>(rows: readonly Row[], type: T) =>
  rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);

/** All rows of a run, for a person. */
export function tableOf(rows: readonly Row[]): string {
  const bench = of(rows, 'bench');
  const kernel = of(rows, 'kernel');
  const curve = of(rows, 'curve');
  const heap = of(rows, 'heap');
  const percent = (share: number | null) =>
    share === null ? '-' : `${(100 * share).toFixed(0)} %`;
  return [
    ...(bench.length === 0 ? [] : benchTable(bench)),
    ...(kernel.length === 0 ? [] : kernelTable(kernel)),
    ...of(rows, 'image').map(imageLine),
    ...(curve.length === 0 ? [] : curveTable(curve)),
    ...of(rows, 'fit').map(fitLine),
    ...(heap.length === 0 ? [] : heapTable(heap)),
    ...of(rows, 'ceiling').flatMap(({ gflops, kernel, adapter }) => [
      `best 1024^3 product on ${adapter}: ${digits(gflops)} GFLOP/s (${kernel}); whole steps of ours reach ` +
        (bench
          .filter(({ peer }) => peer === 'ours')
          .map(({ workload, ofCeiling }) => `${workload} ${percent(ofCeiling)}`)
          .join(', ') || '-'),
    ]),
    ...of(rows, 'binary').map(
      ({ workload, ratio, real, binary }) =>
        `${workload}, binary over real, ours, in turn: ${digits(binary)} / ${digits(real)} steps/s = ${digits(ratio)}x`,
    ),
  ].join('\n');
}
