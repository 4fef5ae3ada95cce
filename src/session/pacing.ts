/** The training loop: submit after submit at the speed asked for, until something else is to be done. */
import { MAX_STEPS_PER_SUBMIT } from '../gpu/trainer.ts';
import { FRAME_MS } from './frames.ts';
import type { Advance, Runner, RunTrainer } from './runner.ts';

export interface Pacing {
  /** False once something else is to be done. */
  active(): boolean;
  speed(): number | 'max';
  /** Before steps are taken. */
  onTraining(): void;
  /** Between two batches of an evaluation. */
  onEvaluating(): void;
  /** The same of what a phase is entered by. */
  onQuantising(): void;
  /** After each submit, evaluation or entered phase, and once before the first. */
  between(result: Advance | null): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Take `steps` steps (all there are: Infinity, as fast as `speed` says), and wait until they are done. */
export async function train(
  runner: Runner<RunTrainer>,
  steps: number,
  pacing: Pacing,
): Promise<void> {
  let left = steps;
  // Up to when the steps taken so far are paid for, at the speed asked for.
  let paced = performance.now();
  let speed = pacing.speed();
  await pacing.between(null);
  while (pacing.active() && left > 0 && !runner.finished) {
    if (speed !== pacing.speed()) {
      speed = pacing.speed();
      paced = performance.now();
    }
    let limit = Math.min(left, MAX_STEPS_PER_SUBMIT);
    if (speed !== 'max' && steps === Infinity) {
      const due = Math.floor(((performance.now() - paced) / 1000) * speed);
      if (due < 1) {
        await wait(Math.min(FRAME_MS, 1000 / speed));
        continue;
      }
      limit = Math.min(limit, due);
    }
    pacing.onTraining();
    const before = runner.trainer.step;
    const result = await runner.advance(limit, () => {
      if (runner.evaluationDue) pacing.onEvaluating();
      else pacing.onQuantising();
      return pacing.active();
    });
    const taken = runner.trainer.step - before;
    left -= taken;
    if (result === 'stepped' && speed !== 'max') paced += (taken * 1000) / speed;
    else paced = performance.now();
    await pacing.between(result);
  }
  await runner.drain();
}
