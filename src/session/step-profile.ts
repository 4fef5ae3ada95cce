/** Where the time of a step goes: the kernels of some steps of the run, timed by the device. */
import { at } from '../experiment/at.ts';
import type { Mode } from '../experiment/spec.ts';
import type { DispatchTimes } from '../gpu/profiler.ts';
import type { DispatchTiming, KernelProfile, StepProfile } from './protocol.ts';
import type { Runner } from './runner.ts';

/** Steps are timed for about so long, and so many at most: browsers round the clock, a mean is finer. */
const MS = 1000;
const MOST_STEPS = 64;

/**
 * Take some steps with each kernel timed. They are steps of the run: their metrics count, and a replay
 * takes the same ones. An evaluation that is due comes first; one that comes due ends the timing.
 * @param proceed asked between steps and between batches of an evaluation; where it says no, what was
 *   timed so far counts.
 * @returns null where no step was timed: given up at once, no clock, or the run is over.
 */
export async function profileSteps(
  runner: Runner,
  proceed: () => boolean,
): Promise<StepProfile | null> {
  const { trainer } = runner;
  const started = performance.now();
  const timed: { readonly step: number; readonly mode: Mode; readonly times: DispatchTimes }[] = [];
  while (proceed() && timed.length <= MOST_STEPS) {
    if (timed.length > 0 && performance.now() - started > MS) break;
    if (runner.evaluationDue) {
      if (timed.length > 0 || (await runner.advance(1, proceed)) !== 'evaluated') break;
      continue;
    }
    const { step } = trainer;
    const times = await runner.timeStep();
    if (times === null) break;
    timed.push({ step, mode: trainer.mode, times });
  }
  // The first step pays for what the driver does late. Where the mode changed, the last one counts.
  const last = timed.at(-1);
  const counted = timed.slice(timed.length > 1 ? 1 : 0).filter(({ mode }) => mode === last?.mode);
  const first = counted[0];
  if (first === undefined) return null;
  return {
    first: first.step,
    steps: counted.length,
    mode: first.mode,
    tick: Math.min(...counted.map(({ times }) => times.tick)),
    dispatches: byDispatch(counted.map(({ times }) => times)),
    kernels: byKernel(counted.map(({ times }) => times)),
  };
}

/** The mean time of each dispatch. */
const byDispatch = (steps: readonly DispatchTimes[]): DispatchTiming[] =>
  (steps[0]?.dispatches ?? []).map(({ label, kernel }, k) => ({
    ...{ label, kernel },
    microseconds:
      steps.reduce((total, { dispatches }) => total + at(dispatches, k).microseconds, 0) /
      steps.length,
  }));

/** Sums over the dispatches of a kernel, of which every step has the same; times are means over the steps. */
function byKernel(steps: readonly DispatchTimes[]): KernelProfile[] {
  const kernels = new Map<string, KernelProfile>();
  steps[0]?.dispatches.forEach(({ kernel, flops, bytes }, k) => {
    const sum = kernels.get(kernel);
    const all = steps.reduce((total, step) => total + at(step.dispatches, k).microseconds, 0);
    kernels.set(kernel, {
      kernel,
      dispatches: (sum?.dispatches ?? 0) + 1,
      microseconds: (sum?.microseconds ?? 0) + all / steps.length,
      flops: (sum?.flops ?? 0) + flops,
      bytes: (sum?.bytes ?? 0) + bytes,
    });
  });
  return [...kernels.values()].sort((a, b) => b.microseconds - a.microseconds);
}
