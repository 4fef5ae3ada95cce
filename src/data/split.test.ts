import { expect, test } from 'vitest';
import { shapeOf } from '../experiment/datasets.ts';
import { smallSets } from '../testing/small-data.ts';
import { slice } from './raw.ts';
import { aboutOf, Joined, splitLast } from './split.ts';

const about = aboutOf('mnist', smallSets().index.mnist);
const bytes = (count: number, start = 0) => Uint8Array.from({ length: count }, (_, i) => start + i);

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

test('examples are joined file by file, and one that brings all is not copied', () => {
  const several = new Joined(3, 2);
  several.add({ count: 2, images: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(5, 6) });
  expect(() => several.examples()).toThrow('a file of 3 examples was left out');
  several.add({ count: 1, images: Uint8Array.of(7, 8), labels: Uint8Array.of(9) });
  expect(several.examples()).toEqual({
    count: 3,
    images: Uint8Array.of(1, 2, 3, 4, 7, 8),
    labels: Uint8Array.of(5, 6, 9),
  });
  const one = new Joined(3, 2);
  const images = bytes(6);
  one.add({ count: 3, images: null, labels: Uint8Array.of(1, 0, 1) });
  one.add({ count: 3, images, labels: null });
  expect(one.examples().images).toBe(images);
});

test('validation is the end of the training examples', () => {
  const training = { count: 5, images: bytes(30), labels: bytes(5) };
  const tested = { count: 1, images: bytes(6, 100), labels: bytes(1) };
  const made = splitLast(about, training, tested, 2);
  if (!made.ok) throw new Error(made.error);
  expect(made.value).toMatchObject({ id: 'mnist', inputs: 6, note: null, test: tested });
  expect(made.value.train).toEqual({ count: 3, images: bytes(18), labels: bytes(3) });
  expect(made.value.validation).toEqual({ count: 2, images: bytes(12, 18), labels: bytes(2, 3) });
});

test('validation may not take everything', () => {
  const training = { count: 5, images: bytes(30), labels: bytes(5) };
  expect(splitLast(about, training, training, 5)).toEqual({
    ok: false,
    error:
      'Small mnist has 5 training examples; allowed are more than the 5 that validation takes.',
  });
});

test('the shapes of the index are those that experiments are checked with', () => {
  expect(shapeOf('cifar-10')).toMatchObject({ height: 32, width: 32, channels: 3 });
});
