/** A device for a command, and a run trained on it to its end. */
import { remedyOf } from '../experiment/learning.ts';
import type { Change } from '../experiment/run.ts';
import type { Mode } from '../experiment/spec.ts';
import { LimitError } from '../gpu/buffers.ts';
import { requestDevice, type Adapter } from '../gpu/device.ts';
import { KernelError } from '../gpu/kernel.ts';
import type { EvaluationWeights } from '../gpu/evaluation-program.ts';
import type { StepMetrics } from '../gpu/metrics.ts';
import type { Trainer } from '../gpu/trainer.ts';
import type { EpochRecord, QuantisedRecord } from '../session/protocol.ts';
import type { Progress } from '../session/progress.ts';
import { Runner, type RunnerEvents } from '../session/runner.ts';
import { nodeGpu } from './node-gpu.ts';
import { CommandError } from './train-output.ts';

/** The weights a mode is evaluated with: signs where deterministic, else w. */
export const ownWeights = (mode: Mode): 'binary' | 'real' =>
  mode === 'deterministic' ? 'binary' : 'real';

/** The weights a run is judged by as it stands: those of its phase, where that has its own, else its mode's. */
export const weightsOf = ({ weights, mode }: Trainer): EvaluationWeights =>
  weights.includes('ternary') ? 'ternary' : ownWeights(mode);

/** The record of the lowest validation error with such weights, among those that have them; of equal ones the latest. At least one record. */
export const bestOf = (records: readonly EpochRecord[], weights: EvaluationWeights): EpochRecord =>
  records.reduce((a, b) =>
    (b.validationError[weights] ?? Infinity) <= (a.validationError[weights] ?? Infinity) ? b : a,
  );

/** Opens this machine's device, hands it to `use`, and gives it back. What the device reports first is the reason of all that follows. */
export async function withDevice(
  use: (device: GPUDevice, adapter: Adapter) => Promise<void>,
): Promise<void> {
  const opened = await requestDevice(nodeGpu());
  if (!opened.ok) {
    throw new CommandError(
      `${opened.message} Needed is a Vulkan, Metal or Direct3D 12 driver, or Chromium, which brings a software adapter.`,
      1,
    );
  }
  const { device, adapter } = opened;
  const problem: { first: string | null } = { first: null };
  device.addEventListener('uncapturederror', ({ error }) => {
    problem.first ??= `The graphics device reported: ${error.message}`;
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') problem.first ??= `The graphics device was lost: ${message}`;
  });
  try {
    await use(device, adapter);
  } catch (error) {
    throw problem.first === null ? error : new CommandError(problem.first, 1);
  } finally {
    device.destroy();
  }
  if (problem.first !== null) throw new CommandError(problem.first, 1);
}

export interface TrainingEvents {
  readonly onSteps: (metrics: StepMetrics) => void;
  readonly onEvaluating: (done: number, of: number) => void;
  readonly onChange: (change: Change) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  /** Before the first step of a second phase. */
  readonly onQuantising: (done: number, of: number) => void;
  readonly onQuantised: (record: QuantisedRecord) => void;
}

/** How a run is kept on its way, and gone on with. */
export interface Keeping {
  /** Where it goes on from: the trainer has loaded the checkpoint; null: from its beginning. */
  readonly from: Progress | null;
  /** Where it is kept; null: nowhere. */
  readonly file: string | null;
  /** True once it shall stop before its end. */
  readonly stopped: () => boolean;
  /** After each record, and at the end or where it was stopped: nothing is under way then. */
  readonly keep: (progress: Progress, when: 'epoch' | 'end' | 'stopped') => Promise<void>;
}

export const UNKEPT: Keeping = {
  from: null,
  file: null,
  stopped: () => false,
  keep: () => Promise.resolve(),
};

/**
 * Train to step `total`, which the last record is of, and return the records, at least one, those of the
 * checkpoint it went on from among them. A loss that is not finite ends it with a CommandError, and so
 * does being stopped, behind what is kept then.
 */
export async function trainToStep(
  trainer: Trainer,
  changes: readonly Change[],
  total: number,
  events: TrainingEvents,
  { from, file, stopped, keep }: Keeping = UNKEPT,
): Promise<readonly EpochRecord[]> {
  const records: EpochRecord[] = [...(from?.records ?? [])];
  const watched: RunnerEvents = {
    ...events,
    onSteps(metrics) {
      const bad = metrics.loss.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new CommandError(
          `The loss is not a finite number since step ${metrics.first + bad}; ${remedyOf(trainer.spec)} usually helps.`,
          1,
        );
      }
      events.onSteps(metrics);
    },
    // Nobody changes anything on the way here: what is replayed was allowed.
    onRefused: () => undefined,
    onEpoch(record) {
      records.push(record);
      events.onEpoch(record);
    },
  };
  const runner = new Runner(trainer, changes, watched, from);
  const progress = async (): Promise<Progress> => {
    await runner.drain();
    return { ...runner.state, records };
  };
  while (!runner.finished && trainer.step < total) {
    const did = await runner.advance(total - trainer.step, () => !stopped());
    // A phase that is saved as it begins is entered anew: its first steps go with it.
    if (stopped() && did !== 'quantised') {
      await keep(await progress(), 'stopped');
      throw new CommandError(`Stopped at step ${trainer.step}; --resume "${file}" goes on.`, 130);
    }
    if (did === 'evaluated') await keep(await progress(), 'epoch');
  }
  // A record that only the end of the command asks for is no part of what goes on from here.
  const whole = runner.evaluationDue;
  if (!whole) await keep(await progress(), 'end');
  // Where the last epoch was whole, its record is made by going on once more.
  if (records.at(-1)?.step !== trainer.step) await runner.evaluateNow();
  if (whole) await keep(await progress(), 'end');
  return records;
}

/** Run a command: its exit code, and one sentence on stderr where a person can mend what went wrong. */
export async function exitCode(command: () => Promise<void>): Promise<number> {
  try {
    await command();
    return 0;
  } catch (error) {
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      return error.code;
    }
    if (
      error instanceof LimitError ||
      error instanceof KernelError ||
      error instanceof RangeError
    ) {
      process.stderr.write(`${error.message}\n`);
      return error instanceof RangeError ? 2 : 1;
    }
    throw error;
  }
}
