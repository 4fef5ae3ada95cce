/** A training run at a step: what goes on from there as if it had never stopped. */
import type { Run } from '../experiment/run.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { DeviceData } from './device-data.ts';
import type { Tensors } from './state.ts';

/** How many examples a run was made with: another division of the data is another run. */
export interface ExampleCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface Checkpoint {
  /** The spec (its seed is the run's), the kernels, and the changes taken so far. */
  readonly run: Run;
  /** Training steps done. With the seed it says where every random stream stands: they are counted, not drawn from. */
  readonly step: number;
  /** How weights propagate from here on. */
  readonly mode: Mode;
  /** Step before which the weights' moments were last zero. */
  readonly momentsSince: number;
  readonly examples: ExampleCounts;
  readonly tensors: Tensors;
}

export const exampleCounts = ({ train, validation, test }: DeviceData): ExampleCounts => ({
  train: train.count,
  validation: validation.count,
  test: test.count,
});

/** JSON whose text does not depend on the order in which fields were written. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** True where two specs describe one experiment but for the seed. */
export const sameButSeed = (a: ExperimentSpec, b: ExperimentSpec): boolean =>
  canonical({ ...a, seed: 0 }) === canonical({ ...b, seed: 0 });

/** Why a checkpoint's numbers are not those of a run on this data, in one sentence; null where they are. */
export function checkpointRefusal(
  checkpoint: Omit<Checkpoint, 'tensors'>,
  spec: ExperimentSpec,
  here: ExampleCounts,
): string | null {
  const { run, examples } = checkpoint;
  if (!sameButSeed(run.spec, spec)) {
    return 'The checkpoint is of another experiment; allowed is one with the same data, network and training.';
  }
  for (const split of ['train', 'validation', 'test'] as const) {
    if (examples[split] !== here[split]) {
      return `The checkpoint was made with ${examples[split]} ${split} examples; this data has ${here[split]}.`;
    }
  }
  return standingRefusal(checkpoint);
}

/** Why a checkpoint contradicts itself, whatever the data, in one sentence; null where it does not. */
export function standingRefusal(checkpoint: Omit<Checkpoint, 'tensors'>): string | null {
  const { run, step, mode, momentsSince, examples } = checkpoint;
  const steps = run.spec.epochs * Math.floor(examples.train / run.spec.batch);
  if (step > steps) {
    return `The checkpoint is at step ${step}; allowed are at most the ${steps} of the run.`;
  }
  if (momentsSince > step) {
    return `The checkpoint's momentsSince is ${momentsSince}; allowed is at most its step, ${step}.`;
  }
  const late = run.changes.find((change) => change.step > step);
  if (late !== undefined) {
    return `The checkpoint is at step ${step} and has taken a change at step ${late.step}; allowed are changes before it.`;
  }
  const last = run.changes.findLast(({ field }) => field === 'mode');
  const expected = last?.field === 'mode' ? last.value : run.spec.mode;
  return mode === expected
    ? null
    : `The checkpoint's mode is ${mode}; its changes have led to ${expected}.`;
}
