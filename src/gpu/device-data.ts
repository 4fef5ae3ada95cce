/** A data set on the device: its values in shards of whole examples, each below the binding limit. */
import type { DataShape } from '../experiment/datasets.ts';
import type { Dataset, Examples } from '../data/dataset.ts';
import type { Arena } from './buffers.ts';

export interface Shard {
  readonly first: number;
  readonly count: number;
  readonly images: GPUBuffer;
}

export interface DeviceSplit {
  readonly count: number;
  readonly shards: readonly Shard[];
  /** One u32 an example. */
  readonly labels: GPUBuffer;
}

export interface DeviceData extends DataShape {
  readonly inputs: number;
  /** Values are half floats, two a word; else bytes, four a word. */
  readonly halves: boolean;
  readonly train: DeviceSplit;
  readonly validation: DeviceSplit;
  readonly test: DeviceSplit;
  /** An input is value * scale - offset. */
  readonly scale: number;
  /** [inputs] */
  readonly offset: GPUBuffer;
}

/** First example and count of each shard. `bytes`: of an example. */
export function shardsOf(
  count: number,
  bytes: number,
  limit: number,
): { first: number; count: number }[] {
  const most = Math.max(1, Math.floor(limit / bytes));
  const shards = [];
  for (let first = 0; first < count; first += most) {
    shards.push({ first, count: Math.min(most, count - first) });
  }
  return shards;
}

function uploadSplit(
  arena: Arena,
  name: string,
  examples: Examples,
  inputs: number,
  limit: number,
): DeviceSplit {
  const bytes = inputs * examples.images.BYTES_PER_ELEMENT;
  const shards = shardsOf(examples.count, bytes, limit).map(({ first, count }) => ({
    first,
    count,
    images: arena.upload(
      `data.${name}.images`,
      examples.images.subarray(first * inputs, (first + count) * inputs),
    ),
  }));
  const labels = Uint32Array.from(examples.labels);
  return {
    count: examples.count,
    shards,
    labels: arena.upload(`data.${name}.labels`, new Uint8Array(labels.buffer)),
  };
}

/** Put a data set on the device. `limit`: bytes a shard may have. */
export function uploadData(arena: Arena, dataset: Dataset, limit: number): DeviceData {
  const { inputs, shape, scale } = dataset;
  return {
    ...shape,
    inputs,
    classes: dataset.classNames.length,
    halves: dataset.train.images instanceof Uint16Array,
    train: uploadSplit(arena, 'train', dataset.train, inputs, limit),
    validation: uploadSplit(arena, 'validation', dataset.validation, inputs, limit),
    test: uploadSplit(arena, 'test', dataset.test, inputs, limit),
    scale,
    offset: arena.upload('data.offset', dataset.offset),
  };
}
