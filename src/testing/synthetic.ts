/** Small data sets with something to learn: each class has a pattern, examples add noise to it. */
import type { Dataset, Examples } from '../data/dataset.ts';
import { meanOf } from '../data/split.ts';
import { at } from '../experiment/at.ts';
import { randomWords } from '../reference/random.ts';

export interface SyntheticShape {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export function syntheticDataset(shape: SyntheticShape, seed = 7): Dataset {
  const { height, width, classes } = shape;
  const inputs = height * width;
  const patterns = randomWords(classes * inputs, seed, 1, 0);
  const examples = (count: number, stream: number): Examples => {
    const noise = randomWords(count * inputs, seed, stream, 0);
    const labels = Uint8Array.from(randomWords(count, seed, stream, 1), (word) => word % classes);
    const images = Uint8Array.from({ length: count * inputs }, (_, e) => {
      const label = at(labels, Math.floor(e / inputs));
      const pattern = at(patterns, label * inputs + (e % inputs)) >>> 31;
      return 127 * pattern + (at(noise, e) >>> 25);
    });
    return { count, images, labels };
  };
  const train = examples(shape.train, 2);
  return {
    id: 'fashion-mnist',
    title: 'Synthetic',
    shape: { height, width, channels: 1 },
    inputs,
    classNames: Array.from({ length: classes }, (_, c) => `class ${c}`),
    train,
    validation: examples(shape.validation, 3),
    test: examples(shape.test, 4),
    mean: meanOf(train, inputs),
  };
}

/** Examples as the network sees them, [count, inputs], in float64, with their labels. */
export function examplesOf(
  dataset: Dataset,
  split: Examples,
  indices: readonly number[],
): { readonly x: Float64Array<ArrayBuffer>; readonly labels: number[] } {
  const { inputs, mean } = dataset;
  const x = new Float64Array(indices.length * inputs);
  indices.forEach((index, row) => {
    for (let j = 0; j < inputs; j++) {
      x[row * inputs + j] = at(split.images, index * inputs + j) / 255 - at(mean, j);
    }
  });
  return { x, labels: indices.map((index) => at(split.labels, index)) };
}
