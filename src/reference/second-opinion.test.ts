/**
 * A second opinion: the same networks in TensorFlow.js, with its own products, derivatives and
 * optimisers, from the same weights, minibatches and random numbers. Only the straight-through rule
 * is stated here, as a custom gradient. TensorFlow.js computes in float32 on the CPU.
 */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { sizeOf } from '../experiment/datasets.ts';
import { runOf } from '../experiment/run.ts';
import { lrScaleOf } from '../experiment/shapes.ts';
import {
  BATCH_NORMS,
  DEFAULT_SPEC,
  type ExperimentSpec,
  LOSSES,
  MODES,
  type OptimizerSpec,
} from '../experiment/spec.ts';
import { el } from './floats.ts';
import { type LayerState, ReferenceNetwork } from './network.ts';
import { randomWords, signedUnit, streamOf } from './random.ts';
import { dropoutMask } from './relu-dropout.ts';

const DATA = { height: 4, width: 5, channels: 1, classes: 5 };
const INPUTS = sizeOf(DATA);
const B = 24;
const STEPS = 10;

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { kind: 'sgd' },
  { kind: 'nesterov', momentum: 0.9 },
  // Theirs adds epsilon after the bias correction, ours before: at 1e-12 both are nothing.
  // Where ours adds it is checked by hand in optimizers.test.ts.
  { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-12 },
];

/** Relative, of a loss: float32 holds 6e-8, and ADAM's 1 - beta2 less; five times the largest seen, 2.2e-6. */
const LOSS_TOLERANCE = 1e-5;
/** Absolute, of a weight after ten steps; weights are of order 0.1 to 1. Five times the largest seen, 4.1e-6. */
const WEIGHT_TOLERANCE = 2e-5;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const theirs = (optimizer: OptimizerSpec, rate: number): tf.Optimizer => {
  switch (optimizer.kind) {
    case 'sgd':
      return tf.train.sgd(rate);
    case 'nesterov':
      return tf.train.momentum(rate, optimizer.momentum, true);
    case 'adam':
      return tf.train.adam(rate, optimizer.beta1, optimizer.beta2, optimizer.epsilon);
  }
};

/** w -> wb with the gradient handed through unchanged. */
function straightThrough(w: tf.Tensor, binarised: (w: tf.Tensor) => tf.Tensor): tf.Tensor {
  const through = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => ({
    value: binarised(inputs[0] as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [dy],
  }));
  return through(w);
}

/** The weights of layer `l` that step `step` propagates; uniform numbers are the shared ones. */
function propagatedBy(
  spec: ExperimentSpec,
  { shape }: LayerState,
  l: number,
  step: number,
  w: tf.Tensor,
): tf.Tensor {
  const { I, O, H } = shape;
  if (spec.mode === 'none') return w;
  const plus = tf.fill([I, O], H);
  if (spec.mode === 'deterministic') {
    return straightThrough(w, (x) => tf.where(tf.greaterEqual(x, 0), plus, tf.neg(plus)));
  }
  const row = 32 * Math.ceil(O / 32);
  const words = randomWords(I * row, spec.seed, streamOf('binarise', l), step);
  const uniform = tf.slice(
    tf.tensor2d(Float32Array.from(words, signedUnit), [I, row]),
    [0, 0],
    [I, O],
  );
  return straightThrough(w, (x) => tf.where(tf.less(uniform, tf.div(x, H)), plus, tf.neg(plus)));
}

function normalisedBy(spec: ExperimentSpec, z: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) {
  if (spec.network.batchNorm === 'none') return tf.add(z, beta);
  const { mean, variance } = tf.moments(z, 0);
  const divisor =
    spec.network.batchNorm === 'variance'
      ? tf.sqrt(tf.add(variance, 1e-4))
      : tf.add(tf.sqrt(variance), 1e-4);
  return tf.add(tf.mul(gamma, tf.div(tf.sub(z, mean), divisor)), beta);
}

function lossBy(spec: ExperimentSpec, z: tf.Tensor, labels: readonly number[]): tf.Scalar {
  const oneHot = tf.oneHot(tf.tensor1d([...labels], 'int32'), DATA.classes);
  if (spec.loss === 'cross-entropy') {
    return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(z)), 1)));
  }
  const targets = tf.sub(tf.mul(oneHot, 2), 1);
  const squares = tf.square(tf.relu(tf.sub(1, tf.mul(targets, z))));
  return spec.loss === 'hinge-mean' ? tf.mean(squares) : tf.mean(tf.sum(squares, 1));
}

class SecondNetwork {
  readonly #spec: ExperimentSpec;
  readonly #layers: readonly LayerState[];
  readonly #variables: readonly { w: tf.Variable; gamma: tf.Variable; beta: tf.Variable }[];
  readonly #optimizer: tf.Optimizer;

  /** From the very weights `ours` starts with. */
  constructor(ours: ReferenceNetwork) {
    this.#spec = ours.spec;
    this.#layers = ours.layers;
    this.#optimizer = theirs(ours.spec.optimizer, ours.spec.rate.start);
    this.#variables = ours.layers.map(({ shape: { I, O }, w }) => ({
      w: tf.variable(tf.tensor2d(Float32Array.from(w), [I, O])),
      gamma: tf.variable(tf.ones([O])),
      beta: tf.variable(tf.zeros([O])),
    }));
  }

  weights(l: number): Float32Array {
    return Float32Array.from(at(this.#variables, l).w.dataSync());
  }

  #loss(x: Float32Array, labels: readonly number[], step: number): tf.Scalar {
    const { seed, network } = this.#spec;
    const drop = (input: tf.Tensor, width: number, rate: number, site: number): tf.Tensor => {
      const mask = dropoutMask(B, width, rate, { seed, site, step });
      return mask === null
        ? input
        : tf.mul(input, tf.tensor2d(Float32Array.from(mask), [B, width]));
    };
    let flowing: tf.Tensor = tf.tensor2d(x, [B, INPUTS]);
    flowing = drop(flowing, INPUTS, network.dropout.input, 0);
    this.#layers.forEach((layer, l) => {
      const { w, gamma, beta } = at(this.#variables, l);
      const z = tf.matMul(flowing, propagatedBy(this.#spec, layer, l, step, w));
      const y = normalisedBy(this.#spec, z, gamma, beta);
      flowing = layer.shape.hidden
        ? drop(tf.relu(y), layer.shape.O, network.dropout.hidden, l + 1)
        : y;
    });
    return lossBy(this.#spec, flowing, labels);
  }

  /** One step; the loss before it. */
  step(x: Float32Array, labels: readonly number[], step: number): number {
    return tf.tidy(() => {
      const before = this.#variables.map(({ w }) => tf.clone(w));
      const { value, grads } = tf.variableGrads(() => this.#loss(x, labels, step));
      this.#optimizer.applyGradients(grads);
      this.#variables.forEach(({ w }, l) => {
        const { shape } = at(this.#layers, l);
        const scale = lrScaleOf(this.#spec, this.#spec.mode, shape);
        const moved = tf.add(at(before, l), tf.mul(scale, tf.sub(w, at(before, l))));
        w.assign(this.#spec.mode === 'none' ? moved : tf.clipByValue(moved, -shape.H, shape.H));
      });
      return at(value.dataSync(), 0);
    });
  }
}

/** Minibatch `step`: every class has a mean of its own, so that there is something to learn. */
function minibatch(step: number): { x: Float32Array; labels: number[] } {
  const labels = Array.from({ length: B }, (_, b) => (b * 7 + step) % DATA.classes);
  const words = randomWords(B * INPUTS, 11, 12, step);
  const x = Float32Array.from(words, (r, e) => {
    const label = at(labels, Math.floor(e / INPUTS));
    return signedUnit(r) + (e % DATA.classes === label ? 1 : 0);
  });
  return { x, labels };
}

const RATES = { sgd: 0.02, nesterov: 0.005, adam: 0.003 };

describe.each(MODES)('mode %s', (mode) => {
  describe.each(OPTIMIZERS)('$kind', (optimizer) => {
    // Every mode with every optimiser and norm form; losses go round, so that each meets each of these.
    test.each(BATCH_NORMS.map((batchNorm, k) => ({ batchNorm, k })))(
      'batch norm $batchNorm: ten steps agree',
      ({ batchNorm, k }) => {
        const shift = MODES.indexOf(mode) + OPTIMIZERS.indexOf(optimizer);
        const start = RATES[optimizer.kind];
        const spec: ExperimentSpec = {
          ...DEFAULT_SPEC,
          network: {
            ...DEFAULT_SPEC.network,
            hidden: [16, 12].map((units) => ({ type: 'dense', units })),
            batchNorm,
            dropout:
              optimizer.kind === 'sgd' ? { input: 0.1, hidden: 0.3 } : { input: 0, hidden: 0 },
          },
          mode,
          // Without batch norm, scores of +-1 weights are far from any target.
          h: batchNorm === 'none' || k === 1 ? 'glorot' : 'one',
          loss: at(LOSSES, (k + shift) % 3),
          optimizer,
          rate: { start, end: start / 10 },
          batch: B,
        };
        const ours = new ReferenceNetwork(runOf(spec), DATA, STEPS);
        const second = new SecondNetwork(ours);
        const losses = Array.from({ length: STEPS }, (_, step) => {
          const { x, labels } = minibatch(step);
          // In this order: `second` reads the shapes of `ours` only.
          const theirLoss = second.step(x, labels, step);
          return { step, ours: ours.step(x, labels).loss, theirs: theirLoss };
        });
        for (const { step, ours: a, theirs: b } of losses) {
          expect(Math.abs(a - b), `step ${step}: ${a} against ${b}`).toBeLessThan(
            LOSS_TOLERANCE * Math.abs(a),
          );
        }
        expect(at(losses, 9).ours).not.toBe(at(losses, 0).ours);
        ours.layers.forEach(({ w }, l) => {
          const off = second.weights(l).map((value, e) => Math.abs(value - el(w, e)));
          expect(Math.max(...off)).toBeLessThan(WEIGHT_TOLERANCE);
        });
      },
    );
  });
});
