/** TensorFlow.js as a contender: variables, tf.train.sgd().minimize(), as its documentation has it. */
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threadsUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { at } from '../../src/experiment/at.ts';
import { EPSILON } from '../../src/reference/batch-norm.ts';
import type { Backend, Contender, Session } from './measure.ts';
import type { Problem } from './workloads.ts';

interface Layer {
  readonly w: tf.Variable<tf.Rank.R2>;
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
  readonly #binary: boolean;
  readonly #layers: readonly Layer[];
  readonly #variables: tf.Variable[];
  readonly #batches: readonly { readonly x: tf.Tensor2D; readonly targets: tf.Tensor2D }[];
  readonly #optimizer: tf.SGDOptimizer;
  #step = 0;

  /** The back end must be the current one. */
  constructor(backend: Backend, { workload, layers, weights, batches, classes }: Problem) {
    const { batch, network, mode, rate } = workload.spec;
    this.#backend = backend;
    this.#binary = mode !== 'none';
    this.#layers = layers.map(({ I, O }, l) => ({
      w: tf.variable(tf.tensor2d(at(weights, l), [I, O])),
      gamma: network.batchNorm === 'none' ? null : tf.variable(tf.ones<tf.Rank.R1>([O])),
      beta: tf.variable(tf.zeros<tf.Rank.R1>([O])),
    }));
    this.#variables = this.#layers.flatMap(({ w, gamma, beta }): tf.Variable[] =>
      gamma === null ? [w, beta] : [w, gamma, beta],
    );
    this.#batches = batches.map(({ x, targets }) => ({
      x: tf.tensor2d(x, [batch, x.length / batch]),
      targets: tf.tensor2d(targets, [batch, classes]),
    }));
    this.#optimizer = tf.train.sgd(rate.start);
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

  #scores(x: tf.Tensor2D): tf.Tensor2D {
    let flowing = x;
    this.#layers.forEach(({ w, gamma, beta }, l) => {
      const z = tf.matMul<tf.Tensor2D>(flowing, this.#binary ? straightThroughSign(w) : w);
      const y = gamma === null ? tf.add<tf.Tensor2D>(z, beta) : normalised(z, gamma, beta);
      flowing = l < this.#layers.length - 1 ? tf.relu(y) : y;
    });
    return flowing;
  }

  dispose(): void {
    for (const variable of this.#variables) variable.dispose();
    for (const { x, targets } of this.#batches) tf.dispose([x, targets]);
    this.#optimizer.dispose();
  }
}

/** Batch norm by the minibatch's own statistics, the way tfjs-layers trains it. */
function normalised(z: tf.Tensor2D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor2D {
  const { mean, variance } = tf.moments(z, 0);
  return tf.batchNorm2d(z, mean as tf.Tensor1D, variance as tf.Tensor1D, beta, gamma, EPSILON);
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
