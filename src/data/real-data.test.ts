/** The official files: Fashion-MNIST as it comes with the project, MNIST where it is at hand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type OfficialId, shapeOf } from '../experiment/datasets.ts';
import { loadFromFolder } from '../cli/folder-source.ts';
import type { Dataset, Examples } from './dataset.ts';
import { functionOf } from '../testing/jacobi.ts';
import { contrastRows } from './prepare.ts';
import { parseSvhn } from './svhn.ts';
import { applyZca, fitZca } from './whiten/zca.ts';
import { Work } from './work.ts';

const histogram = (...sets: Examples[]): number[] => {
  const counts = new Array<number>(10).fill(0);
  for (const { labels } of sets) for (const y of labels) counts[y] = (counts[y] ?? 0) + 1;
  return counts;
};

async function load(id: OfficialId, dir?: string): Promise<Dataset> {
  const loaded = await loadFromFolder({ data: id, preprocessing: 'mean' }, dir);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}

/** Mean over the training split of byte / 255, added up the other way round: pixel by pixel. */
function expectMean({ train, offset, inputs, scale }: Dataset): void {
  expect(scale).toBe(1 / 255);
  // Of colour pictures every 11th number: one after the other would take long.
  for (let j = 0; j < inputs; j += inputs > 1000 ? 11 : 1) {
    let sum = 0;
    for (let n = train.count - 1; n >= 0; n--) sum += (train.images[n * inputs + j] ?? NaN) / 255;
    // 1e-7: half a step of float32 just below 1, plus what 50,000 roundings in float64 leave.
    expect(Math.abs((offset[j] ?? NaN) - sum / train.count)).toBeLessThan(1e-7);
  }
}

describe('Fashion-MNIST', () => {
  let data: Dataset;
  beforeAll(async () => {
    data = await load('fashion-mnist');
  });

  test('has 50,000 / 10,000 / 10,000 examples of 28 x 28', () => {
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([
      50_000, 10_000, 10_000,
    ]);
    expect([data.inputs, data.shape]).toEqual([784, { height: 28, width: 28, channels: 1 }]);
    expect(data.train.images.length).toBe(50_000 * 784);
    expect(data.validation.images.length).toBe(10_000 * 784);
  });

  test('has the published labels', () => {
    expect([...data.train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect([...data.test.labels.subarray(0, 10)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
    expect(histogram(data.train, data.validation)).toEqual(new Array(10).fill(6000));
    expect(histogram(data.test)).toEqual(new Array(10).fill(1000));
  });

  test('has a mean that agrees with another way of adding up', () => {
    expectMean(data);
  });
});

const dataDir = process.env['BC_DATA_DIR'];
const why =
  dataDir === undefined ? ' (skipped: BC_DATA_DIR does not name a folder with mnist/)' : '';
describe.skipIf(dataDir === undefined)(`MNIST${why}`, () => {
  test('is the published data', async () => {
    const data = await load('mnist', dataDir);
    expect([...data.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...data.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(histogram(data.train, data.validation)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    expect(histogram(data.test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expectMean(data);
  });
});

describe.skipIf(dataDir === undefined)(`CIFAR-10${why.replace('mnist', 'cifar-10')}`, () => {
  let data: Dataset;
  beforeAll(async () => {
    data = await load('cifar-10', dataDir);
  });

  test('has 45,000 / 5,000 / 10,000 examples of 32 x 32 x 3', () => {
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([
      45_000, 5_000, 10_000,
    ]);
    expect([data.inputs, data.shape]).toEqual([3072, { height: 32, width: 32, channels: 3 }]);
    expect(data.train.images.length).toBe(45_000 * 3072);
  });

  test('has the published labels', () => {
    expect([...data.train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    expect([...data.test.labels.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    expect(histogram(data.train, data.validation)).toEqual(new Array(10).fill(5000));
    expect(histogram(data.test)).toEqual(new Array(10).fill(1000));
  });

  test('has pixels by row, column, channel', () => {
    // The first picture, a frog, begins with these three pixels (R, G, B) of its first row.
    expect([...data.train.images.subarray(0, 9)]).toEqual([59, 62, 63, 43, 46, 45, 50, 48, 43]);
  });

  test('has a mean that agrees with another way of adding up', () => {
    expectMean(data);
  });

  test('1,000 of its pictures (the middle 8 x 8 pixels), whitened, agree with the definition', async () => {
    const inputs = 192;
    const crops = new Uint8Array(1000 * inputs);
    for (let n = 0; n < 1000; n++) {
      for (let row = 0; row < 8; row++) {
        const from = n * 3072 + (12 + row) * 96 + 36;
        crops.set(data.train.images.subarray(from, from + 24), n * inputs + row * 24);
      }
    }
    const examples = { count: 1000, images: crops, labels: new Uint8Array(1000) };
    const rows = contrastRows([examples], inputs, 55);
    const zca = await fitZca(rows, new Work());
    const found = new Float32Array(1000 * inputs);
    const take = (values: Float32Array, start: number, n: number) => {
      found.set(values.subarray(0, n * inputs), start * inputs);
    };
    expect(zca && (await applyZca(zca, rows, take, new Work()))).toBe(true);

    // The definition in float64, its eigenvectors by Jacobi's rotations.
    const x = Float64Array.from(crops);
    for (let start = 0; start < x.length; start += inputs) {
      const image = x.subarray(start, start + inputs);
      const mean = image.reduce((sum, value) => sum + value, 0) / inputs;
      const norm = Math.sqrt(image.reduce((sum, value) => sum + (value - mean) ** 2, 0));
      image.forEach((value, j) => (image[j] = (55 * (value - mean)) / norm));
    }
    const mu = new Float64Array(inputs);
    x.forEach((value, e) => (mu[e % inputs] = (mu[e % inputs] ?? 0) + value / 1000));
    x.forEach((value, e) => (x[e] = value - (mu[e % inputs] ?? 0)));
    const product = (a: Float64Array, b: Float64Array, rowsOfA: number, turned: boolean) => {
      // a [rows, inputs] times b [inputs, inputs]; or a turned around, [inputs, 1000], times b.
      const out = new Float64Array(rowsOfA * inputs);
      const depth = turned ? 1000 : inputs;
      for (let i = 0; i < rowsOfA; i++) {
        for (let k = 0; k < depth; k++) {
          const factor = (turned ? a[k * inputs + i] : a[i * inputs + k]) ?? NaN;
          for (let j = 0; j < inputs; j++) {
            const e = i * inputs + j;
            out[e] = (out[e] ?? 0) + factor * (b[k * inputs + j] ?? NaN);
          }
        }
      }
      return out;
    };
    const covariance = product(x, x, inputs, true).map((sum) => sum / 1000);
    const matrix = functionOf(inputs, covariance, (lambda) => 1 / Math.sqrt(lambda + 0.1));
    const expected = product(x, matrix, 1000, false);
    const worst = expected.reduce((m, y, e) => Math.max(m, Math.abs(y - (found[e] ?? NaN))), 0);
    expect(worst).toBeLessThan(1e-4);
    expect(expected.some((y) => y > 1)).toBe(true);
  });
});

describe.skipIf(dataDir === undefined)(`a part of SVHN${why.replace('mnist', 'svhn')}`, () => {
  const name = 'train_32x32_first1083.mat';
  const path = join(dataDir ?? '', 'svhn', name);

  test('of 1,083 images in the official layout has its labels and pixels', async () => {
    const bytes = new Uint8Array(await readFile(path));
    const examples = await parseSvhn(bytes, name, shapeOf('svhn'));
    if (!examples.ok) throw new Error(examples.error);
    const { count, labels, images } = examples.value;
    expect(count).toBe(1083);
    expect([...labels.subarray(0, 10)]).toEqual([1, 9, 2, 3, 2, 5, 9, 3, 3, 1]);
    expect(histogram(examples.value)).toEqual([66, 227, 141, 134, 110, 112, 78, 70, 78, 67]);
    // The first picture's first three pixels, then the first two of its second row, as SciPy reads them.
    expect([...images.subarray(0, 9)]).toEqual([33, 30, 38, 15, 23, 19, 15, 17, 19]);
    expect([...images.subarray(96, 102)]).toEqual([28, 39, 35, 14, 25, 22]);
  });

  test('is loaded with the split a person chooses', async () => {
    const request = { data: 'svhn', preprocessing: 'mean' } as const;
    const unsaid = await loadFromFolder(request, dataDir);
    expect(unsaid).toHaveProperty('error', expect.stringMatching(/such as --split 867,108,108\.$/));
    const loaded = await loadFromFolder(request, dataDir, { split: '881,101,101' });
    if (!loaded.ok) throw new Error(loaded.error);
    const { train, validation, test: tested, note } = loaded.value;
    expect([train.count, validation.count, tested.count]).toEqual([881, 101, 101]);
    expect(note).toMatch(/^1,083 of SVHN's 73,257 training images, split 881 \/ 101 \/ 101/);
    expectMean(loaded.value);
  });
});
