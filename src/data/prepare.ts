/** From bytes to what a network is fed: a run's preprocessing, applied to a data set. */
import { fail, ok } from '../experiment/result.ts';
import type { Preprocessing } from '../experiment/spec.ts';
import type { Dataset } from './dataset.ts';
import type { Load } from './load.ts';
import type { ByteExamples, RawDataset } from './raw.ts';

/**
 * Mean of byte / 255 over all examples, pixel by pixel: `inputs` numbers in 0..1. Bytes are summed
 * in float64, where the sums are exact, so only the last division rounds.
 */
export function meanOf(examples: ByteExamples, inputs: number): Float32Array<ArrayBuffer> {
  const { images, count } = examples;
  const sums = new Float64Array(inputs);
  for (let start = 0; start < count * inputs; start += inputs) {
    for (let j = 0; j < inputs; j++) sums[j] = (sums[j] ?? 0) + (images[start + j] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / (255 * count));
}

/**
 * A data set as `preprocessing` makes it:
 * - `mean`: x = byte / 255 - the training mean, pixel by pixel;
 * - `symmetric`: x = 2 byte / 255 - 1.
 */
export async function prepare(
  raw: RawDataset,
  preprocessing: Preprocessing,
): Promise<Load<Dataset>> {
  await Promise.resolve();
  switch (preprocessing) {
    case 'mean':
      return ok({ ...raw, scale: 1 / 255, offset: meanOf(raw.train, raw.inputs) });
    case 'symmetric':
      return ok({ ...raw, scale: 2 / 255, offset: new Float32Array(raw.inputs).fill(1) });
    case 'gcn':
    case 'gcn-zca':
    case 'gcn-lcn':
      return fail(
        `The preprocessing ${preprocessing} cannot be done yet; allowed are mean and symmetric.`,
      );
  }
}
