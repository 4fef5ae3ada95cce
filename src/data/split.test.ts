import { expect, test } from 'vitest';
import { SMALL, smallSets } from '../testing/small-data.ts';
import { preprocess } from './dataset.ts';
import { assemble, meanOf, slice } from './split.ts';

const { entry, content } = smallSets().sets.mnist;
const parts = {
  trainImages: content.trainImages.subarray(16),
  trainLabels: content.trainLabels.subarray(8),
  testImages: content.testImages.subarray(16),
  testLabels: content.testLabels.subarray(8),
};

test('the mean is of byte / 255, pixel by pixel', () => {
  const images = Uint8Array.of(0, 255, 51, 255, 255, 0);
  const mean = meanOf({ count: 2, images, labels: Uint8Array.of(0, 1) }, 3);
  expect(mean).toEqual(Float32Array.of(0.5, 1, 0.1));
  expect(preprocess(images.subarray(0, 3), mean)).toEqual(
    Float32Array.of(-0.5, 0, 51 / 255 - Math.fround(0.1)),
  );
});

test('the mean of 50,000 bytes is exact to float32', () => {
  const images = Uint8Array.from({ length: 50_000 }, (_, i) => 254 + (i % 2));
  const mean = meanOf({ count: 50_000, images, labels: new Uint8Array(50_000) }, 1);
  expect(mean[0]).toBe(Math.fround(254.5 / 255));
});

test('a slice is a view', () => {
  const all = { count: 3, images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 8, 9) };
  const last = slice(all, 2, 1, 3);
  expect(last).toEqual({
    count: 2,
    images: Uint8Array.of(3, 4, 5, 6),
    labels: Uint8Array.of(8, 9),
  });
  expect(last.images.buffer).toBe(all.images.buffer);
});

test('validation is the end of the training files, and the mean leaves it out', () => {
  const made = assemble('mnist', entry, parts);
  if (!made.ok) throw new Error(made.error);
  const { train, validation, test: tested, mean, inputs } = made.value;
  expect([train.count, validation.count, tested.count, inputs]).toEqual([5, 10_000, SMALL.test, 6]);
  expect(validation.images[0]).toBe(parts.trainImages[5 * 6]);
  expect(validation.images.at(-1)).toBe(parts.trainImages.at(-1));
  expect(validation.labels[0]).toBe(parts.trainLabels[5]);
  for (let j = 0; j < inputs; j++) {
    let sum = 0;
    for (let n = 0; n < 5; n++) sum += (parts.trainImages[n * 6 + j] ?? 0) / 255;
    expect(mean[j]).toBeCloseTo(sum / 5, 7);
  }
});

test('validation may not take everything', () => {
  expect(assemble('mnist', entry, parts, SMALL.train)).toEqual({
    ok: false,
    error:
      'Small mnist has 10005 training examples; allowed are more than the 10005 that validation takes.',
  });
});
