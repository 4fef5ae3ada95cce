/** A new order of the training examples, from the seed and the era. */
import source from '../../shaders/permute.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const PERMUTE: KernelSource = {
  name: 'permute',
  parts: [LIB.step, LIB.philox, { file: 'permute.wgsl', text: source }],
  bindings: ['write'],
};

/** Smallest k >= 1 with 4^k >= N: half the bits of the permutation's domain. */
export function halfBits(N: number): number {
  let k = 1;
  while (4 ** k < N) k += 1;
  return k;
}

/** order [N] for the era in the step's `start`. */
export function permute({ kernels }: Builder, N: number, order: GPUBuffer): Promise<Dispatch> {
  return kernels.dispatch({
    label: 'data.order',
    source: PERMUTE,
    constants: { N, HALF_BITS: halfBits(N) },
    buffers: [order],
    grid: [groups(N, 64)],
  });
}
