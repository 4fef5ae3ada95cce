/**
 * A run in float64 on the CPU, trained by the reference: what the run loop asks of a trainer on a device,
 * for the toy tasks where there is no device.
 */
import { type Dataset, preprocess } from '../../data/dataset.ts';
import { at } from '../../experiment/at.ts';
import type { Change, Run } from '../../experiment/run.ts';
import { changeRefusal } from '../../experiment/run.ts';
import { rateAt } from '../../experiment/schedule.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../../experiment/spec.ts';
import type { Look, LookRequest } from '../../gpu/inspector.ts';
import type { StepMetrics } from '../../gpu/metrics.ts';
import type { Progress, Scores, SplitScores } from '../../gpu/scores.ts';
import type { EvaluationWeights } from '../../gpu/learning/learning.ts';
import type { UnitRequest, UnitSeen } from '../../gpu/unit.ts';
import { packSigns } from '../../reference/binarise.ts';
import type { Statistics } from '../../reference/batch-norm.ts';
import { CALIBRATION_EXAMPLES } from '../../reference/evaluation.ts';
import { el, type Floats, toFloats } from '../../reference/floats.ts';
import { minibatchOf } from '../../reference/minibatch.ts';
import { ReferenceNetwork, type LayerState } from '../../reference/network.ts';
import { stepsPerEpoch } from '../../reference/permutation.ts';
import { valuesOf } from '../pictures.ts';
import type { EnsembleRecord, LayerProbe } from '../protocol.ts';
import type { RunTrainer } from '../runner.ts';

/** Inputs [N, inputs] as the network sees them. */
const prepared = (dataset: Dataset, split: 'train' | 'validation' | 'test', most = Infinity) => {
  const examples = dataset[split];
  const count = Math.min(examples.count, most);
  return toFloats(preprocess(valuesOf(examples, dataset.inputs, 0, count), dataset));
};

/** A turn of the event loop, in which messages come through. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export class CpuTrainer implements RunTrainer {
  readonly stepsPerEpoch: number;
  readonly weights = ['binary', 'real'] as const;
  /** Retraining is what phases are for, and needs a device. */
  readonly phaseDue = false;
  readonly #dataset: Dataset;
  readonly #spec: ExperimentSpec;
  #network: ReferenceNetwork;
  #changes: Change[] = [];

  /** @throws RangeError where the batch is larger than the training set. */
  constructor(spec: ExperimentSpec, dataset: Dataset) {
    const steps = stepsPerEpoch(dataset.train.count, spec.batch);
    if (!steps.ok) throw new RangeError(steps.error);
    this.stepsPerEpoch = steps.value;
    this.#dataset = dataset;
    this.#spec = spec;
    this.#network = this.#fresh(spec);
  }

  #fresh(spec: ExperimentSpec): ReferenceNetwork {
    const shape = { ...this.#dataset.shape, classes: this.#dataset.classNames.length };
    return new ReferenceNetwork({ spec, kernels: 'auto', changes: [] }, shape, this.stepsPerEpoch);
  }

  get spec(): ExperimentSpec {
    return this.#network.spec;
  }
  get layers(): readonly LayerShape[] {
    return this.#network.layers.map(({ shape }) => shape);
  }
  get step(): number {
    return this.#network.nextStep;
  }
  get mode(): Mode {
    return this.#network.mode;
  }
  get changes(): readonly Change[] {
    return this.#changes;
  }
  get run(): Run {
    return { spec: this.spec, kernels: 'auto', changes: this.#changes };
  }
  get rate(): number {
    return rateAt(this.spec, this.#changes, this.step, this.stepsPerEpoch);
  }

  /** Back to step 0: fresh weights from a seed, and none of the changes. */
  rewind(seed: number): void {
    this.#changes = [];
    this.#network = this.#fresh({ ...this.#spec, seed });
  }

  apply(change: Change): Promise<void> {
    const refusal = changeRefusal(this.spec, change.field);
    if (refusal !== null) throw new RangeError(refusal);
    this.#network.change(change);
    this.#changes = [...this.#changes, change];
    return Promise.resolve();
  }

  whenFree(): Promise<void> {
    return turn();
  }

  train(count: number): Promise<StepMetrics> {
    const layers = this.layers.length;
    const metrics = {
      ...{ first: this.step, count, loss: new Float32Array(count) },
      mistakes: new Uint32Array(count),
      signFlips: new Uint32Array(count * layers),
      sampleFlips: new Uint32Array(count * layers),
    };
    for (let k = 0; k < count; k++) {
      const { x, labels } = minibatchOf(this.spec, this.#dataset, this.step);
      const report = this.#network.step(x, labels);
      metrics.loss[k] = report.loss;
      metrics.mistakes[k] = Math.round((report.error * labels.length) / 100);
      this.layers.forEach(({ I, O }, l) => {
        const place = k * layers + l;
        metrics.signFlips[place] = Math.round((report.signFlips[l] ?? 0) * I * O);
        metrics.sampleFlips[place] = Math.round((report.sampleFlips[l] ?? 0) * I * O);
      });
    }
    return Promise.resolve(metrics);
  }

  /** Statistics of each layer for these weights, over training examples. */
  #calibrated(weights: EvaluationWeights): Statistics[] {
    return this.#network.calibrate(weights, prepared(this.#dataset, 'train', CALIBRATION_EXAMPLES));
  }

  async evaluate(weights: EvaluationWeights, progress: Progress): Promise<SplitScores | null> {
    const proceeds = async (done: number): Promise<boolean> => {
      await turn();
      return progress(done, 3);
    };
    if (!(await proceeds(0))) return null;
    const statistics = this.#calibrated(weights);
    if (!(await proceeds(1))) return null;
    const validation = this.#score(weights, statistics, 'validation');
    if (!(await proceeds(2))) return null;
    return { validation, test: this.#score(weights, statistics, 'test') };
  }

  #score(
    weights: EvaluationWeights,
    statistics: readonly Statistics[],
    split: 'validation' | 'test',
  ): Scores {
    const { count: examples, labels } = this.#dataset[split];
    const x = prepared(this.#dataset, split);
    const { loss, error } = this.#network.evaluate(weights, statistics, x, labels);
    return { examples, loss, error, mistakes: Math.round((error * examples) / 100) };
  }

  /** Scores of inputs [N, inputs], batch norm measured for these weights; what layers make of them is not told. */
  look({ weights, inputs }: LookRequest): Promise<Look> {
    const scores = this.#network.scores(weights, this.#calibrated(weights), inputs);
    return Promise.resolve({ scores: Float32Array.from(scores), maps: [] });
  }

  shownExamples(there: number): number {
    return there;
  }

  /** The stored weights of a unit of a dense layer, and what it makes of inputs [N, inputs]. */
  lookAtUnit({ weights, layer, unit, inputs }: UnitRequest): Promise<UnitSeen> {
    const { shape, w } = at(this.#network.layers, layer);
    const { I, O } = shape;
    const outputs = this.#network.outputs(layer, weights, this.#calibrated(weights), inputs);
    const column = (values: Floats, rows: number) =>
      Float32Array.from({ length: rows }, (_, row) => el(values, row * O + unit));
    return Promise.resolve({
      stored: column(w, I),
      activations: column(outputs, outputs.length / O),
    });
  }

  /** Errors of ensembles of 1, 2, 4, ... up to `members` sampled nets. */
  ensemble(members: number): EnsembleRecord['sizes'] {
    const training = prepared(this.#dataset, 'train', CALIBRATION_EXAMPLES);
    const measure = (split: 'validation' | 'test') => {
      const { labels } = this.#dataset[split];
      const examples = { x: prepared(this.#dataset, split), labels };
      return this.#network.evaluateEnsemble(members, training, examples);
    };
    const [validation, test] = [measure('validation'), measure('test')];
    return test.map(({ members: size, error }, k) => ({
      ...{ members: size, validation: at(validation, k).error, test: error },
    }));
  }

  probe(): Promise<LayerProbe[]> {
    return Promise.resolve(this.#network.layers.map((layer) => probeOf(layer, this.mode)));
  }

  timeStep(): Promise<null> {
    return Promise.resolve(null);
  }

  traceStep(): Promise<never> {
    return Promise.reject(new RangeError('no weight is traced on the CPU'));
  }

  enterPhase(): Promise<null> {
    return Promise.resolve(null);
  }
}

const BINS = 64;

/** The same figures that histogram.wgsl counts. */
function probeOf({ shape, w, wb }: LayerState, mode: Mode): LayerProbe {
  const { I, O, H } = shape;
  const range = mode === 'none' ? Math.max(1e-30, largest(w)) : H;
  const histogram = new Uint32Array(BINS);
  let saturated = 0;
  for (const value of w) {
    const bin = Math.floor(((value / range + 1) * BINS) / 2);
    const k = Math.min(Math.max(bin, 0), BINS - 1);
    histogram[k] = (histogram[k] ?? 0) + 1;
    if (Math.abs(value) >= 0.999 * H) saturated++;
  }
  return { histogram, range, saturation: saturated / w.length, bits: packSigns(wb, I, O) };
}

const largest = (w: Floats): number =>
  w.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
