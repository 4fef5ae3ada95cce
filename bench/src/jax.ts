/** jax-js as a contender: the whole training step in one jit, its fastest way. */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  valueAndGrad,
  type Array as Values,
  type Jitted,
} from '@jax-js/jax';
import { at } from '../../src/experiment/at.ts';
import { EPSILON } from '../../src/reference/batch-norm.ts';
import type { Contender, Session } from './measure.ts';
import type { Problem, Workload } from './workloads.ts';

type Device = 'webgpu' | 'wasm';

/** One entry a layer; gamma is empty without batch norm. Every use of a value consumes a reference. */
interface Parameters {
  readonly w: Values[];
  readonly gamma: Values[];
  readonly beta: Values[];
}

/** Steps that may be under way: the next is recorded while one runs, and memory stays bounded. */
const IN_FLIGHT = 2;

/** Mean cross-entropy of a minibatch. */
function lossOf({ w, gamma, beta }: Parameters, x: Values, targets: Values): Values {
  const batch = at(x.shape, 0);
  let flowing = x;
  w.forEach((weights, l) => {
    const z = np.matmul(flowing, weights);
    const scale = gamma[l];
    const y = (scale === undefined ? z : normalised(z).mul(scale)).add(at(beta, l));
    flowing = l < w.length - 1 ? nn.relu(y) : y;
  });
  return nn
    .logSoftmax(flowing)
    .mul(targets)
    .sum()
    .mul(-1 / batch);
}

function normalised(z: Values): Values {
  const centred = z.ref.sub(z.mean(0));
  const variance = centred.ref.mul(centred.ref).mean(0);
  return centred.div(np.sqrt(variance.add(EPSILON)));
}

/** Step and clip; the straight-through gradient is the one at the signs. */
function trainingStep({ spec }: Workload) {
  const rate = spec.rate.start;
  const binary = spec.mode !== 'none';
  const sign = (w: Values) => np.where(w.greaterEqual(0), 1, -1);
  const clip = (w: Values) => (binary ? np.clip(w, -1, 1) : w);
  const stepped = (values: Values[], gradients: Values[]) =>
    values.map((value, l) => value.sub(at(gradients, l).mul(rate)));
  return (parameters: Parameters, x: Values, targets: Values): [Values, Parameters] => {
    const { w, gamma, beta } = parameters;
    const refs = (values: Values[]) => values.map((value) => value.ref);
    const propagated = {
      w: binary ? refs(w).map(sign) : refs(w),
      gamma: refs(gamma),
      beta: refs(beta),
    };
    const [loss, gradient] = valueAndGrad(lossOf)(propagated, x, targets);
    const next = {
      w: stepped(w, gradient.w).map(clip),
      gamma: stepped(gamma, gradient.gamma),
      beta: stepped(beta, gradient.beta),
    };
    return [loss, next];
  };
}

class Training implements Session {
  readonly #device: Device;
  readonly #batches: readonly { readonly x: Values; readonly targets: Values }[];
  readonly #takeStep: Jitted<[Parameters, Values, Values], [Values, Parameters]>;
  #parameters: Parameters;
  #step = 0;

  constructor(device: Device, { workload, layers, weights, batches, classes }: Problem) {
    const { batch, network } = workload.spec;
    this.#device = device;
    defaultDevice(device);
    const upload = (values: Float32Array<ArrayBuffer>, shape: number[]) =>
      np.array(values, { shape, device });
    const constant = (value: number, O: number) => upload(new Float32Array(O).fill(value), [O]);
    this.#parameters = {
      w: layers.map(({ I, O }, l) => upload(at(weights, l), [I, O])),
      gamma: network.batchNorm === 'none' ? [] : layers.map(({ O }) => constant(1, O)),
      beta: layers.map(({ O }) => constant(0, O)),
    };
    this.#batches = batches.map(({ x, targets }) => ({
      x: upload(x, [batch, x.length / batch]),
      targets: upload(targets, [batch, classes]),
    }));
    this.#takeStep = jit(trainingStep(workload));
  }

  async train(count: number): Promise<number> {
    defaultDevice(this.#device);
    const underWay: Promise<Values>[] = [];
    let last: Values | null = null;
    for (let k = 0; k < count; k++) {
      const { x, targets } = at(this.#batches, this.#step % this.#batches.length);
      this.#step += 1;
      const [loss, next] = this.#takeStep(this.#parameters, x.ref, targets.ref);
      this.#parameters = next;
      underWay.push(blockUntilReady(loss));
      const finished = underWay.length > IN_FLIGHT ? underWay.shift() : undefined;
      (await finished)?.dispose();
      last = loss;
    }
    for (const loss of await Promise.all(underWay)) if (loss !== last) loss.dispose();
    await blockUntilReady(this.#parameters);
    const [value] = (await last?.data()) ?? [];
    return value ?? NaN;
  }

  dispose(): void {
    const { w, gamma, beta } = this.#parameters;
    for (const value of [...w, ...gamma, ...beta]) value.dispose();
    for (const { x, targets } of this.#batches) {
      x.dispose();
      targets.dispose();
    }
    this.#takeStep.dispose();
  }
}

export const jax = (device: Device): Contender => ({
  peer: 'jax-js',
  backend: device,
  open: async (problem) => {
    const running = await init(device);
    if (!running.includes(device)) throw new Error(`the ${device} device does not start`);
    return new Training(device, problem);
  },
});
