/** The mean of the outputs of an ensemble's members so far, as what `loss` scores. */
import source from '../../shaders/accumulate.wgsl?raw';
import { LEAST_PROBABILITY } from '../../experiment/ensemble.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const ACCUMULATE: KernelSource = {
  name: 'accumulate',
  parts: [LIB.step, { file: 'accumulate.wgsl', text: source }],
  bindings: ['read', 'write', 'write'],
};

export interface AccumulateRequest {
  readonly B: number;
  readonly C: number;
  /** Outputs are averaged as the probabilities that softmax makes of them, else as they are. */
  readonly probabilities: boolean;
  /** First example of the split in `sums`. */
  readonly first: number;
  /** [B, C]: outputs of one member. */
  readonly a: GPUBuffer;
  /** [examples of all splits, C] */
  readonly sums: GPUBuffer;
  /** [B, C] */
  readonly mean: GPUBuffer;
}

export function accumulate({ kernels }: Builder, r: AccumulateRequest): Promise<Dispatch> {
  return kernels.dispatch({
    label: 'accumulate',
    source: ACCUMULATE,
    constants: {
      C: r.C,
      FIRST: r.first,
      PROBABILITIES: r.probabilities,
      LEAST: LEAST_PROBABILITY,
    },
    buffers: [r.a, r.sums, r.mean],
    grid: [groups(r.B, 64)],
  });
}
