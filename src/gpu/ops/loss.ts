/** Loss and mistakes of a batch of outputs, and the gradient where it trains. */
import source from '../../shaders/loss.wgsl?raw';
import { LOSSES, type Loss } from '../../experiment/spec.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';

export const LOSS: KernelSource = {
  name: 'loss',
  parts: [LIB.step, { file: 'loss.wgsl', text: source }],
  bindings: ['read', 'read', 'write', 'write'],
};

export interface LossRequest {
  readonly B: number;
  readonly C: number;
  readonly loss: Loss;
  /** True: mean loss and the gradient g. False: sums over the examples that count, for evaluation. */
  readonly training: boolean;
  readonly a: GPUBuffer;
  readonly y: GPUBuffer;
  readonly g: GPUBuffer;
  readonly metrics: GPUBuffer;
  /** Words of a metrics row; the first is the loss (bits of a float), the second the mistakes. */
  readonly stride: number;
}

export function loss({ kernels }: Builder, r: LossRequest): Promise<Dispatch> {
  return kernels.dispatch({
    label: 'loss',
    source: LOSS,
    constants: {
      B: r.B,
      C: r.C,
      LOSS: LOSSES.indexOf(r.loss),
      TRAINING: r.training,
      METRICS: r.stride,
    },
    buffers: [r.a, r.y, r.g, r.metrics],
    grid: [1],
  });
}
