import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { matFile, type MatVariable } from '../testing/small-mat.ts';
import { histogramOf, parseSvhn } from './svhn.ts';

const SHAPE = { height: 2, width: 3, channels: 3, classes: 10 };
/** Value of row r, column c, channel k of picture n, as the format orders them. */
const pixels = (count: number) =>
  Uint8Array.from({ length: 18 * count }, (_, i) => {
    const [r, c] = [i % 2, Math.floor(i / 2) % 3];
    const [k, n] = [Math.floor(i / 6) % 3, Math.floor(i / 18)];
    return 100 * n + 30 * k + 10 * r + c;
  });
const X: MatVariable = { name: 'X', dims: [2, 3, 3, 2], values: pixels(2) };
const y: MatVariable = { name: 'y', dims: [2, 1], values: [3, 10] };
const read = (...variables: MatVariable[]) => parseSvhn(matFile(variables), 'x.mat', SHAPE);

test('gives pixels by row, column, channel and makes label 10 class 0', async () => {
  const read2 = await read(X, y);
  if (!read2.ok) throw new Error(read2.error);
  expect(read2.value.count).toBe(2);
  expect([...read2.value.labels]).toEqual([3, 0]);
  const one = [0, 30, 60, 1, 31, 61, 2, 32, 62, 10, 40, 70, 11, 41, 71, 12, 42, 72];
  expect([...read2.value.images]).toEqual([...one, ...one.map((value) => value + 100)]);
  expect(histogramOf(read2.value.labels, 4)).toEqual([1, 0, 0, 1]);
});

test('takes labels of any class and storage, in a row or a column', async () => {
  for (const storage of [1, 2, 3, 4, 5, 6, 7, 9] as const) {
    for (const dims of [
      [2, 1],
      [1, 2],
    ]) {
      expect(await read(X, { ...y, kind: 6, storage, dims })).toMatchObject({
        value: { labels: Uint8Array.of(3, 0) },
      });
    }
  }
});

test('takes one picture, whose last dimension is left out', async () => {
  const one = await read(
    { ...X, dims: [2, 3, 3], values: pixels(1) },
    { ...y, dims: [1, 1], values: [1] },
  );
  expect(one).toMatchObject({ value: { count: 1, labels: Uint8Array.of(1) } });
});

describe('refuses', () => {
  test.each<[string, MatVariable[], string]>([
    ['no labels', [X], 'x.mat lacks y, the labels; it holds "X".'],
    ['nothing', [], 'x.mat lacks X, the pictures; it holds no array of numbers.'],
    [
      'another shape',
      [{ ...X, dims: [3, 2, 3, 2] }, y],
      'x.mat holds X of 3 x 2 x 3 x 2; allowed are bytes of 2 x 3 x 3 x the number of pictures.',
    ],
    [
      'numbers that are not bytes',
      [{ ...X, storage: 9, kind: 6 }, y],
      'x.mat holds X of 2 x 3 x 3 x 2, which are not bytes; allowed are bytes of 2 x 3 x 3 x the number of pictures.',
    ],
    [
      'no pictures',
      [{ ...X, dims: [2, 3, 3, 0], values: [] }, y],
      'x.mat holds X of 2 x 3 x 3 x 0; allowed are bytes of 2 x 3 x 3 x the number of pictures.',
    ],
    [
      'too few labels',
      [X, { ...y, dims: [1, 1], values: [1] }],
      'x.mat holds 2 pictures and 1 labels.',
    ],
    ...[0, 11, 1.5, NaN].map((label): [string, MatVariable[], string] => [
      `the label ${label}`,
      [X, { ...y, kind: 6, storage: 9, values: [1, label] }],
      `x.mat has the label ${label} at position 1; allowed are 1 to 10, the last for the digit 0.`,
    ]),
  ])('%s', async (_, variables, error) => {
    expect(await read(...variables)).toEqual({ ok: false, error });
  });

  test('broken files with a sentence', async () => {
    const good = matFile([X, y]);
    await fc.assert(
      fc.asyncProperty(brokenFile(good), async (bytes) => {
        const examples = await parseSvhn(bytes, 'x.mat', SHAPE);
        if (!examples.ok) expect(examples.error).toMatch(SENTENCE);
        // What is not in a check sum: the header's text and the padding of tags.
        else expect(examples.value.count).toBe(2);
      }),
      { seed: 12, numRuns: 300 },
    );
  });
});
