/** The mean |w| of a layer, as data of the device, and products times it. */
import scaleText from '../../shaders/scale.wgsl?raw';
import sumText from '../../shaders/sum_magnitudes.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { groups, type Builder } from './builder.ts';

export const SUM_MAGNITUDES: KernelSource = {
  name: 'sum_magnitudes',
  parts: [{ file: 'sum_magnitudes.wgsl', text: sumText }],
  bindings: ['read', 'write'],
};
export const SCALE: KernelSource = {
  name: 'scale',
  parts: [{ file: 'scale.wgsl', text: scaleText }],
  bindings: ['read', 'write'],
};

/** Sums that are added up to one. */
export const MAGNITUDE_SUMS = 64;

export interface MeanRequest {
  readonly label: string;
  /** [count] */
  readonly w: GPUBuffer;
  readonly count: number;
  /** MAGNITUDE_SUMS words, of no meaning before and after. */
  readonly sums: GPUBuffer;
  /** One word: the mean of |w|. */
  readonly mean: GPUBuffer;
}

export function meanMagnitude({ kernels }: Builder, r: MeanRequest): Promise<Dispatch[]> {
  const { label, count } = r;
  const shares = Math.min(MAGNITUDE_SUMS, groups(count, 64));
  return Promise.all([
    kernels.dispatch({
      ...{ label, source: SUM_MAGNITUDES, constants: { COUNT: count, FACTOR: 1 } },
      ...{ buffers: [r.w, r.sums], grid: [shares] },
    }),
    kernels.dispatch({
      ...{ label, source: SUM_MAGNITUDES, constants: { COUNT: shares, FACTOR: 1 / count } },
      ...{ buffers: [r.sums, r.mean], grid: [1] },
    }),
  ]);
}

/** values [count] *= factor[0]. */
export const scale = (
  { kernels }: Builder,
  label: string,
  factor: GPUBuffer,
  values: GPUBuffer,
  count: number,
): Promise<Dispatch> =>
  kernels.dispatch({
    ...{ label, source: SCALE, constants: { COUNT: count } },
    buffers: [factor, values],
    grid: [Math.min(groups(count, 64), 65_535)],
    bytes: 8 * count,
  });
