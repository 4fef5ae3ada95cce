/**
 * A second opinion on the reference: the same networks in TensorFlow.js, with its own products,
 * convolutions, pooling, derivatives and optimisers, from the same weights, minibatches and random
 * numbers. Only the straight-through rule is stated here, as a custom gradient. TensorFlow.js
 * computes in float32 on the CPU.
 */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { at } from '../experiment/at.ts';
import type { DataShape } from '../experiment/datasets.ts';
import { type LayerShape, lrScaleOf, type PoolShape } from '../experiment/shapes.ts';
import type { ExperimentSpec, OptimizerSpec } from '../experiment/spec.ts';
import type { LayerState, ReferenceNetwork } from '../reference/network.ts';
import { randomWords, signedUnit, streamOf } from '../reference/random.ts';
import { dropoutMask } from '../reference/relu-dropout.ts';

const theirs = (optimizer: OptimizerSpec, rate: number): tf.Optimizer => {
  switch (optimizer.kind) {
    case 'sgd':
      return tf.train.sgd(rate);
    case 'nesterov':
      return tf.train.momentum(rate, optimizer.momentum, true);
    case 'momentum':
      return tf.train.momentum(rate, optimizer.momentum);
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
  { I, O, H }: LayerShape,
  l: number,
  step: number,
  w: tf.Tensor,
): tf.Tensor {
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

/** Maps with rows and columns of `value` around them. */
const bordered = (
  x: tf.Tensor,
  [top, bottom]: [number, number],
  [left, right]: [number, number],
  value: number,
): tf.Tensor4D =>
  tf.pad(
    x as tf.Tensor4D,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );

function productBy(shape: LayerShape, x: tf.Tensor, wb: tf.Tensor): tf.Tensor {
  const { kind, kernel, stride, padding, from, I, O } = shape;
  if (kind === 'dense') return tf.matMul(tf.reshape(x, [-1, I]), wb);
  const filter = tf.reshape(wb, [kernel, kernel, from.channels, O]);
  const maps = bordered(x, [padding, padding], [padding, padding], 0);
  return tf.conv2d(maps, filter as tf.Tensor4D, stride, 'valid');
}

function pooledBy({ kind, height, width, stride, from, to }: PoolShape, x: tf.Tensor): tf.Tensor {
  // What hangs over the edge, written out; an average is then corrected for it.
  const below = Math.max(0, (to.height - 1) * stride + height - from.height);
  const right = Math.max(0, (to.width - 1) * stride + width - from.width);
  const window: [number, number] = [height, width];
  if (kind === 'max') {
    return tf.maxPool(bordered(x, [0, below], [0, right], -1e9), window, stride, 'valid');
  }
  const average = (maps: tf.Tensor) =>
    tf.avgPool(bordered(maps, [0, below], [0, right], 0), window, stride, 'valid');
  return tf.div(average(x), average(tf.ones(x.shape)));
}

function normalisedBy(spec: ExperimentSpec, z: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) {
  if (spec.network.batchNorm === 'none') return tf.add(z, beta);
  // All axes but the last: examples, and in maps rows and columns too.
  const { mean, variance } = tf.moments(
    z,
    Array.from({ length: z.rank - 1 }, (_, axis) => axis),
  );
  const divisor =
    spec.network.batchNorm === 'variance'
      ? tf.sqrt(tf.add(variance, 1e-4))
      : tf.add(tf.sqrt(variance), 1e-4);
  return tf.add(tf.mul(gamma, tf.div(tf.sub(z, mean), divisor)), beta);
}

function lossBy(
  spec: ExperimentSpec,
  z: tf.Tensor,
  labels: readonly number[],
  classes: number,
): tf.Scalar {
  const oneHot = tf.oneHot(tf.tensor1d([...labels], 'int32'), classes);
  if (spec.loss === 'cross-entropy') {
    return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(z)), 1)));
  }
  const targets = tf.sub(tf.mul(oneHot, 2), 1);
  const squares = tf.square(tf.relu(tf.sub(1, tf.mul(targets, z))));
  return spec.loss === 'hinge-mean' ? tf.mean(squares) : tf.mean(tf.sum(squares, 1));
}

export class SecondNetwork {
  readonly #spec: ExperimentSpec;
  readonly #data: DataShape;
  readonly #layers: readonly LayerState[];
  readonly #variables: readonly { w: tf.Variable; gamma: tf.Variable; beta: tf.Variable }[];
  readonly #optimizer: tf.Optimizer;

  /** From the very weights `ours` starts with; rates stay as the spec's schedule starts. */
  static async from(ours: ReferenceNetwork, data: DataShape): Promise<SecondNetwork> {
    await tf.setBackend('cpu');
    return new SecondNetwork(ours, data);
  }

  private constructor(ours: ReferenceNetwork, data: DataShape) {
    this.#spec = ours.spec;
    this.#data = data;
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
    const B = labels.length;
    const { height, width, channels, classes } = this.#data;
    const { dropout, pooling } = this.#spec.network;
    const { seed } = this.#spec;
    const drop = (input: tf.Tensor, rate: number, site: number): tf.Tensor => {
      const mask = dropoutMask(B, input.size / B, rate, { seed, site, step });
      return mask === null ? input : tf.mul(input, tf.tensor(Float32Array.from(mask), input.shape));
    };

    let flowing: tf.Tensor = tf.tensor4d(x, [B, height, width, channels]);
    flowing = drop(flowing, dropout.input, 0);
    this.#layers.forEach(({ shape }, l) => {
      const { w, gamma, beta } = at(this.#variables, l);
      const pool = (maps: tf.Tensor) => shape.pools.reduce((t, own) => pooledBy(own, t), maps);
      flowing = productBy(shape, flowing, propagatedBy(this.#spec, shape, l, step, w));
      if (pooling === 'before-norm') flowing = pool(flowing);
      flowing = normalisedBy(this.#spec, flowing, gamma, beta);
      if (!shape.hidden) return;
      flowing = tf.relu(flowing);
      if (pooling === 'after-activation') flowing = pool(flowing);
      flowing = drop(flowing, shape.dropout, l + 1);
    });
    return lossBy(this.#spec, flowing, labels, classes);
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
