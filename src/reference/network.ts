/**
 * A run in plain float64: the oracle that the device's kernels are tested against, and what trains
 * where there is no device. One step is BinaryConnect's (Courbariaux, Bengio and David 2015,
 * algorithm 1): propagate wb forward and backward, hand its gradient to w unchanged (straight
 * through), step, clip, and derive the next minibatch's wb.
 */
import { at } from '../experiment/at.ts';
import type { DataShape } from '../experiment/datasets.ts';
import type { Change, Run } from '../experiment/run.ts';
import { fadeAt, momentumAt, rateAt } from '../experiment/schedule.ts';
import {
  biasScaleOf,
  initialRange,
  type LayerShape,
  layerShapes,
  longestFilter,
  lrScaleOf,
  switchFactor,
} from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import { flipRate, propagated } from './binarise.ts';
import type { Statistics } from './batch-norm.ts';
import { type CompanionState, createCompanion, updateCompanion } from './companion.ts';
import { type EnsembleEvaluation, evaluateEnsemble } from './ensemble.ts';
import {
  calibrate,
  evaluate,
  type Evaluation,
  type EvaluationWeights,
  measuredLayers,
  wholeLayers,
} from './evaluation.ts';
import { el, type Floats, floats, toFloats } from './floats.ts';
import { limitFilters } from './max-norm.ts';
import { momentsPass } from './moments.ts';
import { type Moments, noMoments, resetMoments, type Step, update } from './optimizers.ts';
import { type Gradients, inferencePass, trainingPass } from './pass.ts';
import { type SignalLevels, ternarised } from './quantise.ts';
import { initialWeights } from './random.ts';

export interface LayerState {
  readonly shape: LayerShape;
  /** [I, O]: stored weights. */
  readonly w: Floats;
  /** [O]: unused where there is no batch norm. */
  readonly gamma: Floats;
  /** [O] */
  readonly beta: Floats;
  readonly moments: { readonly w: Moments; readonly gamma: Moments; readonly beta: Moments };
  /** [I, O]: the weights of the next step's minibatch. */
  wb: Floats;
  /** In retraining: the magnitude of its ternary weights, else null; and the levels of its signals. */
  delta: number | null;
  signal: SignalLevels | undefined;
}

/** What a layer is retrained with; `signal` is null where signals stay as they are. */
export interface RetrainedLayer {
  readonly delta: number;
  readonly signal: number | null;
}

/** All that a network's next step depends on, besides its run and its data. */
export interface NetworkState {
  /** Training steps done, and so the number of the next one. */
  readonly step: number;
  readonly mode: Mode;
  readonly layers: readonly LayerState[];
  /** Of each layer; null where it has none. */
  readonly companions: readonly (CompanionState | null)[];
}

/** What one training step tells. */
export interface StepReport {
  readonly loss: number;
  /** Share of the minibatch misclassified, in percent. */
  readonly error: number;
  /** By layer: share of stored weights whose sign this step's update changed, 0..1. */
  readonly signFlips: readonly number[];
  /** By layer: share of sampled weights in which the next minibatch's differ from this one's; 0 unless stochastic. */
  readonly sampleFlips: readonly number[];
}

export class ReferenceNetwork {
  readonly spec: ExperimentSpec;
  readonly stepsPerEpoch: number;
  #layers: readonly LayerState[];
  #companions: readonly (CompanionState | null)[];
  #mode: Mode;
  #step = 0;
  #changes: Change[];

  /** At step 0, with the first minibatch's weights derived. Changes of the run take effect when their step comes. */
  constructor(run: Run, data: DataShape, stepsPerEpoch: number) {
    const { spec } = run;
    this.spec = spec;
    this.stepsPerEpoch = stepsPerEpoch;
    this.#mode = spec.mode;
    this.#changes = [...run.changes];
    this.#layers = layerShapes(spec, data).map((shape, l) => {
      const { I, O } = shape;
      return {
        shape,
        w: initialWeights(I, O, initialRange(spec, shape), spec.seed, l),
        gamma: floats(O).fill(1),
        beta: floats(O),
        moments: {
          w: noMoments(spec.optimizer, I * O),
          gamma: noMoments(spec.optimizer, O),
          beta: noMoments(spec.optimizer, O),
        },
        wb: floats(I * O),
        ...{ delta: null, signal: undefined },
      };
    });
    this.#companions = this.#layers.map(({ shape }, l) =>
      createCompanion(spec, shape, this.#layers.length + l),
    );
    this.#rebinarise();
    this.#applyChanges();
  }

  /** The live layers, first to last. */
  get layers(): readonly LayerState[] {
    return this.#layers;
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** The number of the next training step, from 0. */
  get nextStep(): number {
    return this.#step;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** A change that takes effect before the next step. */
  change(change: Change): void {
    if (change.step !== this.#step) {
      throw new RangeError(`change for step ${change.step} before step ${this.#step}`);
    }
    this.#changes.push(change);
    if (change.field === 'mode') this.#switchMode(change.value);
  }

  /**
   * Begin the second phase of a run with retraining before the next step, with steps that were found for
   * its layers. Moments start anew.
   */
  retrain(found: readonly RetrainedLayer[]): void {
    const { retraining } = this.spec;
    if (this.#step !== (retraining?.after ?? NaN) * this.stepsPerEpoch) {
      throw new RangeError(`no phase begins at step ${this.#step}`);
    }
    this.#layers.forEach((layer, l) => {
      const { delta, signal } = at(found, l);
      layer.delta = delta;
      const levels = retraining?.signalLevels ?? NaN;
      layer.signal = signal === null ? undefined : { step: signal, levels };
      Object.values(layer.moments).forEach(resetMoments);
    });
    this.#rebinarise();
  }

  /** Loss and gradients of minibatch x [B, inputs] at the next step; nothing changes. */
  gradients(x: ArrayLike<number>, labels: ArrayLike<number>): Gradients {
    const { spec } = this;
    const input = toFloats(x);
    return trainingPass(spec, this.#layers, input, labels, this.#step, this.#companions);
  }

  /** One training step on minibatch x [B, inputs]. */
  step(x: ArrayLike<number>, labels: ArrayLike<number>): StepReport {
    const { loss, errors, layers, companions } = this.gradients(x, labels);
    const { optimizer, weightDecay: decay = 0 } = this.spec;
    const rate = rateAt(this.spec, this.#changes, this.#step, this.stepsPerEpoch);
    const momentum = momentumAt(this.spec, this.#changes, this.#step, this.stepsPerEpoch);
    const before = this.#layers.map(({ w, wb }) => ({ w: w.slice(), wb }));

    this.#layers.forEach(({ shape, w, gamma, beta, moments }, l) => {
      const { dwb, dgamma, dbeta } = at(layers, l);
      const scale = lrScaleOf(this.spec, this.#mode, shape);
      const limit = this.#mode === 'none' ? Infinity : shape.H;
      const g = decay === 0 ? dwb : dwb.map((value, e) => value + decay * el(w, e));
      update(optimizer, w, g, moments.w, { rate, momentum, scale, limit });
      const longest = longestFilter(this.spec, this.#mode, shape);
      if (longest !== null) limitFilters(w, shape.O, longest);
      const plain: Step = { rate, momentum, scale: biasScaleOf(this.spec, shape), limit: Infinity };
      update(optimizer, gamma, dgamma, moments.gamma, plain);
      update(optimizer, beta, dbeta, moments.beta, plain);
    });
    const faded = { rate: rate * fadeAt(this.spec, this.#step), momentum };
    companions.forEach((gradients, l) => {
      const companion = at(this.#companions, l);
      if (gradients === null || companion === null) return;
      const scales = { w: companion.shape.rate, beta: biasScaleOf(this.spec, companion.shape) };
      updateCompanion(this.spec, companion, gradients, faded, scales);
    });
    this.#step++;
    this.#rebinarise();

    const sampled = this.#mode === 'stochastic';
    const report: StepReport = {
      loss,
      error: (100 * errors) / labels.length,
      signFlips: this.#layers.map(({ w }, l) => flipRate(at(before, l).w, w)),
      sampleFlips: this.#layers.map(({ wb }, l) => (sampled ? flipRate(at(before, l).wb, wb) : 0)),
    };
    this.#applyChanges();
    return report;
  }

  /** Batch norm's statistics for a kind of weights, over training examples x [N, inputs]. */
  calibrate(weights: EvaluationWeights, x: ArrayLike<number>): Statistics[] {
    return calibrate(this.spec, measuredLayers(this.spec, this.#layers, weights), toFloats(x));
  }

  /** Loss and error over x [N, inputs] with that kind of weights, normalised by their own statistics. */
  evaluate(
    weights: EvaluationWeights,
    statistics: readonly Statistics[],
    x: ArrayLike<number>,
    labels: ArrayLike<number>,
  ): Evaluation {
    const layers = measuredLayers(this.spec, this.#layers, weights);
    return evaluate(this.spec, layers, statistics, toFloats(x), labels);
  }

  /**
   * Loss and error of ensembles of 1, 2, 4, ... up to `members` sampled nets over `examples`, each
   * calibrated on training examples x [N, inputs].
   */
  evaluateEnsemble(
    members: number,
    x: ArrayLike<number>,
    examples: { readonly x: ArrayLike<number>; readonly labels: ArrayLike<number> },
  ): EnsembleEvaluation[] {
    const scored = { x: toFloats(examples.x), labels: examples.labels };
    return evaluateEnsemble(this.spec, this.#mode, this.#layers, members, toFloats(x), scored);
  }

  /** Loss and error over `examples`, by moments; batch norm is measured on training examples x [N, inputs]. */
  evaluateByMoments(
    weights: EvaluationWeights,
    samples: number,
    x: ArrayLike<number>,
    examples: { readonly x: ArrayLike<number>; readonly labels: ArrayLike<number> },
  ): Evaluation {
    const layers = wholeLayers(this.spec, this.#layers, weights);
    const pass = momentsPass({ samples, seed: this.spec.seed });
    const statistics = calibrate(this.spec, layers, toFloats(x), pass);
    return evaluate(this.spec, layers, statistics, toFloats(examples.x), examples.labels, pass);
  }

  /** Scores [N, classes] of x [N, inputs]; the largest of a row is the prediction. */
  scores(
    weights: EvaluationWeights,
    statistics: readonly Statistics[],
    x: ArrayLike<number>,
  ): Floats {
    return this.outputs(this.#layers.length - 1, weights, statistics, x);
  }

  /** What layer `l` makes of x [N, inputs], behind norm, activation and pooling: [N, its outputs]. */
  outputs(
    l: number,
    weights: EvaluationWeights,
    statistics: readonly Statistics[],
    x: ArrayLike<number>,
  ): Floats {
    const layers = measuredLayers(this.spec, this.#layers.slice(0, l + 1), weights);
    return inferencePass(this.spec, layers, toFloats(x), statistics).scores;
  }

  /** A copy of the state, which later steps leave alone. */
  snapshot(): NetworkState {
    return structuredClone({
      ...{ step: this.#step, mode: this.#mode },
      ...{ layers: this.#layers, companions: this.#companions },
    });
  }

  /** Go on from a state of a network of the same run. */
  restore(state: NetworkState): void {
    const { step, mode, layers, companions } = structuredClone(state);
    this.#step = step;
    this.#mode = mode;
    this.#layers = layers;
    this.#companions = companions;
  }

  #rebinarise(): void {
    this.#layers.forEach((layer, l) => {
      if (layer.delta !== null) {
        layer.wb = ternarised(layer.w, layer.delta);
        return;
      }
      layer.wb = propagated(layer.w, this.#mode, {
        ...layer.shape,
        seed: this.spec.seed,
        magnitude: this.spec.magnitude,
        layer: l,
        step: this.#step,
      });
    });
  }

  #applyChanges(): void {
    for (const change of this.#changes) {
      if (change.field === 'mode' && change.step === this.#step) this.#switchMode(change.value);
    }
  }

  /**
   * With H = 1 real and binary nets live on different scales: weights are brought from one to the
   * other, and their moments, which belong to the old scale, start anew.
   */
  #switchMode(mode: Mode): void {
    const crosses = (this.#mode === 'none') !== (mode === 'none');
    for (const { shape, w, moments } of this.#layers) {
      if (!crosses) break;
      const factor = switchFactor(this.spec, this.#mode, mode, shape);
      const limit = mode === 'none' ? Infinity : shape.H;
      for (let e = 0; e < w.length; e++) {
        w[e] = Math.min(Math.max(factor * el(w, e), -limit), limit);
      }
      if (this.spec.h === 'one') resetMoments(moments.w);
    }
    this.#mode = mode;
    this.#rebinarise();
  }
}
