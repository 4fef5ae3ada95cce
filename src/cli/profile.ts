/** `npm run train -- --profile`: where the time of a training step goes, kernel by kernel. */
import { at } from '../experiment/at.ts';
import type { DispatchTime } from '../gpu/profiler.ts';
import type { Trainer } from '../gpu/trainer.ts';

const WARM_UP = 3;
const STEPS = 21;

/** Median of each dispatch over some steps; null where the adapter has no timestamp queries. */
export async function profileStep(
  trainer: Trainer,
  progress: (done: number, of: number) => void,
): Promise<DispatchTime[] | null> {
  await trainer.whenFree();
  await trainer.train(WARM_UP);
  const runs: (readonly DispatchTime[])[] = [];
  for (let step = 0; step < STEPS; step++) {
    await trainer.whenFree();
    const timed = await trainer.timeStep();
    if (timed === null) return null;
    runs.push(timed.times.dispatches);
    progress(step + 1, STEPS);
  }
  return at(runs, 0).map((first, k) => {
    const sorted = runs.map((run) => at(run, k).microseconds).sort((a, b) => a - b);
    return { ...first, microseconds: at(sorted, Math.floor(STEPS / 2)) };
  });
}

/** The roofline of a step: arithmetic, bytes, dispatches, and the time each kernel takes. */
export function profileTable(times: readonly DispatchTime[]): string {
  const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const flops = times.reduce((sum, time) => sum + time.flops, 0);
  const bytes = times.reduce((sum, time) => sum + time.bytes, 0);
  const rate = (amount: number, microseconds: number) =>
    amount === 0 || microseconds === 0 ? '' : (amount / microseconds / 1000).toFixed(2);
  const row = (...cells: readonly string[]) =>
    cells
      .map((cell, k) => (k < 2 ? cell.padEnd(22) : cell.padStart(10)))
      .join(' ')
      .trimEnd();
  return [
    row('dispatch', 'kernel', 'ms', 'share', 'GFLOP/s', 'GB/s'),
    ...times.map((time) =>
      row(
        time.label,
        time.kernel,
        (time.microseconds / 1000).toFixed(3),
        `${((100 * time.microseconds) / total).toFixed(1)} %`,
        rate(time.flops, time.microseconds),
        rate(time.bytes, time.microseconds),
      ),
    ),
    row('one step', '', (total / 1000).toFixed(3), '', rate(flops, total), rate(bytes, total)),
    `${times.length} dispatches, ${(flops / 1e6).toFixed(1)} MFLOP in matrix products, ${(bytes / 1e6).toFixed(1)} MB moved. Each dispatch was timed in a pass of its own.`,
  ].join('\n');
}
