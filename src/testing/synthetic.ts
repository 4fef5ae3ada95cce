/** Small data sets with something to learn: each class has a pattern, examples add noise to it. */
import { preprocess, type Dataset, type Examples } from '../data/dataset.ts';
import { meanOf } from '../data/prepare.ts';
import type { ByteExamples } from '../data/raw.ts';
import type { DataShape } from '../experiment/datasets.ts';
import { at } from '../experiment/at.ts';
import { glorotCoefficient, type LayerShape } from '../experiment/shapes.ts';
import { randomWords } from '../reference/random.ts';

export interface SyntheticShape {
  readonly height: number;
  readonly width: number;
  readonly channels?: number;
  readonly classes: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export function syntheticDataset(shape: SyntheticShape, seed = 7): Dataset {
  const { height, width, channels = 1, classes } = shape;
  const inputs = height * width * channels;
  const patterns = randomWords(classes * inputs, seed, 1, 0);
  const examples = (count: number, stream: number): ByteExamples => {
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
    note: null,
    shape: { height, width, channels },
    inputs,
    classNames: Array.from({ length: classes }, (_, c) => `class ${c}`),
    train,
    validation: examples(shape.validation, 3),
    test: examples(shape.test, 4),
    scale: 1 / 255,
    offset: meanOf(train, inputs),
  };
}

/** Examples as the network sees them, [count, inputs], in float64, with their labels. */
export function examplesOf(
  dataset: Dataset,
  split: Examples,
  indices: readonly number[],
): { readonly x: Float64Array<ArrayBuffer>; readonly labels: number[] } {
  const { inputs } = dataset;
  const x = new Float64Array(indices.length * inputs);
  indices.forEach((index, row) => {
    const values = split.images.slice(index * inputs, (index + 1) * inputs);
    x.set(preprocess(values, dataset), row * inputs);
  });
  return { x, labels: indices.map((index) => at(split.labels, index)) };
}

/** A data set's shape as a network must know it. */
export const dataShapeOf = ({ shape, classNames }: Dataset): DataShape => ({
  ...shape,
  classes: classNames.length,
});

/** A hidden dense layer by itself. */
export function denseShape(I: number, O: number, fields: Partial<LayerShape> = {}): LayerShape {
  const to = { height: 1, width: 1, channels: O };
  return {
    ...{ name: 'dense1', kind: 'dense', I, O, kernel: 1, stride: 1, padding: 0 },
    ...{ from: { height: 1, width: 1, channels: I }, to, pools: [], out: to },
    ...{
      c: glorotCoefficient(I, O),
      H: 1,
      hidden: true,
      relu: true,
      pieces: 1,
      maxNorm: null,
      rate: 1,
      dropout: 0,
      companion: null,
    },
    ...fields,
  };
}
