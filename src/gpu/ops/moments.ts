/** Units drawn by their moments: statistics of a batch of them, and activations averaged over draws. */
import activationText from '../../shaders/moments_activation.wgsl?raw';
import statisticsText from '../../shaders/moments_statistics.wgsl?raw';
import { streamOf } from '../../experiment/random.ts';
import { BATCH_NORMS, type BatchNorm } from '../../experiment/spec.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const MOMENTS_STATISTICS: KernelSource = {
  name: 'moments_statistics',
  parts: [{ file: 'moments_statistics.wgsl', text: statisticsText }],
  bindings: ['read', 'read', 'write', 'write'],
};
export const MOMENTS_ACTIVATION: KernelSource = {
  name: 'moments_activation',
  parts: [LIB.step, LIB.philox, { file: 'moments_activation.wgsl', text: activationText }],
  bindings: ['read', 'read', 'read', 'read', 'write'],
};

/** What passes by moments write in between. */
export interface MomentsBuffers {
  /** Squares of a batch [B, I] and of weights [I, O]. */
  readonly xx: GPUBuffer;
  readonly ww: GPUBuffer;
  /** [I, O], all 1: the squares of signs. */
  readonly ones: GPUBuffer;
  /** [B, O]: products of the squares. */
  readonly v: GPUBuffer;
  /** [2, O]: statistics of a batch. */
  readonly own: GPUBuffer;
}

/** Units [B, O] with means `mean` z and variances `spread` v. */
export interface Drawn {
  readonly label: string;
  readonly B: number;
  readonly O: number;
  readonly mean: number;
  readonly spread: number;
  readonly z: GPUBuffer;
  readonly v: GPUBuffer;
}

/** Means and variances of each column into `own` [2, O]; a `share` of them is added to `collected`. */
export const momentsStatistics = (
  { kernels }: Builder,
  { label, B, O, mean, spread, z, v }: Drawn,
  { own, collected, share }: { own: GPUBuffer; collected: GPUBuffer; share: number },
): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${label}.moments`,
    source: MOMENTS_STATISTICS,
    constants: { B, O, MEAN: mean, SPREAD: spread, SHARE: share },
    buffers: [z, v, own, collected],
    grid: [groups(O, 64)],
  });

export interface MomentsActivation extends Drawn {
  /** From 0: its place in the random streams. */
  readonly layer: number;
  /** A multiple of four. */
  readonly samples: number;
  readonly norm: BatchNorm;
  readonly affine: GPUBuffer;
  /** [2, O]: means and variances that units are normalised by. */
  readonly stats: GPUBuffer;
  readonly a: GPUBuffer;
}

export const momentsActivation = ({ kernels }: Builder, r: MomentsActivation): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${r.label}.draws`,
    source: MOMENTS_ACTIVATION,
    constants: {
      ...{ B: r.B, O: r.O, MEAN: r.mean, SPREAD: r.spread, SAMPLES: r.samples },
      ...{ STREAM: streamOf('moments', r.layer), NORM: BATCH_NORMS.indexOf(r.norm) },
    },
    buffers: [r.z, r.v, r.affine, r.stats, r.a],
    grid: [Math.min(groups(r.B * r.O, 64), 65_535)],
  });
