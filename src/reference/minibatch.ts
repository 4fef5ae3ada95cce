/** From a data set to the minibatch of a training step: order, preprocessing, augmentation. */
import { type Dataset, preprocess } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { augmented } from './augmentation.ts';
import { type Floats, floats, toFloats } from './floats.ts';
import { minibatchAt } from './permutation.ts';

export interface Minibatch {
  /** [B, inputs] */
  readonly x: Floats;
  readonly labels: number[];
}

/** What training step `step` (from 0) of a spec sees of a data set. */
export function minibatchOf(spec: ExperimentSpec, dataset: Dataset, step: number): Minibatch {
  const { train, inputs, shape } = dataset;
  const epoch = Math.floor(step / Math.floor(train.count / spec.batch));
  const examples = minibatchAt(spec, train.count, step);
  const x = floats(spec.batch * inputs);
  examples.forEach((example, row) => {
    const values = train.images.slice(example * inputs, (example + 1) * inputs);
    const plain = toFloats(preprocess(values, dataset));
    x.set(augmented(spec, plain, shape, epoch, example), row * inputs);
  });
  return { x, labels: examples.map((example) => at(train.labels, example)) };
}
