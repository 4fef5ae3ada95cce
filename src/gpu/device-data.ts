/** A data set on the device: bytes in shards of whole examples, each below the binding limit. */
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

export interface DeviceData {
  readonly inputs: number;
  readonly classes: number;
  readonly train: DeviceSplit;
  readonly validation: DeviceSplit;
  readonly test: DeviceSplit;
  /** [inputs]: what gather subtracts. */
  readonly mean: GPUBuffer;
}

/** First example and count of each shard. */
export function shardsOf(
  count: number,
  inputs: number,
  limit: number,
): { first: number; count: number }[] {
  const most = Math.max(1, Math.floor(limit / inputs));
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
  const shards = shardsOf(examples.count, inputs, limit).map(({ first, count }) => ({
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
  const { inputs } = dataset;
  return {
    inputs,
    classes: dataset.classNames.length,
    train: uploadSplit(arena, 'train', dataset.train, inputs, limit),
    validation: uploadSplit(arena, 'validation', dataset.validation, inputs, limit),
    test: uploadSplit(arena, 'test', dataset.test, inputs, limit),
    mean: arena.upload('data.mean', dataset.mean),
  };
}
