import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ok } from '../experiment/result.ts';
import { gzip, SMALL, smallSets } from '../testing/small-data.ts';
import { type FileSource, type LoadProgress, readOfficial } from './load.ts';

const { sets, index } = smallSets();
const total = sets.mnist.entry.files.reduce((sum, file) => sum + file.bytes, 0);
const NAMES = {
  trainImages: 'train-images-idx3-ubyte.gz',
  trainLabels: 'train-labels-idx1-ubyte.gz',
  testImages: 't10k-images-idx3-ubyte.gz',
  testLabels: 't10k-labels-idx1-ubyte.gz',
};
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
const original: Files = sets.mnist.files;
const get = (name: string) => original.get(name) ?? new Uint8Array(0);

/** A source over files in memory; each comes in two halves. */
const memory = (files: Files): FileSource => ({
  read: ({ file }, { onProgress }) => {
    const bytes = files.get(file.name) ?? new Uint8Array(0);
    onProgress(bytes.length >> 1, bytes.length, false);
    onProgress(bytes.length, bytes.length, false);
    return Promise.resolve(ok(bytes));
  },
});
const loadWith = (changes: Partial<Record<string, Uint8Array<ArrayBuffer>>>) =>
  readOfficial('mnist', index, memory(new Map([...original, ...(Object.entries(changes) as [])])));
const sentenceWith = async (changes: Partial<Record<string, Uint8Array<ArrayBuffer>>>) => {
  const loaded = await loadWith(changes);
  if (loaded === 'cancelled' || loaded.ok) throw new Error('this was to be refused');
  expect(loaded.error).toMatch(/^[^\n]+[^.\n]\.$/);
  return loaded.error;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

test('loads, splits and reports progress over all files', async () => {
  const seen: LoadProgress[] = [];
  const loaded = await readOfficial('mnist', index, memory(original), {
    onProgress: (progress) => seen.push(progress),
  });
  if (loaded === 'cancelled' || !loaded.ok) throw new Error('this was to load');
  const { id, title, train, validation, classNames } = loaded.value;
  expect([id, title, classNames.length]).toEqual(['mnist', 'Small mnist', SMALL.classes]);
  expect([train.count, validation.count, loaded.value.test.count]).toEqual([5, 10_000, 7]);
  const bytes = seen.map(({ loaded: done }) => done);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(bytes.at(-1)).toBe(total);
  expect(seen.every((progress) => progress.total === total)).toBe(true);
  expect(seen[0]?.file).toBe(`mnist/${NAMES.testLabels}`);
});

describe('takes the same data in another wrapping', () => {
  test('unpacked on the way', async () => {
    const { content } = sets.mnist;
    const loaded = await loadWith({
      [NAMES.trainImages]: content.trainImages,
      [NAMES.testLabels]: content.testLabels,
    });
    expect(loaded).toHaveProperty('ok', true);
  });

  test('packed by another program', async () => {
    const rewrapped = get(NAMES.testImages).slice();
    rewrapped[9] = 3 - (rewrapped[9] ?? 0); // the operating system, in gzip's header
    expect(await loadWith({ [NAMES.testImages]: rewrapped })).toHaveProperty('ok', true);
  });
});

describe('refuses', () => {
  const start = 'mnist/t10k-labels-idx1-ubyte.gz ';

  test('the training labels in place of the test labels', async () => {
    expect(await sentenceWith({ [NAMES.testLabels]: get(NAMES.trainLabels) })).toBe(
      `${start}unpacks to more than the 15 bytes that are allowed.`,
    );
  });

  test('test files in place of training files', async () => {
    expect(await sentenceWith({ [NAMES.trainLabels]: get(NAMES.testLabels) })).toBe(
      'mnist/train-labels-idx1-ubyte.gz says it holds 7 labels; allowed are exactly 10005.',
    );
  });

  test('images in place of labels', async () => {
    const images = gzip(sets.mnist.content.testImages.subarray(0, 15));
    expect(await sentenceWith({ [NAMES.testLabels]: images })).toBe(
      `${start}begins with the number 2051 (a file of images); a file of labels begins with 2049.`,
    );
  });

  test('the files of another data set of the same shape', async () => {
    const other = sets['fashion-mnist'].files.get(NAMES.testLabels) ?? new Uint8Array(0);
    expect(await sentenceWith({ [NAMES.testLabels]: other })).toMatch(
      /^mnist\/t10k-labels-idx1-ubyte\.gz has the right format but is not the file of Small mnist: the SHA-256 of its data begins with [0-9a-f]{12}; allowed is [0-9a-f]{12}\.$/,
    );
  });

  test('a label out of range before it speaks of checksums', async () => {
    const labels = sets.mnist.content.testLabels.slice();
    labels[8 + 6] = 4;
    expect(await sentenceWith({ [NAMES.testLabels]: gzip(labels) })).toBe(
      `${start}has the label 4 at position 6; allowed are 0 to 3.`,
    );
  });

  test('one changed pixel', async () => {
    const images = sets.mnist.content.trainImages.slice();
    images[20_000] = (images[20_000] ?? 0) ^ 1;
    expect(await sentenceWith({ [NAMES.trainImages]: gzip(images) })).toContain('SHA-256');
  });

  test('an empty file and a page of text', async () => {
    expect(await sentenceWith({ [NAMES.testLabels]: new Uint8Array(0) })).toContain('is empty');
    const page = new TextEncoder().encode('<!doctype html>');
    expect(await sentenceWith({ [NAMES.testLabels]: page })).toContain('neither a gzip file nor');
  });

  test('a bomb', async () => {
    const bomb = gzip(new Uint8Array(50_000_000));
    expect(await sentenceWith({ [NAMES.testLabels]: bomb })).toContain('more than the 15 bytes');
  });

  test('any file cut short or with a bit flipped, unless its data is the same', async () => {
    const names = Object.values(NAMES);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.boolean(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (name, cut, where) => {
          const bytes = get(name).slice();
          const bit = Math.floor(where * 8 * bytes.length);
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const loaded = await loadWith({
            [name]: cut ? get(name).slice(0, bit >> 3) : bytes,
          });
          // Nothing but gzip's header (10 bytes, no name) may differ and still load.
          if (loaded !== 'cancelled' && loaded.ok) expect([cut, bit < 80]).toEqual([false, true]);
        },
      ),
      { seed: 7, numRuns: 150 },
    );
  });
});

test('without SHA-256 (a page from plain http) size and format are still checked', async () => {
  vi.stubGlobal('crypto', {});
  const images = sets.mnist.content.testImages.slice();
  images[16] = (images[16] ?? 0) ^ 1;
  expect(await loadWith({ [NAMES.testImages]: images })).toHaveProperty('ok', true);
  expect(await sentenceWith({ [NAMES.testImages]: images.slice(0, -1) })).toContain('too short');
});

describe('is called off', () => {
  test('before it began', async () => {
    const signal = AbortSignal.abort();
    expect(await readOfficial('mnist', index, memory(original), { signal })).toBe('cancelled');
  });

  test('between two files, whatever the source then says', async () => {
    const stop = new AbortController();
    const source: FileSource = {
      read: async (request, options) => {
        if (request.file.role === 'testImages') {
          stop.abort();
          return { ok: false, error: 'the connection broke' };
        }
        return memory(original).read(request, options);
      },
    };
    expect(await readOfficial('mnist', index, source, { signal: stop.signal })).toBe('cancelled');
  });
});
