/** A whole run, in a page or in Node: what was asked for, row by row. */
import { measureCurve, type CurveId } from './curves.ts';
import { IMAGE_SIZES, imageRow } from './image.ts';
import { ceiling, workshop, type Role, type Shape } from './kernels.ts';
import { close, entryOf, interleave, openChecked, type Contender, type Timing } from './measure.ts';
import { ours, type Gpu } from './ours.ts';
import { benchRows, median, type Row } from './table.ts';
import {
  binaryOf,
  flopsOf,
  makeProblem,
  problemOf,
  type Problem,
  type WorkloadId,
} from './workloads.ts';

/** What to measure, as plain data: it crosses from Node into the page. */
export type Task =
  | {
      readonly kind: 'speed';
      readonly peers: readonly string[];
      readonly workloads: readonly WorkloadId[];
      readonly timing: Timing;
    }
  | {
      readonly kind: 'curves';
      readonly peers: readonly string[];
      readonly curves: readonly CurveId[];
      readonly timing: Timing;
    }
  | {
      readonly kind: 'image';
      readonly timing: Timing;
    }
  | {
      readonly kind: 'kernels';
      readonly roles: readonly Role[];
      readonly shapes: readonly Shape[];
      readonly timing: Timing;
    };

export interface Output {
  readonly row: (row: Row) => void;
  readonly progress: (text: string) => void;
}

export async function runTask(
  task: Task,
  gpu: Gpu,
  contenders: readonly Contender[],
  out: Output,
): Promise<void> {
  out.progress(`adapter: ${gpu.adapter.name}`);
  gpu.device.addEventListener('uncapturederror', ({ error }) => {
    out.progress(`our device: ${error.message}`);
  });
  const { timing } = task;
  if (task.kind === 'kernels') {
    await workshop(gpu, task.roles, task.shapes, timing, (row) => {
      out.progress(`${row.role} ${row.kernel} ${row.weights} ${row.B},${row.I},${row.O}`);
      out.row(row);
    });
    return;
  }
  if (task.kind === 'image') {
    for (const size of IMAGE_SIZES) out.row(await imageRow(gpu, size, timing));
    return;
  }
  if (task.kind === 'curves') {
    const chosen = contenders.filter(
      ({ peer, backend }) => task.peers.includes(peer) && backend === 'webgpu',
    );
    for (const curve of task.curves) await measureCurve(curve, chosen, timing, out);
    return;
  }
  const withOurs = task.peers.includes('ours');
  const best = withOurs ? await ceiling(gpu, timing) : null;
  if (best !== null) {
    const { gflops, kernel } = best;
    out.row({ type: 'ceiling', gflops, kernel, adapter: gpu.adapter.name });
    out.progress(`ceiling: ${gflops.toPrecision(3)} GFLOP/s`);
  }
  const chosen = contenders.filter(({ peer }) => task.peers.includes(peer));
  for (const id of task.workloads) await speed(id, chosen, timing, best?.gflops ?? null, out);
  if (!withOurs) return;
  if (task.workloads.includes('W2bn') && task.workloads.includes('W4bn')) {
    await binaryOverReal(gpu, problemOf('W2bn'), problemOf('W4bn'), timing, out);
  }
  if (task.workloads.includes('W3')) {
    const real = problemOf('W3');
    await binaryOverReal(gpu, real, makeProblem(binaryOf(real.workload), 2), timing, out);
  }
}

async function speed(
  id: WorkloadId,
  contenders: readonly Contender[],
  timing: Timing,
  ceiling: number | null,
  out: Output,
): Promise<void> {
  const problem = problemOf(id);
  const list = contenders.map((contender) => ({
    contender,
    entry: entryOf(`${id} ${contender.peer} ${contender.backend}`),
  }));
  const entries = list.map(({ entry }) => entry);
  for (const { contender, entry } of list) {
    await openChecked(entry, contender, problem);
    out.progress(`${entry.name}: ${entry.problem ?? 'the same losses'}`);
  }
  await interleave(entries, timing, out.progress);
  entries.forEach(close);
  const measured = list.map(({ contender: { peer, backend }, entry: { rates, problem } }) => ({
    workload: id,
    peer,
    backend,
    rates,
    problem,
  }));
  for (const row of benchRows(measured, flopsOf(problem.workload), ceiling)) out.row(row);
}

async function binaryOverReal(
  gpu: Gpu,
  realOne: Problem,
  binaryOne: Problem,
  timing: Timing,
  out: Output,
): Promise<void> {
  const { id } = realOne.workload;
  const real = entryOf(`${id} ours, real, for the ratio`);
  const binary = entryOf(`${id} ours, binary, for the ratio`);
  await openChecked(real, ours(gpu), realOne);
  await openChecked(binary, ours(gpu), binaryOne);
  await interleave([real, binary], timing, out.progress);
  for (const entry of [real, binary]) {
    close(entry);
    if (entry.problem !== null) out.progress(`${entry.name}: ${entry.problem}`);
  }
  if (real.rates.length === 0 || binary.rates.length === 0) return;
  const speeds = { real: median(real.rates), binary: median(binary.rates) };
  out.row({ type: 'binary', workload: id, ratio: speeds.binary / speeds.real, ...speeds });
}
