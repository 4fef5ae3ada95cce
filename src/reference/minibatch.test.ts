import { expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { augmented } from './augmentation.ts';
import { minibatchOf } from './minibatch.ts';
import { minibatchAt } from './permutation.ts';

const dataset = syntheticDataset({
  ...{ height: 6, width: 7, channels: 3, classes: 4 },
  ...{ train: 35, validation: 3, test: 3 },
});
const spec: ExperimentSpec = { ...DEFAULT_SPEC, batch: 10 };

test('without augmentation, the examples in their order, preprocessed', () => {
  for (const step of [0, 2, 3, 7]) {
    const { x, labels } = minibatchOf(spec, dataset, step);
    const plain = examplesOf(dataset, dataset.train, minibatchAt(spec, 35, step));
    expect(x).toEqual(plain.x);
    expect(labels).toEqual(plain.labels);
  }
});

test('with it, each example’s own crop of the epoch', () => {
  const cropping: ExperimentSpec = { ...spec, augmentation: { pad: 2, flip: true } };
  const { inputs, shape, train } = dataset;
  // Three steps an epoch.
  for (const [step, epoch] of [
    [0, 0],
    [2, 0],
    [3, 1],
    [8, 2],
  ] as const) {
    const { x, labels } = minibatchOf(cropping, dataset, step);
    const examples = minibatchAt(cropping, 35, step);
    expect(labels).toEqual(examples.map((example) => at(train.labels, example)));
    const plain = examplesOf(dataset, train, examples).x;
    expect(x).not.toEqual(plain);
    examples.forEach((example, row) => {
      const own = plain.slice(row * inputs, (row + 1) * inputs);
      expect(x.slice(row * inputs, (row + 1) * inputs)).toEqual(
        augmented(cropping, own, shape, epoch, example),
      );
    });
  }
});
