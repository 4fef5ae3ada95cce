/** One minibatch: inputs x [B, I] and labels y [B], picked from the shards of a split. */
import source from '../../shaders/gather.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';
import type { DeviceSplit } from '../device-data.ts';

export const GATHER: KernelSource = {
  name: 'gather',
  parts: [LIB.step, LIB.philox, LIB.dropout, { file: 'gather.wgsl', text: source }],
  bindings: ['read', 'read', 'read', 'read', 'write', 'write', 'write'],
};

export interface GatherRequest {
  readonly label: string;
  readonly B: number;
  readonly I: number;
  readonly split: DeviceSplit;
  readonly mean: GPUBuffer;
  /** Positions go through `order` where `shuffled`. */
  readonly order: GPUBuffer;
  readonly shuffled: boolean;
  /** Keep probability of input dropout. */
  readonly keep: number;
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly metrics: GPUBuffer;
  /** Words of the metrics row to clear, or 0. */
  readonly clear: number;
}

/** One dispatch a shard. */
export function gather({ kernels }: Builder, r: GatherRequest): Promise<Dispatch[]> {
  return Promise.all(
    r.split.shards.map((shard) =>
      kernels.dispatch({
        label: r.label,
        source: GATHER,
        constants: {
          I: r.I,
          B: r.B,
          N: r.split.count,
          FIRST: shard.first,
          COUNT: shard.count,
          SHUFFLED: r.shuffled,
          METRICS: r.clear,
          KEEP: r.keep,
          SITE: 0,
        },
        buffers: [shard.images, r.split.labels, r.mean, r.order, r.x, r.y, r.metrics],
        grid: [groups(Math.max(Math.ceil(r.I / 4), r.clear), 64), r.B],
        // A byte in and a float out for every input, of the data set only this minibatch.
        bytes: 5 * r.B * r.I,
      }),
    ),
  );
}
