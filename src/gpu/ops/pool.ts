/** Max and mean over windows of maps, and the way back. */
import apartText from '../../shaders/pool_backward_apart.wgsl?raw';
import backwardText from '../../shaders/pool_backward.wgsl?raw';
import forwardText from '../../shaders/pool.wgsl?raw';
import { sizeOf } from '../../experiment/datasets.ts';
import type { PoolShape } from '../../experiment/shapes.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

const WINDOWS = [LIB.step, LIB.philox, LIB.dropout, LIB.windows];

export const POOL: KernelSource = {
  name: 'pool',
  parts: [...WINDOWS, { file: 'pool.wgsl', text: forwardText }],
  bindings: ['read', 'write', 'write'],
};
export const POOL_BACKWARD: KernelSource = {
  name: 'pool_backward',
  parts: [
    LIB.step,
    LIB.philox,
    LIB.dropout,
    LIB.windows,
    { file: 'pool_backward.wgsl', text: backwardText },
  ],
  bindings: ['read', 'read', 'write'],
};

export const POOL_BACKWARD_APART: KernelSource = {
  name: 'pool_backward_apart',
  parts: [...WINDOWS, { file: 'pool_backward_apart.wgsl', text: apartText }],
  bindings: ['read', 'read', 'write'],
};

/** True where windows neither overlap nor leave anything out. */
const apart = ({ height, width, stride, from, to }: PoolShape): boolean =>
  height === stride &&
  width === stride &&
  from.height === to.height * stride &&
  from.width === to.width * stride;

/** Dropout of what pooling makes: keep probability, and site (l after hidden layer l). */
export interface PoolDropout {
  readonly keep: number;
  readonly site: number;
}

const constantsOf = (
  { kind, height, width, stride, from, to }: PoolShape,
  { keep, site }: PoolDropout,
) => ({
  KEEP: keep,
  SITE: site,
  HEIGHT: from.height,
  WIDTH: from.width,
  CHANNELS: from.channels,
  OUT_HEIGHT: to.height,
  OUT_WIDTH: to.width,
  WINDOW_HEIGHT: height,
  WINDOW_WIDTH: width,
  STRIDE: stride,
  MAXIMUM: kind === 'max',
});

export interface PoolRequest {
  readonly label: string;
  readonly B: number;
  readonly pool: PoolShape;
  readonly dropout: PoolDropout;
  /** [B, from] */
  readonly input: GPUBuffer;
  /** [B, to] */
  readonly output: GPUBuffer;
  /** [B, to]: where maxima came from, for the backward pass. */
  readonly picks: GPUBuffer;
  readonly training: boolean;
}

export function pool({ kernels }: Builder, r: PoolRequest): Promise<Dispatch> {
  const { from, to } = r.pool;
  return kernels.dispatch({
    label: r.label,
    source: POOL,
    constants: { ...constantsOf(r.pool, r.dropout), PICKS: r.training },
    buffers: [r.input, r.output, r.picks],
    grid: [groups(sizeOf(to), 64), r.B],
    bytes: 4 * r.B * (sizeOf(from) + (r.training ? 2 : 1) * sizeOf(to)),
  });
}

export interface PoolBackwardRequest {
  readonly label: string;
  readonly B: number;
  readonly pool: PoolShape;
  readonly dropout: PoolDropout;
  /** [B, to]: the gradient at what pooling made. */
  readonly gradient: GPUBuffer;
  readonly picks: GPUBuffer;
  /** [B, from]: the gradient at what it read. */
  readonly result: GPUBuffer;
}

export function poolBackward({ kernels }: Builder, r: PoolBackwardRequest): Promise<Dispatch> {
  const { from, to } = r.pool;
  return kernels.dispatch({
    label: r.label,
    source: apart(r.pool) ? POOL_BACKWARD_APART : POOL_BACKWARD,
    constants: constantsOf(r.pool, r.dropout),
    buffers: [r.gradient, r.picks, r.result],
    grid: [groups(sizeOf(apart(r.pool) ? to : from), 64), r.B],
    bytes: 4 * r.B * (sizeOf(from) + 2 * sizeOf(to)),
  });
}
