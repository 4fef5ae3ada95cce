import { expect, test } from 'vitest';
import { preprocess } from './dataset.ts';
import { meanOf, prepare } from './prepare.ts';
import type { RawDataset } from './raw.ts';

const images = Uint8Array.of(0, 255, 51, 255, 255, 0);
const examples = { count: 2, images, labels: Uint8Array.of(0, 1) };
const raw: RawDataset = {
  id: 'mnist',
  title: 'Small',
  note: null,
  shape: { height: 1, width: 3, channels: 1 },
  inputs: 3,
  classNames: ['a', 'b'],
  train: examples,
  validation: { count: 1, images: Uint8Array.of(9, 9, 9), labels: Uint8Array.of(0) },
  test: { count: 1, images: Uint8Array.of(8, 8, 8), labels: Uint8Array.of(1) },
};

test('the mean is of byte / 255, pixel by pixel, over the training examples alone', async () => {
  expect(meanOf(examples, 3)).toEqual(Float32Array.of(0.5, 1, 0.1));
  const made = await prepare(raw, 'mean');
  if (made === 'cancelled' || !made.ok) throw new Error('this was to be made');
  expect(preprocess(images.subarray(0, 3), made.value)).toEqual(
    Float32Array.of(-0.5, 0, 51 / 255 - Math.fround(0.1)),
  );
  expect(made.value.validation).toBe(raw.validation);
});

test('the mean of 50,000 bytes is exact to float32', () => {
  const many = Uint8Array.from({ length: 50_000 }, (_, i) => 254 + (i % 2));
  const mean = meanOf({ count: 50_000, images: many, labels: new Uint8Array(50_000) }, 1);
  expect(mean[0]).toBe(Math.fround(254.5 / 255));
});

test('symmetric puts bytes into [-1, 1]', async () => {
  const made = await prepare(raw, 'symmetric');
  if (made === 'cancelled' || !made.ok) throw new Error('this was to be made');
  const x = preprocess(Uint8Array.of(0, 255, 51), made.value);
  expect([...x]).toEqual([-1, 1, Math.fround(51 * (2 / 255) - 1)]);
});
