/** From parsed files to a Dataset: the split, and the mean that preprocessing subtracts. */
import { fail, ok, type Result } from '../experiment/result.ts';
import type { DatasetId } from '../experiment/spec.ts';
import type { Dataset, Examples } from './dataset.ts';
import type { DataEntry, FileRole } from './index-file.ts';

/** The last so many examples of the training files are for validation. */
export const VALIDATION_COUNT = 10_000;

/** Examples `start` to `end` (exclusive), as views: nothing is copied. `inputs`: bytes an example. */
export function slice(examples: Examples, inputs: number, start: number, end: number): Examples {
  return {
    count: end - start,
    images: examples.images.subarray(start * inputs, end * inputs),
    labels: examples.labels.subarray(start, end),
  };
}

/**
 * Mean of byte / 255 over all examples, pixel by pixel: `inputs` numbers in 0..1. Bytes are summed
 * in float64, where the sums are exact, so only the last division rounds.
 */
export function meanOf(examples: Examples, inputs: number): Float32Array<ArrayBuffer> {
  const { images, count } = examples;
  const sums = new Float64Array(inputs);
  for (let start = 0; start < count * inputs; start += inputs) {
    for (let j = 0; j < inputs; j++) sums[j] = (sums[j] ?? 0) + (images[start + j] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / (255 * count));
}

/**
 * Put the four parsed files together: training examples without the last `validationCount`, those
 * for validation, the test examples, and the mean over the training split alone.
 */
export function assemble(
  id: DatasetId,
  entry: DataEntry,
  parts: Readonly<Record<FileRole, Uint8Array<ArrayBuffer>>>,
  validationCount = VALIDATION_COUNT,
): Result<Dataset> {
  const { title, counts, shape, classNames } = entry;
  const inputs = shape.height * shape.width * shape.channels;
  const trainCount = counts.train - validationCount;
  if (trainCount < 1) {
    return fail(
      `${title} has ${counts.train} training examples; allowed are more than the ${validationCount} that validation takes.`,
    );
  }
  const all = { count: counts.train, images: parts.trainImages, labels: parts.trainLabels };
  const train = slice(all, inputs, 0, trainCount);
  return ok({
    id,
    title,
    shape,
    inputs,
    classNames,
    train,
    validation: slice(all, inputs, trainCount, counts.train),
    test: { count: counts.test, images: parts.testImages, labels: parts.testLabels },
    mean: meanOf(train, inputs),
  });
}
