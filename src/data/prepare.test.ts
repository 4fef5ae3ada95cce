import { describe, expect, test, vi } from 'vitest';
import { randomWords } from '../experiment/random.ts';
import { LocalContrast, normaliseContrast } from './contrast.ts';
import { type Dataset, halfToNumber, preprocess } from './dataset.ts';
import { contrastRows, contrastScale, meanOf, prepare, type PrepareOptions } from './prepare.ts';
import type { PreparedStore } from './prepared-file.ts';
import type { ByteExamples, RawDataset } from './raw.ts';
import { applyZca, fitZca } from './whiten/zca.ts';
import { Work } from './work.ts';

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

/** 4 x 5 x 3 pictures: 300 to train on, 70 to validate, 65 to test. */
const SHAPE = { height: 4, width: 5, channels: 3 };
const pictures = (count: number, stream: number): ByteExamples => ({
  count,
  images: Uint8Array.from(randomWords(count * 60, 1, stream, 0), (word) => word >>> 24),
  labels: new Uint8Array(count),
});
const coloured = (id: RawDataset['id']): RawDataset => ({
  ...raw,
  id,
  shape: SHAPE,
  inputs: 60,
  train: pictures(300, 1),
  validation: pictures(70, 2),
  test: pictures(65, 3),
});
const made = async (
  data: RawDataset,
  preprocessing: Parameters<typeof prepare>[1],
  options?: PrepareOptions,
): Promise<Dataset> => {
  const result = await prepare(data, preprocessing, options);
  if (result === 'cancelled' || !result.ok) throw new Error('this was to be made');
  return result.value;
};
/** Largest difference between half floats and numbers, over the numbers' size (at least 1). */
const worst = (halves: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(halves.length).toBe(expected.length);
  return Array.from(expected).reduce(
    (most, x, e) =>
      Math.max(most, Math.abs(halfToNumber(halves[e] ?? NaN) - x) / Math.max(1, Math.abs(x))),
    0,
  );
};
/** Half a step of a half float. */
const HALF_STEP = 2 ** -11;

describe('contrast normalisation', () => {
  test('goes with a norm of 55, but 1 for SVHN and before the local one', () => {
    expect(contrastScale('cifar-10', 'gcn')).toBe(55);
    expect(contrastScale('cifar-10', 'gcn-zca')).toBe(55);
    expect(contrastScale('svhn', 'gcn')).toBe(1);
    expect(contrastScale('svhn', 'gcn-lcn')).toBe(1);
    expect(contrastScale('cifar-10', 'gcn-lcn')).toBe(1);
  });

  test.each(['gcn', 'gcn-lcn'] as const)('%s gives half floats of every split', async (kind) => {
    const data = coloured('own-4x5x3-2-0123456789abcdef');
    const result = await made(data, kind);
    expect([result.scale, result.offset]).toEqual([1, new Float32Array(60)]);
    const local = new LocalContrast(SHAPE);
    for (const split of ['train', 'validation', 'test'] as const) {
      const { count, images } = data[split];
      const expected = new Float32Array(count * 60);
      for (let n = 0; n < count; n++) {
        const image = images.subarray(60 * n, 60 * (n + 1));
        normaliseContrast(image, kind === 'gcn' ? 55 : 1, expected, 60 * n);
        if (kind === 'gcn-lcn') local.normalise(expected, 60 * n);
      }
      expect(worst(result[split].images, expected)).toBeLessThanOrEqual(HALF_STEP);
      expect(result[split].labels).toBe(data[split].labels);
    }
  });
});

describe('whitening', () => {
  const whitened = async (data: RawDataset, fitted: readonly ByteExamples[]) => {
    const zca = await fitZca(contrastRows(fitted, 60, 55), new Work());
    const all = new Float32Array(435 * 60);
    const rows = contrastRows([data.train, data.validation, data.test], 60, 55);
    const take = (values: Float32Array, start: number, n: number) => {
      all.set(values.subarray(0, n * 60), start * 60);
    };
    if (zca === null || !(await applyZca(zca, rows, take, new Work()))) throw new Error('?');
    return all;
  };

  test.each([
    { id: 'cifar-10', parts: 'the training and validation parts' },
    { id: 'svhn', parts: 'the training part' },
  ] as const)('of $id is fitted on $parts', async ({ id }) => {
    const data = coloured(id);
    const result = await made(data, 'gcn-zca');
    const fitted = id === 'cifar-10' ? [data.train, data.validation] : [data.train];
    const all = await whitened(data, fitted);
    expect(worst(result.train.images, all.subarray(0, 18_000))).toBeLessThanOrEqual(HALF_STEP);
    expect(worst(result.validation.images, all.subarray(18_000, 22_200))).toBeLessThanOrEqual(
      HALF_STEP,
    );
    expect(worst(result.test.images, all.subarray(22_200))).toBeLessThanOrEqual(HALF_STEP);
    // And not on anything else.
    const other = await whitened(data, [data.train, data.validation, data.test]);
    expect(worst(result.test.images, other.subarray(22_200))).toBeGreaterThan(0.01);
  });

  /** A store in memory. */
  const memory = () => {
    const kept = new Map<string, Uint8Array<ArrayBuffer>>();
    const store: PreparedStore = {
      get: (name) => Promise.resolve(kept.get(name) ?? null),
      put: (name, _, bytes) => {
        kept.set(name, bytes);
        return Promise.resolve();
      },
    };
    return { kept, store };
  };

  test('is kept, and taken from where it is kept', async () => {
    const { kept, store } = memory();
    const first = await made(coloured('svhn'), 'gcn-zca', { store });
    expect([...kept.keys()]).toEqual([expect.stringMatching(/^gcn-zca-1-[0-9a-f]{64}$/)]);
    const onProgress = vi.fn();
    const second = await made(coloured('svhn'), 'gcn-zca', { store, onProgress });
    // What whitens a picture of one's own is not kept with it.
    expect(second).toEqual({ ...first, preparation: { ...first.preparation, zca: null } });
    expect(onProgress).not.toHaveBeenCalled();
  });

  test('is done again where what is kept is damaged, of other data or of another split', async () => {
    const { kept, store } = memory();
    const data = coloured('svhn');
    const first = await made(data, 'gcn-zca', { store });
    const [[name = '', bytes = new Uint8Array(0)] = []] = kept;
    for (const at of [3, 600, bytes.length - 1]) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      kept.set(name, damaged);
      expect((await made(data, 'gcn-zca', { store })).test).toEqual(first.test);
    }
    kept.set(name, bytes.slice(0, 700));
    expect((await made(data, 'gcn-zca', { store })).test).toEqual(first.test);
    const moved = { ...data, train: data.validation, validation: data.train };
    await made(moved, 'gcn-zca', { store });
    expect(kept.size).toBe(2);
  });

  test('is not kept without SHA-256', async () => {
    vi.stubGlobal('crypto', {});
    const { kept, store } = memory();
    await made(coloured('svhn'), 'gcn-zca', { store });
    vi.unstubAllGlobals();
    expect(kept.size).toBe(0);
  });
});

test.each(['gcn', 'gcn-lcn', 'gcn-zca'] as const)('%s can be called off', async (kind) => {
  const signal = AbortSignal.abort();
  expect(await prepare(coloured('svhn'), kind, { signal })).toBe('cancelled');
});
