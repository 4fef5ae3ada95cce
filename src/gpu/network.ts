/**
 * From a spec to a network on the device: its parameters, and the fixed list of dispatches of one
 * training step. (evaluation-program.ts has those of an evaluation.)
 */
import { at } from '../experiment/at.ts';
import { type Maps, sizeOf } from '../experiment/datasets.ts';
import { biasScaleOf, layerShapes, longestFilter, lrScaleOf } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Activation, Arena } from './buffers.ts';
import type { DeviceData } from './device-data.ts';
import type { Dispatch } from './kernel.ts';
import {
  type Following,
  followingBackward,
  type FollowingBuffers,
  followingForward,
  followingOf,
} from './layers/after.ts';
import { type Companion, companionPass, createCompanion } from './layers/companion.ts';
import { productsOf } from './layers/kinds.ts';
import { createLayer, type LayerParameters } from './layers/parameters.ts';
import type { Products } from './layers/products.ts';
import type { Builder } from './ops/builder.ts';
import { gather } from './ops/gather.ts';
import { loss } from './ops/loss.ts';
import { partialsWords } from './ops/normalise.ts';
import { update } from './ops/weights.ts';
import type { TernaryLayer } from './weight-rules/ternary.ts';
import { productsBy, ternaryBy } from './weight-rules/weight-rule.ts';
import { momentsOf, optimizerConstants } from './optimizers/rates.ts';

/** Words of a metrics row before the flips: loss (bits of a float), mistakes. */
export const METRICS_HEAD = 2;
/** Words of a training step's metrics row: then sign flips and sample flips of each layer. */
export const metricsStride = (layers: number): number => METRICS_HEAD + 2 * layers;

/** A layer's operation behind its product, and what it makes of a minibatch. */
interface Node {
  readonly following: Following;
  readonly output: Activation;
  /** Where maxima came from. */
  readonly picks: GPUBuffer | null;
}

interface LayerBuffers {
  /** [B, to] */
  readonly z: Activation;
  readonly nodes: readonly Node[];
  /** [2, O]: mean and 1 / s of the batch. */
  readonly stats: GPUBuffer;
}

/** All device state of a network, and what its programs are built from. */
export interface Network {
  readonly spec: ExperimentSpec;
  readonly data: DeviceData;
  readonly layers: readonly LayerParameters[];
  /** What each layer does with its weights, by the spec's weight rule: in each phase of the run. */
  readonly phases: readonly (readonly Products[])[];
  /** The layers of a second phase; null where there is none. */
  readonly ternary: readonly TernaryLayer[] | null;
  /** Metrics of the training steps of one submit, a row each. */
  readonly metrics: GPUBuffer;
  readonly stride: number;
  /** Shuffled order of the training examples. */
  readonly order: GPUBuffer;
  readonly x: Activation;
  readonly y: GPUBuffer;
  readonly buffers: readonly LayerBuffers[];
  /** Of each layer; null where it has none. */
  readonly companions: readonly (Companion | null)[];
  /**
   * Two buffers as large as the largest output. Backward, the gradient goes from one to the other;
   * forward, they hold what only the next operation reads.
   */
  readonly scratch: readonly [Activation, Activation];
  /** Sums of maps by chunk, of the layer at hand. */
  readonly partials: GPUBuffer;
  /** Gradient at the binarised weights of the layer at hand. */
  readonly dwb: GPUBuffer;
  /** What the kernels of a product write in between. */
  readonly productScratch: GPUBuffer;
}

const largest = (numbers: readonly number[]): number => Math.max(1, ...numbers);

/** Numbers of the largest output any layer makes of an example, and channels of the widest pixel. */
export function extents(
  layers: readonly LayerParameters[],
  spec: ExperimentSpec,
): { readonly numbers: number; readonly channels: number } {
  const maps = layers.flatMap(({ shape }): Maps[] => [
    shape.from,
    shape.to,
    ...followingOf(shape, spec.network.pooling).map(({ to }) => to),
  ]);
  return {
    numbers: largest(maps.map(sizeOf)),
    channels: largest(maps.map(({ channels }) => channels)),
  };
}

export function createNetwork(
  arena: Arena,
  builder: Builder,
  spec: ExperimentSpec,
  data: DeviceData,
  metricsRows: number,
): Network {
  const B = spec.batch;
  const layers = layerShapes(spec, data).map((shape, index) =>
    createLayer(arena, shape, index, {
      momentsPerWeight: momentsOf(spec.optimizer),
      norm: spec.network.batchNorm,
      keep: 1 - shape.dropout,
    }),
  );
  const products = productsBy(arena, spec, layers);
  const ternary = ternaryBy(arena, spec, layers);
  const companions = layers.map(({ shape: { companion }, index }) =>
    companion === null ? null : createCompanion(arena, spec, companion, layers.length + index),
  );
  const heads = companions.filter((companion) => companion !== null);
  const all = [...layers, ...heads.map(({ layer }) => layer)];
  const stride = metricsStride(layers.length);
  const { numbers, channels } = extents(layers, spec);
  const scratch = [
    arena.activation('scratch0', B * numbers, channels),
    arena.activation('scratch1', B * numbers, channels),
  ] as const;

  /** Maps of layer `name`; `kept` where the backward pass reads them again. */
  const place = (name: string, maps: Maps, kept: boolean, turn: number): Activation =>
    kept
      ? arena.activation(name, B * sizeOf(maps), maps.channels)
      : at(scratch, turn % scratch.length);
  const createBuffers = ({ shape }: LayerParameters): LayerBuffers => {
    const following = followingOf(shape, spec.network.pooling);
    // Batch norm and a ReLU of its own read what went into them again, and the next layer's product what came out of all.
    const kept = (k: number) =>
      k === following.length - 1 || ['norm', 'rectify'].includes(following[k + 1]?.op ?? '');
    return {
      z: place(`${shape.name}.z`, shape.to, kept(-1), 0),
      nodes: following.map((one, k) => ({
        following: one,
        output: place(`${shape.name}.${one.op}${k}`, one.to, kept(k), k + 1),
        picks:
          one.op === 'pool' && one.pool.kind === 'max'
            ? arena.storage(`${shape.name}.picks`, B * sizeOf(one.to))
            : null,
      })),
      stats: arena.storage(`${shape.name}.stats`, 2 * shape.O),
    };
  };

  return {
    spec,
    data,
    layers,
    phases: ternary === null ? [products] : [products, ternary.map((layer) => layer.products)],
    ternary,
    stride,
    metrics: arena.storage('metrics', metricsRows * stride),
    order: arena.storage('data.order', data.train.count),
    x: arena.activation('x', B * data.inputs, data.channels),
    y: arena.storage('y', B),
    buffers: layers.map(createBuffers),
    scratch,
    partials: arena.storage('partials', partialsWords(channels)),
    dwb: arena.storage('dwb', largest(all.map(({ shape: { I, O } }) => I * O))),
    companions,
    productScratch: arena.storage(
      'products.scratch',
      largest([
        ...layers.map((layer, l) => at(products, l).scratchWords(builder, layer, B)),
        ...heads.map(({ layer }) => productsOf(layer).scratchWords(builder, layer, B)),
      ]),
    ),
  };
}

/** What the layer after layer `l` reads: the last of what follows its product. */
export const outputOf = (network: Network, l: number): Activation =>
  l < 0 ? network.x : at(network.buffers, l).nodes.reduce((_, { output }) => output, network.x);

const followingBuffers = (
  network: Network,
  layer: LayerParameters,
  l: number,
): FollowingBuffers => ({
  B: network.spec.batch,
  stats: at(network.buffers, l).stats,
  partials: network.partials,
  keep: layer.keep,
});

function layerForward(
  builder: Builder,
  network: Network,
  rules: readonly Products[],
  l: number,
  H: number | null,
): Promise<Dispatch[]>[] {
  const layer = at(network.layers, l);
  const { z, nodes } = at(network.buffers, l);
  const { forward, signals } = at(rules, l);
  const product = forward(builder, layer, {
    training: true,
    B: network.spec.batch,
    H,
    bits: layer.wBits,
    x: outputOf(network, l - 1),
    z: z.buffer,
  });
  const after = nodes.map(({ following, output, picks }, k) =>
    followingForward(builder, layer, followingBuffers(network, layer, l), {
      following,
      last: k === nodes.length - 1,
      statistics: { of: 'batch' },
      input: (nodes[k - 1]?.output ?? z).buffer,
      output: output.buffer,
      picks,
    }),
  );
  const { batch } = network.spec;
  const signalled = signals?.(builder, batch, outputOf(network, l).buffer);
  return [product, ...after, ...(signalled ? [Promise.all([signalled])] : [])];
}

/**
 * The way back through layer `l`, from the gradient at its output in `turn`'s scratch buffer to that
 * at its input; and whose turn it is then.
 */
function layerBackward(
  builder: Builder,
  network: Network,
  rules: readonly Products[],
  mode: Mode,
  l: number,
  turn: number,
): { readonly parts: Promise<Dispatch[]>[]; readonly turn: number } {
  const { spec, scratch, stride } = network;
  const layer = at(network.layers, l);
  const { z, nodes } = at(network.buffers, l);
  const companion = at(network.companions, l);
  const optimizer = optimizerConstants(spec.optimizer);
  const binary = mode !== 'none';
  const gradient = () => at(scratch, turn % 2);
  const other = () => at(scratch, (turn + 1) % 2);

  const parts = nodes
    .map(({ following, picks }, k) => ({ following, picks, k }))
    .reverse()
    .flatMap(({ following, picks, k }) => {
      const input = nodes[k - 1]?.output ?? z;
      const aside =
        following.op === 'rectify' && companion !== null
          ? [
              companionPass(builder, spec, companion, {
                ...{ y: network.y, x: input, dx: other().buffer },
                ...{ dwb: network.dwb, scratch: network.productScratch },
              }),
            ]
          : [];
      const part = followingBackward(builder, layer, followingBuffers(network, layer, l), {
        following,
        last: k === nodes.length - 1,
        optimizer,
        biasScale: biasScaleOf(spec, layer.shape),
        input: input.buffer,
        picks,
        gradient: gradient().buffer,
        result: other().buffer,
      });
      if (following.op === 'pool') turn += 1;
      return [...aside, part];
    });
  const products = at(rules, l).backward(builder, layer, {
    B: spec.batch,
    H: binary ? layer.shape.H : null,
    x: outputOf(network, l - 1),
    dz: gradient(),
    dx: l === 0 ? null : other().buffer,
    dwb: network.dwb,
    scratch: network.productScratch,
  });
  const updated = update(builder, layer, {
    dwb: network.dwb,
    scale: lrScaleOf(spec, mode, layer.shape),
    decay: spec.weightDecay ?? 0,
    clip: binary,
    stochastic: mode === 'stochastic',
    optimizer,
    metrics: network.metrics,
    stride,
    signFlips: METRICS_HEAD + l,
    sampleFlips: METRICS_HEAD + network.layers.length + l,
    longest: longestFilter(spec, mode, layer.shape),
  });
  return { parts: [...parts, products, updated], turn: turn + 1 };
}

/** The dispatches of one training step in a mode and a phase (from 0), first to last. */
export async function trainingProgram(
  builder: Builder,
  network: Network,
  mode: Mode,
  phase: number,
): Promise<Dispatch[]> {
  const { spec, data, layers, stride, metrics } = network;
  const rules = at(network.phases, phase);
  const B = spec.batch;

  const fetch = gather(builder, {
    label: 'x',
    B,
    data,
    split: data.train,
    augmentation: spec.augmentation,
    order: network.order,
    shuffled: true,
    keep: 1 - spec.network.dropout.input,
    x: network.x.buffer,
    y: network.y,
    metrics,
    clear: stride,
  });
  const forward = layers.flatMap((layer, l) =>
    layerForward(builder, network, rules, l, mode === 'none' ? null : layer.shape.H),
  );
  const score = loss(builder, {
    B,
    C: data.classes,
    loss: spec.loss,
    training: true,
    a: outputOf(network, layers.length - 1).buffer,
    y: network.y,
    g: network.scratch[0].buffer,
    metrics,
    stride,
  });
  const backward: Promise<Dispatch[]>[] = [];
  let turn = 0;
  for (let l = layers.length - 1; l >= 0; l--) {
    const back = layerBackward(builder, network, rules, mode, l, turn);
    backward.push(...back.parts);
    turn = back.turn;
  }
  const parts = await Promise.all([fetch, ...forward, Promise.all([score]), ...backward]);
  return parts.flat();
}
