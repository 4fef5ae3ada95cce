/** Batch norm (or a bias), ReLU and dropout in one pass, and the same backward. */
import forwardText from '../../shaders/normalise.wgsl?raw';
import backwardText from '../../shaders/normalise_backward.wgsl?raw';
import { BATCH_NORMS, type BatchNorm } from '../../experiment/spec.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import type { OptimizerConstants } from '../optimizers/rates.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const NORMALISE: KernelSource = {
  name: 'normalise',
  parts: [
    LIB.step,
    LIB.philox,
    LIB.dropout,
    LIB.columns,
    { file: 'normalise.wgsl', text: forwardText },
  ],
  bindings: ['read', 'read', 'write', 'write'],
};
export const NORMALISE_BACKWARD: KernelSource = {
  name: 'normalise_backward',
  parts: [
    LIB.step,
    LIB.philox,
    LIB.dropout,
    LIB.columns,
    LIB.optimizer,
    { file: 'normalise_backward.wgsl', text: backwardText },
  ],
  bindings: ['read', 'read', 'write', 'write'],
};

export interface NormaliseShape {
  readonly label: string;
  readonly B: number;
  readonly O: number;
  readonly norm: BatchNorm;
  readonly relu: boolean;
  /** Keep probability of the dropout after the activation, and its site (l after hidden layer l). */
  readonly keep: number;
  readonly site: number;
  readonly z: GPUBuffer;
  /** [6, O]: gamma, beta, two moments of gamma, two of beta. */
  readonly affine: GPUBuffer;
  /** [2, O]: of `batch`, mean and 1 / s; otherwise the collected means and variances. */
  readonly stats: GPUBuffer;
}

/** Whose mean and variance: this batch's; this batch's, collected with a weight; the collected ones. */
export type Statistics =
  | { readonly of: 'batch' }
  | { readonly of: 'batch-collected'; readonly share: number }
  | { readonly of: 'collected' };

const STATISTICS = ['batch', 'batch-collected', 'collected'] as const;

const shapeConstants = ({ profile }: Builder, s: NormaliseShape) => ({
  B: s.B,
  O: s.O,
  NORM: BATCH_NORMS.indexOf(s.norm),
  RELU: s.relu,
  KEEP: s.keep,
  SITE: s.site,
  COLUMNS: profile.columns,
  ROWS: profile.rows,
});

/** a [B, O] = dropout(relu(gamma * (z - mu) / s + beta)). */
export function normalise(
  builder: Builder,
  s: NormaliseShape,
  statistics: Statistics,
  a: GPUBuffer,
): Promise<Dispatch> {
  return builder.kernels.dispatch({
    label: s.label,
    source: NORMALISE,
    constants: {
      ...shapeConstants(builder, s),
      STATS: STATISTICS.indexOf(statistics.of),
      SHARE: statistics.of === 'batch-collected' ? statistics.share : 0,
    },
    buffers: [s.z, s.affine, s.stats, a],
    grid: [groups(s.O, builder.profile.columns)],
  });
}

/** g [B, O]: in as the gradient at a, out as the gradient at z; gamma and beta take their step. */
export function normaliseBackward(
  builder: Builder,
  s: NormaliseShape,
  optimizer: OptimizerConstants,
  g: GPUBuffer,
): Promise<Dispatch> {
  return builder.kernels.dispatch({
    label: s.label,
    source: NORMALISE_BACKWARD,
    constants: { ...shapeConstants(builder, s), ...optimizer },
    buffers: [s.z, s.stats, s.affine, g],
    grid: [groups(s.O, builder.profile.columns)],
  });
}
