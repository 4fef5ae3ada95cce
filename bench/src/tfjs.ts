/** TensorFlow.js as a contender: variables and tf.train's minimize(), as its documentation has it. */
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threadsUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { at } from '../../src/experiment/at.ts';
import type { LayerShape, PoolShape } from '../../src/experiment/shapes.ts';
import type { ExperimentSpec } from '../../src/experiment/spec.ts';
import { EPSILON } from '../../src/reference/batch-norm.ts';
import type { Backend, Contender, Session } from './measure.ts';
import type { Problem } from './workloads.ts';

interface Layer {
  readonly shape: LayerShape;
  /** [I, O], or of a convolution [kernel, kernel, channels, O]: the same numbers in the same order. */
  readonly w: tf.Variable;
  /** [O] */
  readonly gamma: tf.Variable<tf.Rank.R1> | null;
  readonly beta: tf.Variable<tf.Rank.R1>;
}

/** sign(w), whose gradient is handed to w unchanged. */
const straightThroughSign = tf.customGrad((w) => ({
  value: tf.sign(w as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => dy,
}));

class Training implements Session {
  readonly #backend: Backend;
  readonly #spec: ExperimentSpec;
  readonly #binary: boolean;
  readonly #layers: readonly Layer[];
  readonly #variables: tf.Variable[];
  readonly #batches: readonly { readonly x: tf.Tensor; readonly targets: tf.Tensor2D }[];
  readonly #optimizer: tf.Optimizer;
  #step = 0;

  /** The back end must be the current one. */
  constructor(backend: Backend, { workload, layers, weights, batches, classes }: Problem) {
    const { batch, network, mode } = workload.spec;
    this.#backend = backend;
    this.#spec = workload.spec;
    this.#binary = mode !== 'none';
    this.#layers = layers.map((shape, l) => ({
      shape,
      w: tf.variable(tf.tensor(at(weights, l), weightShape(shape))),
      gamma: network.batchNorm === 'none' ? null : tf.variable(tf.ones<tf.Rank.R1>([shape.O])),
      beta: tf.variable(tf.zeros<tf.Rank.R1>([shape.O])),
    }));
    this.#variables = this.#layers.flatMap(({ w, gamma, beta }): tf.Variable[] =>
      gamma === null ? [w, beta] : [w, gamma, beta],
    );
    this.#batches = batches.map(({ x, targets }) => ({
      x: tf.tensor(x, inputShape(at(layers, 0), batch)),
      targets: tf.tensor2d(targets, [batch, classes]),
    }));
    this.#optimizer = optimizerOf(workload.spec);
  }

  async train(count: number): Promise<number> {
    await tf.setBackend(this.#backend);
    let loss = this.#takeStep();
    for (let k = 1; k < count; k++) {
      loss.dispose();
      loss = this.#takeStep();
    }
    const [value] = await loss.data();
    loss.dispose();
    return value ?? NaN;
  }

  #takeStep(): tf.Scalar {
    const { x, targets } = at(this.#batches, this.#step % this.#batches.length);
    this.#step += 1;
    const loss = this.#optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy<tf.Tensor2D, tf.Scalar>(targets, this.#scores(x)),
      true,
      this.#variables,
    );
    if (loss === null) throw new Error('minimize gave no loss');
    if (this.#binary) {
      for (const { w } of this.#layers)
        tf.tidy(() => {
          w.assign(tf.clipByValue(w, -1, 1));
        });
    }
    return loss;
  }

  #scores(x: tf.Tensor): tf.Tensor2D {
    const { pooling } = this.#spec.network;
    let flowing = x;
    for (const { shape, w, gamma, beta } of this.#layers) {
      const wb = this.#binary ? straightThroughSign(w) : w;
      const z = product(shape, flowing, wb);
      const pooled = pooling === 'before-norm' ? pools(shape, z) : z;
      const y = gamma === null ? tf.add(pooled, beta) : normalised(pooled, gamma, beta);
      const a = shape.hidden ? tf.relu(y) : y;
      flowing = pooling === 'before-norm' ? a : pools(shape, a);
    }
    return flowing as tf.Tensor2D;
  }

  dispose(): void {
    for (const variable of this.#variables) variable.dispose();
    for (const { x, targets } of this.#batches) tf.dispose([x, targets]);
    this.#optimizer.dispose();
  }
}

function optimizerOf({ optimizer, rate }: ExperimentSpec): tf.Optimizer {
  switch (optimizer.kind) {
    case 'sgd':
      return tf.train.sgd(rate.start);
    case 'adam':
      return tf.train.adam(rate.start, optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case 'nesterov':
    case 'momentum':
      throw new Error('Momentum is not part of the comparison');
  }
}

const weightShape = ({ kind, kernel, from, I, O }: LayerShape): number[] =>
  kind === 'conv' ? [kernel, kernel, from.channels, O] : [I, O];

const inputShape = ({ kind, from, I }: LayerShape, batch: number): number[] =>
  kind === 'conv' ? [batch, from.height, from.width, from.channels] : [batch, I];

/** z [B, O], or of a convolution [B, height, width, O]. */
function product(shape: LayerShape, x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const { kind, kernel, stride, padding } = shape;
  if (kind === 'dense') {
    const rows = x.rank === 2 ? x : tf.reshape(x, [at(x.shape, 0), shape.I]);
    return tf.matMul(rows, w);
  }
  const same = stride === 1 && kernel === 2 * padding + 1;
  return tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, same ? 'same' : padding);
}

const pools = (shape: LayerShape, x: tf.Tensor): tf.Tensor =>
  shape.pools.reduce((maps, pool) => pooled(pool, maps as tf.Tensor4D), x);

function pooled({ kind, height, width, stride }: PoolShape, x: tf.Tensor4D): tf.Tensor4D {
  const pool = kind === 'max' ? tf.maxPool<tf.Tensor4D> : tf.avgPool<tf.Tensor4D>;
  return pool(x, [height, width], stride, 'valid');
}

/** Batch norm by the minibatch's own statistics, the way tfjs-layers trains it. */
function normalised(z: tf.Tensor, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor {
  const axes = Array.from({ length: z.rank - 1 }, (_, axis) => axis);
  const { mean, variance } = tf.moments(z, axes);
  return tf.batchNorm(z, mean, variance, beta, gamma, EPSILON);
}

tf.enableProdMode();
setWasmPaths({
  'tfjs-backend-wasm.wasm': wasmUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadsUrl,
});

export const tfjs = (backend: Backend): Contender => ({
  peer: 'tfjs',
  backend,
  open: async (problem) => {
    if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} back end does not start`);
    return new Training(backend, problem);
  },
});
