/**
 * A training run on the device: records many steps per submit, evaluates, applies changes, looks
 * inside. It decides nothing about when: that is the session's.
 */
import { at } from '../experiment/at.ts';
import type { DataShape } from '../experiment/datasets.ts';
import { GAUSSIAN_SAMPLES } from '../experiment/drop-connect.ts';
import type { EnsembleSize } from '../experiment/ensemble.ts';
import { phaseAt } from '../experiment/retraining.ts';
import { type Change, changeRefusal, type Run } from '../experiment/run.ts';
import { fadeAt, momentumAt, rateAt } from '../experiment/schedule.ts';
import { type LayerShape, lrScaleOf } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { Arena } from './buffers.ts';
import { type Checkpoint, checkpointRefusal, exampleCounts } from './checkpoint.ts';
import { uploadData, type DeviceData } from './device-data.ts';
import type { EnsembleScores } from './ensemble.ts';
import { Evaluator } from './evaluator.ts';
import { freeze, type Frozen, type FrozenWeights } from './frozen.ts';
import { look, prepareLook, type Look, type LookRequest, type LookShape } from './inspector.ts';
import { Kernels, record, type Dispatch } from './kernel.ts';
import { decodeMetrics, type StepMetrics } from './metrics.ts';
import { EVALUATION_WEIGHTS, type EvaluationWeights } from './evaluation-program.ts';
import { layerState } from './layers/parameters.ts';
import type { Found, LaterPhase, LearningNetwork } from './learning/learning.ts';
import { RULES } from './learning/rules.ts';
import type { Builder } from './ops/builder.ts';
import { permute } from './ops/permute.ts';
import { kernelRate } from './optimizers/rates.ts';
import { Prober, type Probe } from './probes.ts';
import type { Profile } from './profile.ts';
import { canTime, recordTimed, type DispatchTimes } from './profiler.ts';
import { Readback } from './readback.ts';
import { rehearse } from './rehearsal.ts';
import type { Hear, Progress, SplitScores } from './scores.ts';
import { readState, stateRefusal, writeState } from './state.ts';
import { placeRefusal, recordTraced, type StepTrace, type WeightPlace } from './step-trace.ts';
import { STILL, StepRing } from './steps.ts';
import {
  lookAtUnit,
  prepareUnit,
  shownExamples,
  type UnitRequest,
  type UnitSeen,
  type UnitShape,
} from './unit.ts';

/** Most training steps one submit records. */
export const MAX_STEPS_PER_SUBMIT = 256;
const NO_TRACE =
  'Expectation BackPropagation has no gradient to follow: each weight’s odds move by the likelihood’s, once a minibatch.';

/** Submits whose results may be outstanding. */
const SUBMITS_IN_FLIGHT = 3;

/** What a layer holds from one step to the next. */
export interface LayerState {
  /** Stored weights [I, O]. */
  readonly w: Float32Array<ArrayBuffer>;
  /** The optimiser's, [moments a weight, I, O]. */
  readonly moments: Float32Array<ArrayBuffer>;
  /** gamma, beta, and two moments of each, [6, O]. */
  readonly affine: Float32Array<ArrayBuffer>;
  /** Bits of the next step's weights, [I, ceil(O / 32)]; in mode none the signs. */
  readonly wBits: Uint32Array<ArrayBuffer>;
}

export class Trainer {
  readonly spec: ExperimentSpec;
  readonly stepsPerEpoch: number;
  readonly profile: Profile;
  readonly #device: GPUDevice;
  readonly #arena: Arena;
  readonly #builder: Builder;
  readonly #network: LearningNetwork;
  readonly #data: DeviceData;
  readonly #steps: StepRing;
  readonly #readback: Readback;
  /** By phase and mode. */
  readonly #programs = new Map<string, readonly Dispatch[]>();
  readonly #shuffle: Dispatch;
  readonly #evaluator: Evaluator;
  readonly #prober: Prober;
  #seed: number;
  #mode: Mode;
  /** Later phases that were entered. */
  #phase = 0;
  #changes: Change[] = [];
  #step = 0;
  /** Step before which the weights' moments were last zero. */
  #momentsSince = 0;
  #era = -1;
  #program: readonly Dispatch[] = [];

  private constructor(
    device: GPUDevice,
    arena: Arena,
    builder: Builder,
    network: LearningNetwork,
    shuffle: Dispatch,
  ) {
    this.#device = device;
    this.#arena = arena;
    this.#builder = builder;
    this.#network = network;
    this.#data = network.data;
    this.profile = builder.profile;
    this.spec = network.spec;
    this.stepsPerEpoch = stepsPerEpoch(network.spec, network.data.train.count);
    this.#steps = new StepRing(device, builder.kernels, arena, 'steps', MAX_STEPS_PER_SUBMIT + 1);
    this.#readback = new Readback(
      device,
      arena,
      'metrics.staging',
      MAX_STEPS_PER_SUBMIT * network.stride,
      SUBMITS_IN_FLIGHT,
    );
    this.#evaluator = new Evaluator(device, arena, builder, network);
    this.#prober = new Prober(device, arena, builder, network);
    this.#shuffle = shuffle;
    this.#seed = network.spec.seed;
    this.#mode = network.spec.mode;
  }

  /**
   * Put a run on the device, at step 0.
   * @throws LimitError where a buffer is larger than the adapter binds, KernelError where a shader
   *   does not compile, RangeError where the batch is larger than the training set.
   */
  static async create(
    device: GPUDevice,
    profile: Profile,
    spec: ExperimentSpec,
    dataset: Dataset,
  ): Promise<Trainer> {
    const arena = new Arena(device);
    try {
      const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
      const data = uploadData(arena, dataset, Math.min(maxStorageBufferBindingSize, maxBufferSize));
      const builder = { kernels: new Kernels(device), profile };
      const network = RULES[spec.learning](arena, builder, spec, data, MAX_STEPS_PER_SUBMIT);
      const shuffle = await permute(builder, data.train.count, network.order);
      const trainer = new Trainer(device, arena, builder, network, shuffle);
      await trainer.rewind(spec.seed);
      return trainer;
    } catch (error) {
      arena.destroy();
      throw error;
    }
  }

  get layers(): readonly LayerShape[] {
    return this.#network.layers.map((layer) => layer.shape);
  }
  /** Training steps done (recorded; their results may still be on the way). */
  get step(): number {
    return this.#step;
  }
  get mode(): Mode {
    return this.#mode;
  }
  /** Kinds of weights that evaluations can be made with now; the last is what the phase trains, where it adds one. */
  get weights(): readonly EvaluationWeights[] {
    const entered = this.#network.later.slice(0, this.#phase);
    return [...EVALUATION_WEIGHTS, ...entered.map(({ weights }) => weights)];
  }
  /** True where a phase begins with the next step: it must be entered first. */
  get phaseDue(): boolean {
    return this.#next !== null;
  }
  get #next(): LaterPhase | null {
    const next = this.#network.later[this.#phase];
    return next !== undefined && next.epoch * this.stepsPerEpoch <= this.#step ? next : null;
  }
  get seed(): number {
    return this.#seed;
  }
  get changes(): readonly Change[] {
    return this.#changes;
  }
  /** Bytes of device memory held. */
  get bytes(): number {
    return this.#arena.bytes;
  }
  /** Dispatches of one training step. */
  get dispatches(): readonly Dispatch[] {
    return this.#program;
  }
  /** The run as it stands: what replays it. */
  get run(): Run {
    return {
      spec: { ...this.spec, seed: this.#seed },
      kernels: this.profile.kernels,
      changes: this.#changes,
    };
  }

  /** Learning rate of the step about to be taken. */
  get rate(): number {
    return rateAt(this.spec, this.#changes, this.#step, this.stepsPerEpoch);
  }

  /** Back to step 0: fresh weights from a seed, and none of the changes. */
  async rewind(seed: number): Promise<void> {
    this.#seed = seed;
    this.#step = 0;
    this.#momentsSince = 0;
    this.#phase = 0;
    this.#era = -1;
    this.#changes = [];
    await this.#setMode(this.spec.mode, await this.#network.fresh());
  }

  /** Take a change before the next step: it becomes part of the run. */
  async apply(change: Change): Promise<void> {
    if (change.step !== this.#step) {
      throw new RangeError(`a change for step ${change.step} at step ${this.#step}`);
    }
    const refusal = changeRefusal(this.spec, change.field);
    if (refusal !== null) throw new RangeError(refusal);
    this.#changes = [...this.#changes, change];
    if (change.field !== 'mode' || change.value === this.#mode) return;
    const from = this.#mode;
    const to = change.value;
    const { dispatches, clearsMoments } = await this.#network.switched(from, to);
    if (clearsMoments) this.#momentsSince = this.#step;
    await this.#setMode(to, dispatches);
  }

  /**
   * Enter the phase that is due, before its first step: moments are zero from there on. What it found;
   * null where `progress` gave up, and the phase is due as before. All submits must be done.
   */
  async enterPhase(progress: Progress = () => true): Promise<Found | null> {
    const next = this.#next;
    if (next === null) throw new RangeError(`no phase begins at step ${this.#step}`);
    const found = await next.enter(this.#device, this.#evaluator, progress);
    if (found === null) return null;
    const encoder = this.#device.createCommandEncoder({ label: 'phase' });
    for (const { moments, affine, shape } of this.#network.layers) {
      encoder.clearBuffer(moments);
      // gamma and beta stay, their moments go.
      encoder.clearBuffer(affine, 8 * shape.O, 16 * shape.O);
    }
    this.#device.queue.submit([encoder.finish()]);
    this.#phase += 1;
    this.#momentsSince = this.#step;
    await this.#setMode(this.#mode, []);
    return found;
  }

  async #programOf(mode: Mode): Promise<readonly Dispatch[]> {
    const key = `${this.#phase} ${mode}`;
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const program = await this.#network.training(mode, this.#phase);
    this.#programs.set(key, program);
    return program;
  }

  /** Build (or find) a mode's program, run `first`, and binarise for the next step. */
  async #setMode(mode: Mode, first: readonly Dispatch[]): Promise<void> {
    const program = await this.#programOf(mode);
    const bits = await this.#network.bits(mode);
    this.#mode = mode;
    this.#program = program;
    this.#steps.set(0, { ...STILL, step: this.#step, seed: this.#seed });
    this.#steps.send(0, 1);
    const encoder = this.#device.createCommandEncoder({ label: 'mode' });
    const pass = encoder.beginComputePass({ label: 'mode' });
    this.#steps.use(pass, 0);
    record(pass, first);
    record(pass, bits);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /**
   * Record and submit `count` training steps at once (within one epoch: the order of examples
   * changes between epochs). Resolves with their metrics when the device has done them. Wait for
   * `whenFree` first: only so many submits may be outstanding.
   */
  train(count: number): Promise<StepMetrics> {
    const { stepsPerEpoch: perEpoch, spec } = this;
    const first = this.#step;
    const within = first % perEpoch;
    if (count < 1 || count > MAX_STEPS_PER_SUBMIT || within + count > perEpoch) {
      throw new RangeError(`${count} steps from step ${first} of epochs of ${perEpoch}`);
    }
    this.#checkPhase();
    for (let k = 0; k < count; k++) this.#fillStep(k, first + k, (within + k) * spec.batch);
    this.#steps.send(0, count);
    const encoder = this.#device.createCommandEncoder({ label: 'train' });
    const pass = encoder.beginComputePass({ label: 'train' });
    this.#shuffleIfDue(pass);
    for (let k = 0; k < count; k++) {
      this.#steps.use(pass, k);
      record(pass, this.#program);
    }
    pass.end();
    return this.#submit(encoder, count);
  }

  /**
   * Take one training step with a pass for each dispatch, and time them: a step like any other, to
   * the bit. Null, and no step taken, where the device has no timestamp queries. Wait for `whenFree`
   * first.
   */
  async timeStep(): Promise<{ metrics: StepMetrics; times: DispatchTimes } | null> {
    if (!canTime(this.#device)) return null;
    const encoder = this.#prepareStep('profile');
    const recorded = recordTimed(this.#device, encoder, this.#program, (timed) => {
      this.#steps.use(timed, 0);
    });
    const [metrics, times] = await Promise.all([this.#submit(encoder, 1), recorded.read()]);
    return { metrics, times };
  }

  /** Why the step about to be taken cannot tell of a weight, in one sentence; null where it can. */
  traceRefusal(place: WeightPlace): string | null {
    return this.#network.traced === null ? NO_TRACE : placeRefusal(this.layers, place);
  }

  /**
   * Take one training step and tell what became of one weight: a step like any other, to the bit. Wait
   * for `whenFree` first.
   * @throws RangeError where `traceRefusal` has something against it.
   */
  async traceStep(
    place: WeightPlace,
  ): Promise<{ readonly metrics: StepMetrics; readonly trace: StepTrace }> {
    const refusal = this.traceRefusal(place);
    const { traced } = this.#network;
    if (refusal !== null || traced === null) throw new RangeError(refusal ?? NO_TRACE);
    const encoder = this.#prepareStep('trace');
    const { spec } = this;
    const step = this.#step;
    const taken = {
      ...{ step, seed: this.#seed, mode: this.#mode, phase: this.#phase },
      optimizer: spec.optimizer,
      rate: kernelRate(spec.optimizer, this.rate, step - this.#momentsSince + 1),
      momentum: momentumAt(spec, this.#changes, step, this.stepsPerEpoch),
      scale: lrScaleOf(spec, this.#mode, at(this.layers, place.layer)),
      decay: spec.weightDecay ?? 0,
    };
    const network = { ...this.#network, traced };
    const recorded = recordTraced(
      this.#device,
      encoder,
      network,
      this.#program,
      place,
      taken,
      (part) => {
        this.#steps.use(part, 0);
      },
    );
    const done = this.#submit(encoder, 1);
    const loss = async () => at((await done).loss, 0);
    const [metrics, trace] = await Promise.all([done, recorded.read(loss)]);
    return { metrics, trace };
  }

  /**
   * Milliseconds that a training step takes on this adapter, told before the first one is taken: steps
   * are tried out and undone. Null where `proceed`, asked every few milliseconds, says no.
   */
  async rehearse(proceed: () => boolean): Promise<number | null> {
    if (this.#step > 0 || this.#changes.length > 0) {
      throw new RangeError(`a rehearsal at step ${this.#step}`);
    }
    this.#device.queue.submit([this.#prepareStep('rehearsal').finish()]);
    try {
      const prepare = (trial: GPUComputePassEncoder) => {
        this.#steps.use(trial, 0);
      };
      return await rehearse(this.#device, this.#program, prepare, proceed);
    } finally {
      await this.rewind(this.#seed);
    }
  }

  /** An encoder to which the step about to be taken can be recorded: its numbers and examples are there. */
  #prepareStep(label: string): GPUCommandEncoder {
    this.#checkPhase();
    this.#fillStep(0, this.#step, (this.#step % this.stepsPerEpoch) * this.spec.batch);
    this.#steps.send(0, 1);
    const encoder = this.#device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label: 'shuffle' });
    this.#shuffleIfDue(pass);
    pass.end();
    return encoder;
  }

  #checkPhase(): void {
    if (this.phaseDue) throw new RangeError(`a phase must be entered before step ${this.#step}`);
  }

  /** Draw the order of the examples where the next step is the first to use it. */
  #shuffleIfDue(pass: GPUComputePassEncoder): void {
    const epoch = Math.floor(this.#step / this.stepsPerEpoch);
    const era = Math.floor(epoch / this.spec.shuffleEvery);
    if (era === this.#era) return;
    this.#steps.set(MAX_STEPS_PER_SUBMIT, { ...STILL, start: era, seed: this.#seed });
    this.#steps.send(MAX_STEPS_PER_SUBMIT, 1);
    this.#steps.use(pass, MAX_STEPS_PER_SUBMIT);
    record(pass, [this.#shuffle]);
    this.#era = era;
  }

  /** Submit `count` recorded steps; their metrics come when the device has done them. */
  async #submit(encoder: GPUCommandEncoder, count: number): Promise<StepMetrics> {
    const first = this.#step;
    this.#step += count;
    const { stride, metrics, layers } = this.#network;
    const words = await this.#readback.read(encoder, [{ buffer: metrics, words: count * stride }]);
    return decodeMetrics(words, first, count, layers.length);
  }

  /** Resolves once another submit may be recorded. */
  whenFree(): Promise<void> {
    return this.#readback.whenFree();
  }

  #fillStep(slot: number, step: number, start: number): void {
    const { spec } = this;
    const rate = rateAt(spec, this.#changes, step, this.stepsPerEpoch);
    const epoch = Math.floor(step / this.stepsPerEpoch);
    // The moments of gamma and beta are zero where a phase begins.
    const since = phaseAt(spec, epoch).first * this.stepsPerEpoch;
    this.#steps.set(slot, {
      step,
      slot,
      start,
      count: spec.batch,
      seed: this.#seed,
      rateW: kernelRate(spec.optimizer, rate, step - this.#momentsSince + 1),
      rateP: kernelRate(spec.optimizer, rate, step - since + 1),
      momentum: momentumAt(spec, this.#changes, step, this.stepsPerEpoch),
      epoch,
      fade: fadeAt(spec, step),
    });
  }

  /**
   * Loss and error on validation and test with one kind of weights, batch norm recalibrated for
   * them. `progress` is called between batches and may return false to give up (then null). `hear`
   * gets the scores of the test examples.
   */
  evaluate(
    weights: EvaluationWeights,
    progress: Progress = () => true,
    hear?: Hear,
  ): Promise<SplitScores | null> {
    this.#checkWeights(weights);
    return this.#evaluator.run(weights, progress, hear);
  }

  /** Scores of all test examples, as `evaluate` makes them. False where `progress` gave up. */
  test(weights: EvaluationWeights, progress: Progress, hear: Hear): Promise<boolean> {
    this.#checkWeights(weights);
    return this.#evaluator.test(weights, progress, hear);
  }

  #checkWeights(weights: EvaluationWeights): void {
    if (this.weights.includes(weights)) return;
    throw new RangeError(`${weights} weights before the phase that has them`);
  }

  /**
   * The same for the mean of the outputs of sampled binary nets, batch norm recalibrated for each: after
   * 1, 2, 4, ... of up to `members` nets. They are drawn by random numbers of their own, the same at
   * every call, and training goes on as if nothing had been drawn.
   */
  evaluateEnsemble(
    members: EnsembleSize,
    progress: Progress = () => true,
  ): Promise<EnsembleScores[] | null> {
    return this.#evaluator.runEnsemble(members, { mode: this.#mode, seed: this.#seed }, progress);
  }

  /**
   * The same as `evaluate` for a net with DropConnect, tested by moments instead of mean weights: units
   * whose weights drop out are drawn GAUSSIAN_SAMPLES times from the normal distribution of their mean
   * and variance, and the mean of their activations goes on. Training goes on as if nothing were drawn.
   */
  evaluateByMoments(
    weights: EvaluationWeights,
    progress: Progress = () => true,
  ): Promise<SplitScores | null> {
    const drawing = { samples: GAUSSIAN_SAMPLES, seed: this.#seed };
    return this.#evaluator.runByMoments(weights, drawing, progress);
  }

  /**
   * The network as it predicts with one kind of weights, batch norm measured for them, and how good it is
   * so. Null where `progress` gave up. No step may be taken meanwhile.
   */
  async freeze(
    weights: FrozenWeights,
    progress: Progress = () => true,
  ): Promise<{ readonly frozen: Frozen; readonly scores: SplitScores } | null> {
    const scores = await this.evaluate(weights, progress);
    if (scores === null) return null;
    const stats = await this.#evaluator.statistics();
    const as = { weights, mode: this.#mode };
    return { scores, frozen: await freeze(this.#device, this.#network, as, stats) };
  }

  /** Histograms, saturation and propagating bits of every layer, as they stand now. */
  probe(): Promise<Probe[]> {
    return this.#prober.read(this.#mode);
  }

  /** What the network makes of examples as it stands now. */
  look(request: LookRequest): Promise<Look> {
    return look(this.#device, this.#builder, this.#network, request);
  }

  /** Compile what looks of a shape need: they are quick from then on. */
  prepareLook(shape: LookShape): Promise<void> {
    return prepareLook(this.#device, this.#builder, this.#network, shape);
  }

  /** One unit as it stands now: what it stores, and how it answers to examples. */
  lookAtUnit(request: UnitRequest): Promise<UnitSeen> {
    return lookAtUnit(this.#device, this.#builder, this.#network, request);
  }

  /** Compile what looks at units of a layer need. */
  prepareUnit(shape: UnitShape): Promise<void> {
    return prepareUnit(this.#device, this.#builder, this.#network, shape);
  }

  /** How many of so many examples a unit is shown. */
  shownExamples(there: number): number {
    return shownExamples(this.#network, there);
  }

  /**
   * The run as it stands behind the steps recorded so far: one submit, and training may go on at once.
   * Rejects where the device is lost.
   */
  async save(): Promise<Checkpoint> {
    const { run } = this;
    const standing = {
      run,
      step: this.#step,
      mode: this.#mode,
      momentsSince: this.#momentsSince,
      examples: exampleCounts(this.#data),
    };
    return { ...standing, tensors: await readState(this.#device, this.#network.state) };
  }

  /**
   * Go on from a checkpoint of the same experiment, its seed included: with the same kernels and adapter
   * to the bit. Nothing has changed where it is refused.
   * @throws RangeError, one sentence, where it is of another experiment, of other data, or damaged.
   */
  async load(checkpoint: Checkpoint): Promise<void> {
    const { spec, stepsPerEpoch: perEpoch } = this;
    const { state } = this.#network;
    const { run, step, mode, momentsSince, tensors } = checkpoint;
    const here = exampleCounts(this.#data);
    const refusal = checkpointRefusal(checkpoint, spec, here) ?? stateRefusal(state, tensors);
    if (refusal !== null) throw new RangeError(refusal);
    // A phase that begins here is entered anew, and finds the same.
    this.#phase = this.#network.later.filter(({ epoch }) => epoch * perEpoch < step).length;
    this.#program = await this.#programOf(mode);
    this.#mode = mode;
    this.#seed = run.spec.seed;
    this.#step = step;
    this.#momentsSince = momentsSince;
    this.#changes = [...run.changes];
    // The order of the examples is drawn anew before the next step: it follows from seed and step.
    this.#era = -1;
    writeState(this.#device, state, tensors);
  }

  /** What a layer holds from one step to the next, read back. For tests and files, not for every frame. */
  async readLayer(layer: number): Promise<LayerState> {
    const parameters = at(this.#network.layers, layer);
    const tensors = await readState(this.#device, layerState(parameters));
    const words = (part: string): ArrayBuffer =>
      tensors.get(`${parameters.shape.name}.${part}`)?.data.buffer ?? new ArrayBuffer();
    return {
      w: new Float32Array(words('w')),
      moments: new Float32Array(words('moments')),
      affine: new Float32Array(words('affine')),
      wBits: new Uint32Array(words('wBits')),
    };
  }

  /** Give everything on the device back. */
  destroy(): void {
    this.#arena.destroy();
  }

  /** The data set's shape as the network sees it. */
  get dataShape(): DataShape {
    return this.#data;
  }
}

/** Whole minibatches an epoch has; the examples left over wait for the next order. */
export function stepsPerEpoch(spec: ExperimentSpec, examples: number): number {
  const steps = Math.floor(examples / spec.batch);
  if (steps === 0) {
    throw new RangeError(
      `The batch of ${spec.batch} is larger than the training set; allowed are at most ${examples}.`,
    );
  }
  return steps;
}
