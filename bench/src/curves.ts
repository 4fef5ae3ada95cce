/** Curves: steps a second against the width and against the batch, time a step against its arithmetic. */
import { fitOf } from './fit.ts';
import {
  close,
  entryOf,
  interleave,
  openChecked,
  type Contender,
  type Entry,
  type Timing,
} from './measure.ts';
import type { Output } from './suite.ts';
import { median, type CurveRow } from './table.ts';
import { flopsOf, makeProblem, twoLayers, type Workload } from './workloads.ts';

export const CURVES = ['width', 'batch', 'cost'] as const;
export type CurveId = (typeof CURVES)[number];

/** No point is measured where a step takes longer than so many seconds. */
const LONGEST = 20;
/** Steps whose losses are checked: forward, and one update. A wide net's take the reference long. */
const CHECKED = 2;

interface Point {
  /** What the curve runs along: width, batch, or multiply-accumulates a step. */
  readonly at: number;
  readonly workload: Workload;
}

/** Multiply-accumulates a step: a product forward, one for each gradient. */
const macsOf = (workload: Workload): number => flopsOf(workload) / 2;

const WIDTHS = [64, 128, 256, 512, 1024, 2048, 4096];
const BATCHES = [1, 4, 16, 64, 100, 256, 1024];
/** Batch and width, both growing, so that each costs about three times the one before: 10^5 to 10^9. */
const COSTS = [
  [4, 10],
  [8, 16],
  [16, 25],
  [25, 50],
  [50, 80],
  [100, 116],
  [100, 300],
  [100, 700],
  [100, 1450],
] as const;

export function pointsOf(curve: CurveId): Point[] {
  switch (curve) {
    case 'width':
      return WIDTHS.map((w) => ({ at: w, workload: twoLayers(`width ${w}`, w, 100) }));
    case 'batch':
      return BATCHES.map((b) => ({ at: b, workload: twoLayers(`batch ${b}`, 256, b) }));
    case 'cost':
      return COSTS.map(([batch, width]) => {
        const workload = twoLayers(`cost ${batch} x ${width}`, width, batch);
        return { at: macsOf(workload), workload };
      });
  }
}

/** A contender at a point. */
interface Runner {
  readonly point: Point;
  readonly contender: Contender;
  readonly entry: Entry;
}

/**
 * One curve: a row a point and contender, and the fit of our own costs at its end. All points are
 * open at once and take their windows in turn, so that a busy moment bends no part of the curve alone.
 */
export async function measureCurve(
  curve: CurveId,
  contenders: readonly Contender[],
  timing: Timing,
  out: Output,
): Promise<void> {
  // The cost curve is about us alone.
  const chosen = contenders.filter(({ peer }) => curve !== 'cost' || peer === 'ours');
  const stopped = new Map<Contender, string>();
  const runners: Runner[] = [];
  for (const point of pointsOf(curve)) {
    runners.push(...(await openPoint(point, chosen, stopped, out)));
  }
  const entries = runners.map(({ entry }) => entry);
  await interleave(entries, timing, out.progress);
  entries.forEach(close);
  const rows = runners.map((runner) => rowOf(curve, runner, runners));
  rows.forEach(out.row);
  const costs = rows.flatMap(({ macs, stepsPerSecond }) =>
    stepsPerSecond === null ? [] : [{ macs, ms: 1000 / stepsPerSecond }],
  );
  if (curve === 'cost' && costs.length >= 3) out.row({ type: 'fit', curve, ...fitOf(costs) });
}

async function openPoint(
  point: Point,
  contenders: readonly Contender[],
  stopped: Map<Contender, string>,
  out: Output,
): Promise<Runner[]> {
  const problem = makeProblem(point.workload, CHECKED);
  const runners: Runner[] = [];
  for (const contender of contenders) {
    const entry = entryOf(`${point.workload.id} ${contender.peer} ${contender.backend}`);
    const before = stopped.get(contender);
    if (before === undefined) await openChecked(entry, contender, problem, LONGEST);
    else entry.problem = before;
    out.progress(`${entry.name}: ${entry.problem ?? 'the same losses'}`);
    // Every further point of the curve costs more.
    if (before === undefined && entry.problem !== null && entry.pace > LONGEST) {
      stopped.set(contender, `not tried: at ${point.at} ${entry.problem}`);
    }
    runners.push({ point, contender, entry });
  }
  return runners;
}

const speedOf = ({ rates, problem }: Entry): number | null =>
  problem !== null || rates.length === 0 ? null : median(rates);

function rowOf(
  curve: CurveId,
  { point, contender, entry }: Runner,
  all: readonly Runner[],
): CurveRow {
  const { workload } = point;
  const { rates, problem } = entry;
  const stepsPerSecond = speedOf(entry);
  const measured = stepsPerSecond !== null;
  const own = all.find((one) => one.point === point && one.contender.peer === 'ours');
  const ours = own === undefined ? null : speedOf(own.entry);
  return {
    type: 'curve',
    curve,
    at: point.at,
    net: workload.title,
    batch: workload.spec.batch,
    macs: macsOf(workload),
    peer: contender.peer,
    backend: contender.backend,
    stepsPerSecond,
    min: measured ? Math.min(...rates) : null,
    max: measured ? Math.max(...rates) : null,
    windows: rates.length,
    gflops: measured ? (flopsOf(workload) * stepsPerSecond) / 1e9 : null,
    ratio: measured && ours !== null ? ours / stepsPerSecond : null,
    problem,
  };
}
