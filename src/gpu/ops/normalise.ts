/**
 * Batch norm (or a bias), ReLU and dropout, and the same backward. Units of a dense layer take one
 * pass each way; channels of maps, which have many more rows, first add up chunks of rows.
 */
import gradientSumsText from '../../shaders/maps_gradient_sums.wgsl?raw';
import mapsBackwardText from '../../shaders/maps_normalise_backward.wgsl?raw';
import mapsForwardText from '../../shaders/maps_normalise.wgsl?raw';
import statisticsText from '../../shaders/maps_statistics.wgsl?raw';
import backwardText from '../../shaders/normalise_backward.wgsl?raw';
import forwardText from '../../shaders/normalise.wgsl?raw';
import { BATCH_NORMS, type BatchNorm } from '../../experiment/spec.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import type { OptimizerConstants } from '../optimizers/rates.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

const ACTIVATION = [LIB.step, LIB.philox, LIB.dropout];

export const NORMALISE: KernelSource = {
  name: 'normalise',
  parts: [...ACTIVATION, LIB.columns, { file: 'normalise.wgsl', text: forwardText }],
  bindings: ['read', 'read', 'write', 'write'],
};
export const NORMALISE_BACKWARD: KernelSource = {
  name: 'normalise_backward',
  parts: [
    ...ACTIVATION,
    LIB.columns,
    LIB.optimizer,
    { file: 'normalise_backward.wgsl', text: backwardText },
  ],
  bindings: ['read', 'read', 'write', 'write'],
};
export const MAPS_STATISTICS: KernelSource = {
  name: 'maps_statistics',
  parts: [LIB.columns, LIB.chunks, { file: 'maps_statistics.wgsl', text: statisticsText }],
  bindings: ['read', 'write'],
};
export const MAPS_NORMALISE: KernelSource = {
  name: 'maps_normalise',
  parts: [
    ...ACTIVATION,
    LIB.columns,
    LIB.chunks,
    { file: 'maps_normalise.wgsl', text: mapsForwardText },
  ],
  bindings: ['read', 'read', 'read', 'write', 'write'],
};
export const MAPS_GRADIENT_SUMS: KernelSource = {
  name: 'maps_gradient_sums',
  parts: [
    ...ACTIVATION,
    LIB.columns,
    LIB.chunks,
    { file: 'maps_gradient_sums.wgsl', text: gradientSumsText },
  ],
  bindings: ['read', 'read', 'read', 'write', 'write'],
};
export const MAPS_NORMALISE_BACKWARD: KernelSource = {
  name: 'maps_normalise_backward',
  parts: [
    LIB.step,
    LIB.columns,
    LIB.chunks,
    LIB.optimizer,
    { file: 'maps_normalise_backward.wgsl', text: mapsBackwardText },
  ],
  bindings: ['read', 'read', 'read', 'write', 'write'],
};

/** Rows a chunk should have at least, and most chunks there are. */
const CHUNK_ROWS = 256;
const MOST_CHUNKS = 64;
const chunksOf = (rows: number): number =>
  Math.min(MOST_CHUNKS, Math.max(1, Math.ceil(rows / CHUNK_ROWS)));

/** Words of the partial sums of maps with so many channels: two sums a chunk, and gamma. */
export const partialsWords = (channels: number): number => (2 * MOST_CHUNKS + 1) * channels;

export interface NormaliseShape {
  readonly label: string;
  readonly B: number;
  /** Places of a map; 1 in a dense layer. Statistics are over B * places rows. */
  readonly places: number;
  readonly O: number;
  readonly norm: BatchNorm;
  readonly relu: boolean;
  /** Keep probability of the dropout after the activation, and its site (l after hidden layer l). */
  readonly keep: number;
  readonly site: number;
  /** [B * places, O] */
  readonly z: GPUBuffer;
  /** [6, O]: gamma, beta, two moments of gamma, two of beta. */
  readonly affine: GPUBuffer;
  /** [2, O]: of `batch`, mean and 1 / s; otherwise the collected means and variances. */
  readonly stats: GPUBuffer;
  /** Room for `partialsWords(O)`; only maps need it. */
  readonly partials: GPUBuffer;
}

/** Whose mean and variance: this batch's; this batch's, collected with a weight; the collected ones. */
export type Statistics =
  | { readonly of: 'batch' }
  | { readonly of: 'batch-collected'; readonly share: number }
  | { readonly of: 'collected' };

const STATISTICS = ['batch', 'batch-collected', 'collected'] as const;

/** A power of two of columns, no more than there are channels or the profile has. */
function columnsOf({ profile }: Builder, O: number): number {
  let columns = 4;
  while (columns < Math.min(O, profile.columns)) columns *= 2;
  return columns;
}

function shapeOf(builder: Builder, s: NormaliseShape) {
  const rows = s.B * s.places;
  const columns = s.places > 1 ? columnsOf(builder, s.O) : builder.profile.columns;
  const norm = { B: rows, O: s.O, NORM: BATCH_NORMS.indexOf(s.norm), RELU: s.relu };
  return {
    norm,
    dropout: { KEEP: s.keep, SITE: s.site },
    workgroup: { COLUMNS: columns, ROWS: builder.profile.rows },
    chunks: { CHUNKS: chunksOf(rows) },
    grid: [groups(s.O, columns), s.places > 1 ? chunksOf(rows) : 1] as const,
    /** Bytes of z, or of anything else of its shape. */
    bytes: 4 * rows * s.O,
  };
}

/** a [B * places, O] = dropout(relu(gamma * (z - mu) / s + beta)). */
export function normalise(
  builder: Builder,
  s: NormaliseShape,
  statistics: Statistics,
  a: GPUBuffer,
): Promise<Dispatch[]> {
  const { kernels } = builder;
  const { norm, dropout, workgroup, chunks, grid, bytes } = shapeOf(builder, s);
  const { label } = s;
  const whose = {
    STATS: STATISTICS.indexOf(statistics.of),
    SHARE: statistics.of === 'batch-collected' ? statistics.share : 0,
  };
  if (s.places === 1) {
    const dispatch = kernels.dispatch({
      label,
      source: NORMALISE,
      constants: { ...norm, ...dropout, ...workgroup, ...whose },
      buffers: [s.z, s.affine, s.stats, a],
      grid,
    });
    return Promise.all([dispatch]);
  }
  const apply = kernels.dispatch({
    label,
    source: MAPS_NORMALISE,
    constants: { ...norm, ...dropout, ...workgroup, ...chunks, ...whose },
    buffers: [s.z, s.partials, s.affine, s.stats, a],
    grid,
    bytes: 2 * bytes,
  });
  if (s.norm === 'none' || statistics.of === 'collected') return Promise.all([apply]);
  const measure = kernels.dispatch({
    label,
    source: MAPS_STATISTICS,
    constants: { ...norm, ...workgroup, ...chunks },
    buffers: [s.z, s.partials],
    grid,
    bytes,
  });
  return Promise.all([measure, apply]);
}

/** g [B * places, O]: in as the gradient at a, out as the gradient at z; gamma and beta take their step, at `biasScale` of the rate. */
export function normaliseBackward(
  builder: Builder,
  s: NormaliseShape,
  optimizer: OptimizerConstants,
  biasScale: number,
  g: GPUBuffer,
): Promise<Dispatch[]> {
  const { kernels } = builder;
  const { norm, dropout, workgroup, chunks, grid, bytes } = shapeOf(builder, s);
  const { label } = s;
  if (s.places === 1) {
    const dispatch = kernels.dispatch({
      label,
      source: NORMALISE_BACKWARD,
      constants: { ...norm, ...dropout, ...workgroup, ...optimizer, BIAS_SCALE: biasScale },
      buffers: [s.z, s.stats, s.affine, g],
      grid,
    });
    return Promise.all([dispatch]);
  }
  return Promise.all([
    kernels.dispatch({
      label,
      source: MAPS_GRADIENT_SUMS,
      constants: { ...norm, ...dropout, ...workgroup, ...chunks },
      buffers: [s.z, s.stats, s.affine, g, s.partials],
      grid,
      bytes: 3 * bytes,
    }),
    kernels.dispatch({
      label,
      source: MAPS_NORMALISE_BACKWARD,
      constants: { ...norm, ...workgroup, ...chunks, ...optimizer, BIAS_SCALE: biasScale },
      buffers: [s.z, s.stats, s.partials, s.affine, g],
      grid,
      bytes: 3 * bytes,
    }),
  ]);
}
