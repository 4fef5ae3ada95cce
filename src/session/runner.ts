/**
 * The run loop, shared by the page's worker and the command line: trains epoch by epoch, applies
 * changes before their step, evaluates when due, and adds up what the device measured.
 */
import { at } from '../experiment/at.ts';
import { takesChanges } from '../experiment/learning.ts';
import { type Change, changeRefusal, MAX_CHANGES } from '../experiment/run.ts';
import type { EvaluationWeights } from '../gpu/evaluation-program.ts';
import type { Found } from '../gpu/learning/learning.ts';
import { Pace } from '../gpu/pace.ts';
import type { StepMetrics } from '../gpu/metrics.ts';
import type { DispatchTimes } from '../gpu/profiler.ts';
import type { Hear, SplitScores } from '../gpu/scores.ts';
import type { StepTrace, WeightPlace } from '../gpu/step-trace.ts';
import { MAX_STEPS_PER_SUBMIT, type Trainer } from '../gpu/trainer.ts';
import type { LoopState } from './progress.ts';
import type { EpochRecord, QuantisedRecord, Refusal, WeightErrors } from './protocol.ts';

export interface RunnerEvents {
  /** Metrics of steps the device has done, in order, and the seconds it took for them. */
  onSteps(metrics: StepMetrics, seconds: number): void;
  onChange(change: Change): void;
  /** A change that was asked for is not taken. */
  onRefused(reason: Refusal): void;
  onEvaluating(done: number, of: number): void;
  onEpoch(record: EpochRecord): void;
  /** Before the first step of a second phase. */
  onQuantising(done: number, of: number): void;
  onQuantised(record: QuantisedRecord): void;
  /** Who hears the test scores of the evaluation about to be made with these weights, if anybody. */
  hears?(weights: EvaluationWeights): Hearing | null;
}

/** Hears the test scores of an evaluation, and whether it came to its end. */
export interface Hearing {
  readonly hear: Hear;
  readonly end: (isWhole: boolean) => void;
}

/** Sums over the steps since the last epoch record. */
interface Sums {
  steps: number;
  loss: number;
  mistakes: number;
  flips: number[];
  seconds: number;
}

/** What a run loop needs of who trains: the graphics device's trainer, or the CPU's. */
export type RunTrainer = Pick<
  Trainer,
  | 'spec'
  | 'layers'
  | 'stepsPerEpoch'
  | 'step'
  | 'mode'
  | 'rate'
  | 'changes'
  | 'run'
  | 'weights'
  | 'phaseDue'
  | 'apply'
  | 'whenFree'
  | 'train'
  | 'timeStep'
  | 'traceStep'
  | 'enterPhase'
  | 'evaluate'
  | 'probe'
>;

/** What one call of `advance` did. */
export type Advance = 'stepped' | 'evaluated' | 'quantised' | 'interrupted' | 'finished';

export class Runner<T extends RunTrainer = Trainer> {
  readonly trainer: T;
  readonly #events: RunnerEvents;
  readonly #pace = new Pace(MAX_STEPS_PER_SUBMIT);
  #script: readonly Change[];
  #requested: Change[] = [];
  #tally: Sums;
  #evaluationDue = false;
  /** What a phase was entered with that is still to be measured. */
  #found: Found | null = null;
  #outstanding: Promise<void>[] = [];
  #failure: unknown = null;
  #lastDone = 0;

  /**
   * @param script changes to replay, ascending by step.
   * @param from where the loop stood when the checkpoint was saved that the trainer goes on from.
   */
  constructor(
    trainer: T,
    script: readonly Change[],
    events: RunnerEvents,
    from: LoopState | null = null,
  ) {
    this.trainer = trainer;
    this.#script = from?.pending ?? script;
    this.#events = events;
    this.#tally =
      from === null ? this.#emptyTally() : { ...from.tally, flips: [...from.tally.flips] };
    this.#evaluationDue = from?.evaluationDue ?? false;
  }

  /** Where the loop stands: what goes along with a checkpoint. Exact once the device has done all; see drain. */
  get state(): LoopState {
    return {
      tally: structuredClone(this.#tally),
      evaluationDue: this.#evaluationDue,
      pending: this.#script.filter(({ step }) => step >= this.trainer.step),
    };
  }

  /** When the device last finished training steps. */
  get lastDone(): number {
    return this.#lastDone;
  }

  get finished(): boolean {
    return this.trainer.step >= this.#lastStep && !this.#evaluationDue;
  }

  /** True where an epoch has ended that is still to be evaluated. */
  get evaluationDue(): boolean {
    return this.#evaluationDue;
  }

  /** True where the next phase is still to be entered, or measured as it begins. */
  get quantisingDue(): boolean {
    return this.#found !== null || this.trainer.phaseDue;
  }

  /** All changes of the run: those taken, and those still to be replayed. */
  get changes(): readonly Change[] {
    return [
      ...this.trainer.changes,
      ...this.#script.filter(({ step }) => step >= this.trainer.step),
    ];
  }

  /** Changes asked for that no step has come to yet. */
  get requested(): readonly Change[] {
    return this.#requested;
  }

  get #lastStep(): number {
    return this.trainer.spec.epochs * this.trainer.stepsPerEpoch;
  }

  /**
   * Take a change before the next step. What was still to be replayed is dropped: the run is another
   * one now. After the last step there is nothing to change, and a link carries only so many.
   */
  change(request: (step: number) => Change): void {
    const { trainer } = this;
    if (trainer.step >= this.#lastStep) {
      this.#events.onRefused('finished');
      return;
    }
    if (!takesChanges(trainer.spec)) {
      this.#events.onRefused('fixed');
      return;
    }
    if (trainer.changes.length + this.#requested.length >= MAX_CHANGES) {
      this.#events.onRefused('too-many');
      return;
    }
    const change = request(trainer.step);
    if (changeRefusal(trainer.spec, change.field) !== null) {
      this.#events.onRefused('phased');
      return;
    }
    this.#script = this.#script.filter(({ step }) => step < this.trainer.step);
    this.#requested.push(change);
  }

  /** Apply what is due before the next step. */
  async applyChanges(): Promise<void> {
    const { trainer } = this;
    // An epoch is measured before anything changes, also where its evaluation was interrupted.
    if (this.#evaluationDue) return;
    const scripted = this.#script.filter(({ step }) => step === trainer.step);
    const due = [...scripted, ...this.#requested.map((c) => ({ ...c, step: trainer.step }))];
    if (due.length === 0) return;
    this.#script = this.#script.filter(({ step }) => step > trainer.step);
    this.#requested = [];
    for (const change of due) {
      await trainer.apply(change);
      this.#events.onChange(change);
    }
  }

  /**
   * Go on by one submit of at most `limit` steps, by one evaluation, or into the next phase. `proceed` is
   * asked between batches of an evaluation: where it says no, what needed it is given up and made later.
   */
  async advance(limit: number, proceed: () => boolean): Promise<Advance> {
    const { trainer } = this;
    if (this.#evaluationDue) return (await this.#evaluate(proceed)) ? 'evaluated' : 'interrupted';
    if (trainer.step >= this.#lastStep) return 'finished';
    await this.applyChanges();
    if (this.quantisingDue) return (await this.#quantise(proceed)) ? 'quantised' : 'interrupted';
    await trainer.whenFree();
    const count = Math.min(limit, this.#pace.count, this.#untilStop());
    const started = performance.now();
    const done = trainer.train(count).then((metrics) => {
      this.#took(metrics, started);
    });
    this.#track(done);
    this.#checkFailure();
    if (this.#endsEpoch()) await this.drain();
    return 'stepped';
  }

  /**
   * Take one step with each of its dispatches timed. Null, and no step taken, where the device has no
   * clock, the run is over, an epoch has still to be evaluated, or a phase to be entered.
   */
  async timeStep(): Promise<DispatchTimes | null> {
    const { trainer } = this;
    if (this.#evaluationDue || this.quantisingDue || trainer.step >= this.#lastStep) return null;
    await this.drain();
    await this.applyChanges();
    await trainer.whenFree();
    const started = performance.now();
    const timed = await trainer.timeStep();
    if (timed === null) return null;
    this.#took(timed.metrics, started);
    this.#endsEpoch();
    return timed.times;
  }

  /**
   * Take one step that tells what became of a weight the trainer can trace. Null, and no step taken, where
   * the run is over, an epoch has still to be evaluated, or a phase to be entered.
   */
  async traceStep(place: WeightPlace): Promise<StepTrace | null> {
    const { trainer } = this;
    await this.drain();
    if (!this.#evaluationDue) await this.applyChanges();
    if (this.#evaluationDue || this.quantisingDue || trainer.step >= this.#lastStep) return null;
    await trainer.whenFree();
    const started = performance.now();
    const { metrics, trace } = await trainer.traceStep(place);
    this.#took(metrics, started);
    this.#endsEpoch();
    return trace;
  }

  /** True where the steps recorded so far end an epoch; says whether an evaluation is due. */
  #endsEpoch(): boolean {
    const { step, stepsPerEpoch, spec } = this.trainer;
    if (step % stepsPerEpoch !== 0) return false;
    const epochs = step / stepsPerEpoch;
    const last = epochs === spec.epochs;
    this.#evaluationDue = last || epochs % spec.evaluateEvery === 0;
    if (last && this.#requested.length > 0) {
      // They came while the last steps were recorded.
      this.#requested = [];
      this.#events.onRefused('finished');
    }
    return true;
  }

  /** Ask for an evaluation although no epoch has ended. */
  async evaluateNow(): Promise<void> {
    this.#evaluationDue = true;
    await this.#evaluate(() => true);
  }

  /** Resolves when the device has done all that was submitted. */
  async drain(): Promise<void> {
    await Promise.all(this.#outstanding);
    this.#checkFailure();
  }

  /** Steps until the epoch ends or a change is due, whichever is first. */
  #untilStop(): number {
    const { step, stepsPerEpoch } = this.trainer;
    const next = this.#script.find((change) => change.step > step)?.step ?? Infinity;
    return Math.min(stepsPerEpoch - (step % stepsPerEpoch), next - step);
  }

  #track(done: Promise<void>): void {
    const tracked: Promise<void> = done
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#outstanding = this.#outstanding.filter((other) => other !== tracked);
      });
    this.#outstanding.push(tracked);
  }

  #checkFailure(): void {
    if (this.#failure !== null) throw this.#failure as Error;
  }

  #took(metrics: StepMetrics, started: number): void {
    const now = performance.now();
    // Submits overlap: one's own time runs from the end of the one before.
    const ms = now - Math.max(started, this.#lastDone);
    this.#lastDone = now;
    this.#pace.took(metrics.count, ms);
    const tally = this.#tally;
    const layers = this.trainer.layers.length;
    tally.seconds += ms / 1000;
    tally.steps += metrics.count;
    for (let k = 0; k < metrics.count; k++) {
      tally.loss += at(metrics.loss, k);
      tally.mistakes += at(metrics.mistakes, k);
    }
    metrics.signFlips.forEach((flips, k) => {
      const layer = k % layers;
      tally.flips[layer] = at(tally.flips, layer) + flips;
    });
    this.#events.onSteps(metrics, ms / 1000);
  }

  async #evaluate(proceed: () => boolean): Promise<boolean> {
    await this.drain();
    const { trainer } = this;
    const kinds = trainer.weights;
    const measured = new Map<EvaluationWeights, SplitScores>();
    for (const [k, weights] of kinds.entries()) {
      const hearing = this.#events.hears?.(weights) ?? null;
      const progress = (done: number, of: number) => {
        this.#events.onEvaluating(k * of + done, kinds.length * of);
        return proceed();
      };
      const scores = await trainer.evaluate(weights, progress, hearing?.hear);
      hearing?.end(scores !== null);
      if (scores === null) return false;
      measured.set(weights, scores);
    }
    const errors = (figure: (scores: SplitScores) => number): WeightErrors =>
      weightErrors(measured, figure);
    this.#evaluationDue = false;
    const tally = this.#tally;
    this.#tally = this.#emptyTally();
    this.#lastDone = 0;
    this.#events.onEpoch({
      epoch: trainer.step / trainer.stepsPerEpoch,
      step: trainer.step,
      trainLoss: tally.loss / tally.steps,
      trainError: (100 * tally.mistakes) / (tally.steps * trainer.spec.batch),
      validationLoss: errors(({ validation }) => validation.loss),
      validationError: errors(({ validation }) => validation.error),
      testError: errors(({ test }) => test.error),
      flipRate: Object.fromEntries(
        trainer.layers.map(({ name, I, O }, l) => [
          name,
          at(tally.flips, l) / (tally.steps * I * O),
        ]),
      ),
      stepsPerSecond: tally.steps / tally.seconds,
    });
    return true;
  }

  /** Enter the phase that is due, and measure the net before it is trained there. */
  async #quantise(proceed: () => boolean): Promise<boolean> {
    await this.drain();
    const { trainer } = this;
    const { step, stepsPerEpoch } = trainer;
    const progress = (done: number, of: number) => {
      this.#events.onQuantising(done, of);
      return proceed();
    };
    this.#found ??= await trainer.enterPhase(progress);
    const found = this.#found;
    if (found === null) return false;
    const ternary = await trainer.evaluate('ternary', progress);
    const real = ternary && (await trainer.evaluate('real', progress));
    if (ternary === null || real === null) return false;
    this.#found = null;
    const errors = (figure: (scores: SplitScores) => number) => ({
      ternary: figure(ternary),
      real: figure(real),
    });
    this.#lastDone = 0;
    this.#events.onQuantised({
      epoch: step / stepsPerEpoch,
      step,
      validationLoss: errors(({ validation }) => validation.loss),
      validationError: errors(({ validation }) => validation.error),
      testError: errors(({ test }) => test.error),
      steps: Object.fromEntries(found.map(({ name, ...layer }) => [name, layer])),
    });
    return true;
  }

  #emptyTally(): Sums {
    return {
      steps: 0,
      loss: 0,
      mistakes: 0,
      flips: this.trainer.layers.map(() => 0),
      seconds: 0,
    };
  }
}

/** A figure of each kind of weights: those that any run has, and ternary where they were measured. */
function weightErrors(
  measured: ReadonlyMap<EvaluationWeights, SplitScores>,
  figure: (scores: SplitScores) => number,
): WeightErrors {
  const of = (weights: EvaluationWeights): number | undefined => {
    const scores = measured.get(weights);
    return scores && figure(scores);
  };
  const ternary = of('ternary');
  return {
    binary: of('binary') ?? NaN,
    real: of('real') ?? NaN,
    ...(ternary === undefined ? {} : { ternary }),
  };
}
