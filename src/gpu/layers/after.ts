/**
 * What follows a layer's product before the next layer: batch norm, ReLU and dropout in one pass,
 * maxout in place of ReLU, and pooling before or after them. Forward and backward, side by side; backward goes through the same
 * list the other way round.
 */
import { type Maps, sizeOf } from '../../experiment/datasets.ts';
import { type LayerShape, maxoutOf, type PoolShape } from '../../experiment/shapes.ts';
import type { Pooling } from '../../experiment/spec.ts';
import type { Dispatch } from '../kernel.ts';
import type { Builder } from '../ops/builder.ts';
import {
  normalise,
  normaliseBackward,
  type NormaliseShape,
  type Statistics,
} from '../ops/normalise.ts';
import { pool, poolBackward } from '../ops/pool.ts';
import { rectify, rectifyBackward, type RectifyShape } from '../ops/rectify.ts';
import type { OptimizerConstants } from '../optimizers/rates.ts';
import type { LayerParameters } from './parameters.ts';

/** One operation, and the maps it makes. */
export type Following =
  | { readonly op: 'norm'; readonly name: 'norm'; readonly to: Maps }
  /** ReLU by itself, where a companion reads what comes before it. */
  | { readonly op: 'rectify'; readonly name: 'relu'; readonly to: Maps }
  | {
      readonly op: 'pool';
      readonly name: 'pool' | 'maxout';
      readonly to: Maps;
      readonly pool: PoolShape;
    };

/** What follows a layer's product, first to last. */
export function followingOf(layer: LayerShape, pooling: Pooling): Following[] {
  const { to, out, pools } = layer;
  const pooled = pools.map((shape): Following => ({
    op: 'pool',
    name: 'pool',
    to: shape.to,
    pool: shape,
  }));
  const before = pooling === 'before-norm' ? pooled : [];
  const normed = before.at(-1)?.to ?? to;
  const pool = maxoutOf(layer, pooling);
  const units = { ...normed, channels: out.channels };
  return [
    ...before,
    { op: 'norm', name: 'norm', to: normed },
    ...(layer.companion === null ? [] : [{ op: 'rectify', name: 'relu', to: normed } as const]),
    ...(pool === null ? [] : [{ op: 'pool', name: 'maxout', to: units, pool } as const]),
    ...(pooling === 'after-activation' ? pooled : []),
  ];
}

/** Where the operations of a layer read and write. */
export interface FollowingBuffers {
  readonly B: number;
  readonly stats: GPUBuffer;
  readonly partials: GPUBuffer;
  /** Keep probability of the dropout behind the last operation; 1 outside training. */
  readonly keep: number;
}

const normShape = (
  layer: LayerParameters,
  { to }: Following,
  last: boolean,
  b: FollowingBuffers,
  z: GPUBuffer,
): NormaliseShape => ({
  label: `${layer.shape.name}.norm`,
  B: b.B,
  places: sizeOf(to) / layer.shape.O,
  O: layer.shape.O,
  norm: layer.norm,
  relu: layer.shape.relu && layer.shape.companion === null,
  keep: last ? b.keep : 1,
  site: layer.index + 1,
  z,
  affine: layer.affine,
  stats: b.stats,
  partials: b.partials,
});

const rectifyShape = (
  layer: LayerParameters,
  { to }: Following,
  last: boolean,
  b: FollowingBuffers,
  y: GPUBuffer,
): RectifyShape => ({
  label: `${layer.shape.name}.relu`,
  count: b.B * sizeOf(to),
  keep: last ? b.keep : 1,
  site: layer.index + 1,
  y,
});

const poolDropout = (layer: LayerParameters, last: boolean, keep: number) => ({
  keep: last ? keep : 1,
  site: layer.index + 1,
});

export interface FollowingForward {
  readonly following: Following;
  readonly last: boolean;
  readonly statistics: Statistics;
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
  /** Where maxima came from: kept in training only. */
  readonly picks: GPUBuffer | null;
}

export function followingForward(
  builder: Builder,
  layer: LayerParameters,
  b: FollowingBuffers,
  { following, last, statistics, input, output, picks }: FollowingForward,
): Promise<Dispatch[]> {
  if (following.op === 'norm') {
    return normalise(builder, normShape(layer, following, last, b, input), statistics, output);
  }
  if (following.op === 'rectify') {
    const shape = rectifyShape(layer, following, last, b, input);
    return Promise.all([rectify(builder, shape, output)]);
  }
  return Promise.all([
    pool(builder, {
      label: `${layer.shape.name}.${following.name}`,
      B: b.B,
      pool: following.pool,
      dropout: poolDropout(layer, last, b.keep),
      input,
      output,
      // Not written outside training; any buffer that is not bound otherwise does.
      picks: picks ?? b.partials,
      training: picks !== null,
    }),
  ]);
}

export interface FollowingBackward {
  readonly following: Following;
  readonly last: boolean;
  readonly optimizer: OptimizerConstants;
  /** What gamma and beta multiply the learning rate by. */
  readonly biasScale: number;
  /** What the operation read: batch norm needs it again. */
  readonly input: GPUBuffer;
  readonly picks: GPUBuffer | null;
  /** Gradient at what it made. Batch norm turns it into that at what it read, in place. */
  readonly gradient: GPUBuffer;
  /** Where pooling puts the gradient at what it read; where ReLU finds its companion's. */
  readonly result: GPUBuffer;
}

export function followingBackward(
  builder: Builder,
  layer: LayerParameters,
  b: FollowingBuffers,
  r: FollowingBackward,
): Promise<Dispatch[]> {
  const { following, last, optimizer, biasScale, input, picks, gradient, result } = r;
  if (following.op === 'norm') {
    const shape = normShape(layer, following, last, b, input);
    return normaliseBackward(builder, shape, optimizer, biasScale, gradient);
  }
  if (following.op === 'rectify') {
    // The companion's gradient comes first, into the buffer that pooling would take.
    const shape = rectifyShape(layer, following, last, b, input);
    return Promise.all([rectifyBackward(builder, shape, result, gradient)]);
  }
  return Promise.all([
    poolBackward(builder, {
      label: `${layer.shape.name}.d${following.name}`,
      B: b.B,
      pool: following.pool,
      dropout: poolDropout(layer, last, b.keep),
      gradient,
      picks: picks ?? b.partials,
      result,
    }),
  ]);
}
