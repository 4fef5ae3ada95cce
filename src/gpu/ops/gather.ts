/** One minibatch: inputs x [B, I] and labels y [B], picked from the shards of a split. */
import source from '../../shaders/gather.wgsl?raw';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';
import type { DeviceData, DeviceSplit } from '../device-data.ts';

export const GATHER: KernelSource = {
  name: 'gather',
  parts: [LIB.step, LIB.philox, LIB.dropout, LIB.augment, { file: 'gather.wgsl', text: source }],
  bindings: ['read', 'read', 'read', 'read', 'write', 'write', 'write'],
};

export interface GatherRequest {
  readonly label: string;
  readonly B: number;
  readonly data: DeviceData;
  readonly split: DeviceSplit;
  /** Null: examples as they are. */
  readonly augmentation: ExperimentSpec['augmentation'] | null;
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
  const { inputs: I, halves, scale, offset, height, width, channels } = r.data;
  return Promise.all(
    r.split.shards.map((shard) =>
      kernels.dispatch({
        label: r.label,
        source: GATHER,
        constants: {
          I,
          HALVES: halves,
          VALUE_SCALE: scale,
          PAD: r.augmentation?.pad ?? 0,
          FLIP: r.augmentation?.flip ?? false,
          AUGMENTED: r.augmentation !== null && (r.augmentation.pad > 0 || r.augmentation.flip),
          HEIGHT: height,
          WIDTH: width,
          CHANNELS: channels,
          B: r.B,
          N: r.split.count,
          FIRST: shard.first,
          COUNT: shard.count,
          SHUFFLED: r.shuffled,
          METRICS: r.clear,
          KEEP: r.keep,
          SITE: 0,
        },
        buffers: [shard.images, r.split.labels, offset, r.order, r.x, r.y, r.metrics],
        grid: [groups(Math.max(Math.ceil(I / 4), r.clear), 64), r.B],
        // A value in and a float out for every input, of the data set only this minibatch.
        bytes: (halves ? 6 : 5) * r.B * I,
      }),
    ),
  );
}
