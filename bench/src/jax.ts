/** jax-js as a contender: the whole training step in one jit, its fastest way. */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  valueAndGrad,
  type Array as Values,
  type Jitted,
} from '@jax-js/jax';
import { at } from '../../src/experiment/at.ts';
import type { LayerShape } from '../../src/experiment/shapes.ts';
import type { ExperimentSpec, OptimizerSpec } from '../../src/experiment/spec.ts';
import { EPSILON } from '../../src/reference/batch-norm.ts';
import { channelsFirst, denseChannelsFirst, kernelsFirst } from './channels-first.ts';
import type { Contender, Session } from './measure.ts';
import type { Problem } from './workloads.ts';

type Device = 'webgpu' | 'wasm';

/** What is trained. */
interface Net {
  readonly spec: ExperimentSpec;
  readonly layers: readonly LayerShape[];
}

/** One entry a layer; gamma is empty without batch norm. Every use of a value consumes a reference. */
interface Parameters {
  readonly w: Values[];
  readonly gamma: Values[];
  readonly beta: Values[];
}

/** What a step changes. The moments are empty where the optimiser keeps none. */
interface State {
  readonly parameters: Parameters;
  readonly m: Parameters;
  readonly v: Parameters;
  /** ADAM's beta1^T and beta2^T, T updates done. */
  readonly powers: Values[];
}

/** Steps that may be under way: the next is recorded while one runs, and memory stays bounded. */
const IN_FLIGHT = 2;

/** Mean cross-entropy of a minibatch. */
const lossOf =
  ({ spec, layers }: Net) =>
  ({ w, gamma, beta }: Parameters, x: Values, targets: Values): Values => {
    const { pooling } = spec.network;
    const batch = at(x.shape, 0);
    let flowing = x;
    layers.forEach((shape, l) => {
      const z = product(shape, flowing, at(w, l));
      const pooled = pooling === 'before-norm' ? pools(shape, z) : z;
      const scale = gamma[l];
      const y = (scale === undefined ? pooled : normalised(pooled).mul(scale)).add(at(beta, l));
      const a = shape.hidden ? nn.relu(y) : y;
      flowing = pooling === 'before-norm' ? a : pools(shape, a);
    });
    return nn
      .logSoftmax(flowing)
      .mul(targets)
      .sum()
      .mul(-1 / batch);
  };

/** z [B, O], or of a convolution [B, O, height, width]. */
function product({ kind, I, stride, padding }: LayerShape, x: Values, w: Values): Values {
  if (kind === 'dense') {
    return np.matmul(x.shape.length === 2 ? x : x.reshape([at(x.shape, 0), I]), w);
  }
  const both: [number, number] = [padding, padding];
  return lax.conv(x, w, [stride, stride], [both, both]);
}

const pools = (shape: LayerShape, x: Values): Values =>
  shape.pools.reduce((maps, { kind, height, width, stride }) => {
    const reduced = (window: Values) => (kind === 'max' ? np.max(window) : np.mean(window));
    return lax.reduceWindow(maps, reduced, [height, width], [stride, stride]);
  }, x);

/** Each unit over the batch, or each channel (axis 1) over batch, rows and columns. */
function normalised(z: Values): Values {
  const axes = z.shape.length === 4 ? [0, 2, 3] : [0];
  const keep = { keepdims: true };
  const centred = z.ref.sub(z.mean(axes, keep));
  const variance = centred.ref.mul(centred.ref).mean(axes, keep);
  return centred.div(np.sqrt(variance.add(EPSILON)));
}

/** Apply an optimiser's rule to every parameter. */
type Rule = (
  p: Values,
  g: Values,
  m: Values | undefined,
  v: Values | undefined,
) => { readonly p: Values; readonly m: Values[]; readonly v: Values[] };

const sgd =
  (rate: number): Rule =>
  (p, g) => ({ p: p.sub(g.mul(rate)), m: [], v: [] });

/** @param corrected the rate times sqrt(1 - beta2^T) / (1 - beta1^T), a number on the device. */
const adam =
  ({ beta1, beta2, epsilon }: Extract<OptimizerSpec, { kind: 'adam' }>, corrected: Values): Rule =>
  (p, g, m, v) => {
    if (m === undefined || v === undefined) throw new Error('ADAM needs its moments');
    const mean = m.mul(beta1).add(g.ref.mul(1 - beta1));
    const square = v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2));
    const root = np.sqrt(square.ref).add(epsilon);
    return { p: p.sub(mean.ref.mul(corrected.ref).div(root)), m: [mean], v: [square] };
  };

const FAMILIES = ['w', 'gamma', 'beta'] as const;

function updated(
  { parameters, m, v }: State,
  gradient: Parameters,
  rule: Rule,
): Omit<State, 'powers'> {
  const next = { p: empty(), m: empty(), v: empty() };
  for (const family of FAMILIES) {
    parameters[family].forEach((p, l) => {
      const done = rule(p, at(gradient[family], l), m[family][l], v[family][l]);
      next.p[family].push(done.p);
      next.m[family].push(...done.m);
      next.v[family].push(...done.v);
    });
  }
  return { parameters: next.p, m: next.m, v: next.v };
}

const empty = (): Parameters => ({ w: [], gamma: [], beta: [] });

/** Step and clip; the straight-through gradient is the one at the signs. */
function trainingStep(net: Net) {
  const { optimizer, mode, rate } = net.spec;
  const binary = mode !== 'none';
  const sign = (w: Values) => np.where(w.greaterEqual(0), 1, -1);
  const refs = (values: Values[]) => values.map((value) => value.ref);
  return (state: State, x: Values, targets: Values): [Values, State] => {
    const { w, gamma, beta } = state.parameters;
    const propagated = {
      w: binary ? refs(w).map(sign) : refs(w),
      gamma: refs(gamma),
      beta: refs(beta),
    };
    const [loss, gradient] = valueAndGrad(lossOf(net))(propagated, x, targets);
    const { powers, rule, release } = ruleOf(optimizer, rate.start, state.powers);
    const next = updated(state, gradient, rule);
    release();
    const { parameters } = next;
    const clipped = binary ? parameters.w.map((value) => np.clip(value, -1, 1)) : parameters.w;
    return [loss, { ...next, parameters: { ...parameters, w: clipped }, powers }];
  };
}

function ruleOf(
  optimizer: OptimizerSpec,
  rate: number,
  [power1, power2]: Values[],
): { readonly powers: Values[]; readonly rule: Rule; readonly release: () => void } {
  switch (optimizer.kind) {
    case 'sgd':
      return { powers: [], rule: sgd(rate), release: () => undefined };
    case 'adam': {
      if (power1 === undefined || power2 === undefined) throw new Error('ADAM counts its updates');
      const b1 = power1.mul(optimizer.beta1);
      const b2 = power2.mul(optimizer.beta2);
      const one = (power: Values) => power.mul(-1).add(1);
      const corrected = np.sqrt(one(b2.ref)).mul(rate).div(one(b1.ref));
      return {
        powers: [b1, b2],
        rule: adam(optimizer, corrected),
        release: () => {
          corrected.dispose();
        },
      };
    }
    case 'nesterov':
    case 'momentum':
      throw new Error('Momentum is not part of the comparison');
  }
}

class Training implements Session {
  readonly #device: Device;
  readonly #batches: readonly { readonly x: Values; readonly targets: Values }[];
  readonly #takeStep: Jitted<[State, Values, Values], [Values, State]>;
  #state: State;
  #step = 0;

  constructor(device: Device, { workload, layers, weights, batches, classes }: Problem) {
    const { spec } = workload;
    const { batch, network, optimizer } = spec;
    this.#device = device;
    defaultDevice(device);
    const upload = (values: Float32Array<ArrayBuffer>, shape: number[]) =>
      np.array(values, { shape, device });
    const constant = (value: number, shape: number[]) =>
      upload(new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(value), shape);
    // Of a convolution's channels, so that they spread over its maps.
    const perUnit = ({ kind, O }: LayerShape) => (kind === 'conv' ? [O, 1, 1] : [O]);
    const normed = network.batchNorm === 'none' ? [] : layers;
    const filled = (value: number): Omit<Parameters, 'w'> => ({
      gamma: normed.map((layer) => constant(value, perUnit(layer))),
      beta: layers.map((layer) => constant(0, perUnit(layer))),
    });
    const w = layers.map((layer, l) => {
      const { values, shape } = weightsOf(layer, at(weights, l));
      return upload(values, shape);
    });
    const zeros = (): Parameters => ({
      w: w.map(({ shape }) => constant(0, shape)),
      ...filled(0),
    });
    const moments = optimizer.kind === 'adam';
    this.#state = {
      parameters: { w, ...filled(1) },
      m: moments ? zeros() : empty(),
      v: moments ? zeros() : empty(),
      powers: moments ? [constant(1, []), constant(1, [])] : [],
    };
    const first = at(layers, 0);
    this.#batches = batches.map(({ x, targets }) => {
      const { values, shape } = inputsOf(first, x, batch);
      return { x: upload(values, shape), targets: upload(targets, [batch, classes]) };
    });
    this.#takeStep = jit(trainingStep({ spec, layers }));
  }

  async train(count: number): Promise<number> {
    defaultDevice(this.#device);
    const underWay: Promise<Values>[] = [];
    let last: Values | null = null;
    for (let k = 0; k < count; k++) {
      const { x, targets } = at(this.#batches, this.#step % this.#batches.length);
      this.#step += 1;
      const [loss, next] = this.#takeStep(this.#state, x.ref, targets.ref);
      this.#state = next;
      underWay.push(blockUntilReady(loss));
      const finished = underWay.length > IN_FLIGHT ? underWay.shift() : undefined;
      (await finished)?.dispose();
      last = loss;
    }
    for (const loss of await Promise.all(underWay)) if (loss !== last) loss.dispose();
    await blockUntilReady(this.#state);
    const [value] = (await last?.data()) ?? [];
    return value ?? NaN;
  }

  dispose(): void {
    const { parameters, m, v, powers } = this.#state;
    for (const { w, gamma, beta } of [parameters, m, v]) {
      for (const value of [...w, ...gamma, ...beta]) value.dispose();
    }
    for (const value of powers) value.dispose();
    for (const { x, targets } of this.#batches) {
      x.dispose();
      targets.dispose();
    }
    this.#takeStep.dispose();
  }
}

/** A layer's first weights as lax.conv and matmul of flattened [B, C, height, width] maps want them. */
function weightsOf(layer: LayerShape, weights: Float32Array<ArrayBuffer>) {
  const { kind, kernel, from, I, O } = layer;
  return kind === 'conv'
    ? { values: kernelsFirst(weights, layer), shape: [O, from.channels, kernel, kernel] }
    : { values: denseChannelsFirst(weights, layer), shape: [I, O] };
}

/** A minibatch, [B, I], or for a convolution [B, C, height, width]. */
function inputsOf({ kind, from, I }: LayerShape, x: Float32Array<ArrayBuffer>, batch: number) {
  return kind === 'conv'
    ? { values: channelsFirst(x, from), shape: [batch, from.channels, from.height, from.width] }
    : { values: x, shape: [batch, I] };
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
