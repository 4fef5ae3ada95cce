/** Learning rates over a run: exponential by epoch, with the changes a person made on the way. */
import type { Change } from './run.ts';
import type { ExperimentSpec } from './spec.ts';

/** Factor the rate is multiplied by after each epoch: d = (end / start)^(1 / epochs). */
export const decayOf = (spec: ExperimentSpec): number =>
  (spec.rate.end / spec.rate.start) ** (1 / spec.epochs);

/**
 * Learning rate of a step. The first epoch uses `start`, the last `end / d`; after the scheduled
 * epochs it stays at `end`. A changed rate goes on decaying by the same d from the epoch it was set in.
 */
export function rateAt(
  spec: ExperimentSpec,
  changes: readonly Change[],
  step: number,
  stepsPerEpoch: number,
): number {
  const epochOf = (s: number) => Math.min(Math.floor(s / stepsPerEpoch), spec.epochs);
  let base = spec.rate.start;
  let since = 0;
  for (const change of changes) {
    if (change.field === 'rate' && change.step <= step) {
      base = change.value;
      since = epochOf(change.step);
    }
  }
  return base * decayOf(spec) ** (epochOf(step) - since);
}

/** Nesterov's momentum at a step, 0 for the other optimisers. */
export function momentumAt(spec: ExperimentSpec, changes: readonly Change[], step: number): number {
  let momentum = spec.optimizer.kind === 'nesterov' ? spec.optimizer.momentum : 0;
  for (const change of changes) {
    if (change.field === 'momentum' && change.step <= step) momentum = change.value;
  }
  return momentum;
}
