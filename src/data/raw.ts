/** A data set as its files give it: bytes, split, before preprocessing. */
import type { Dataset, Examples } from './dataset.ts';

export interface ByteExamples extends Examples {
  readonly images: Uint8Array<ArrayBuffer>;
}

/**
 * Bytes by row, column, channel. Where `fitOn` is `train+validation`, `validation` follows `train`
 * in one array: ZCA is then fitted on both, as the published recipes do.
 */
export interface RawDataset extends Pick<
  Dataset,
  'id' | 'title' | 'note' | 'shape' | 'inputs' | 'classNames'
> {
  readonly train: ByteExamples;
  readonly validation: ByteExamples;
  readonly test: ByteExamples;
}

/** Examples `start` to `end` (exclusive), as views: nothing is copied. `inputs`: bytes an example. */
export function slice(
  examples: ByteExamples,
  inputs: number,
  start: number,
  end: number,
): ByteExamples {
  return {
    count: end - start,
    images: examples.images.subarray(start * inputs, end * inputs),
    labels: examples.labels.subarray(start, end),
  };
}
