/** Files made to harm, and files harmed: always a sentence or examples within bounds, quickly. */
import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../../testing/fuzz.ts';
import {
  csvText,
  decodePng,
  idxFile,
  npy,
  numbersOf,
  textBytes,
  textFile,
} from '../../testing/own-files.ts';
import { makePng } from '../../testing/png.ts';
import { matFile } from '../../testing/small-mat.ts';
import { unzip } from './archive-zip.ts';
import { gunzipAny } from './gunzip-any.ts';
import { LIMITS, NO_CHOICES, type Reading } from './own-data.ts';
import { readOwn } from './read-own.ts';
import { memoryFile, type SourceFile } from './source.ts';

const read = (files: readonly SourceFile[]): Promise<Reading> =>
  readOwn(files, NO_CHOICES, { decode: decodePng, onProgress: () => undefined });

const { pixels, labels } = numbersOf(12, 16, 2);
const zip = (members: Record<string, Uint8Array>) => new Uint8Array(zipSync(members));
const png = (n: number) => makePng(4, 4, 1, pixels.subarray(16 * n, 16 * n + 16));

/** One good file of every kind: with the others it needs, which stay whole. */
const GOOD: Readonly<
  Record<string, { name: string; bytes: Uint8Array<ArrayBuffer>; beside?: SourceFile }>
> = {
  csv: { name: 'a.csv', bytes: textBytes(csvText(12, 16, 2)) },
  gz: { name: 'a.csv.gz', bytes: new Uint8Array(gzipSync(textBytes(csvText(12, 16, 2)))) },
  idx: {
    name: 'images',
    bytes: idxFile([12, 4, 4], pixels),
    beside: memoryFile('labels', idxFile([12], labels)),
  },
  npz: {
    name: 'a.npz',
    bytes: zip({ 'x.npy': npy('|u1', [12, 4, 4], pixels), 'y.npy': npy('|u1', [12], labels) }),
  },
  zip: {
    name: 'a.zip',
    bytes: zip(
      Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [`${n % 2 ? 'a' : 'b'}/${n}.png`, png(n)]),
      ),
    ),
  },
  parquet: {
    name: 'a.parquet',
    bytes: new Uint8Array(
      parquetWriteBuffer({
        schema: [
          { name: 'schema', num_children: 2 },
          { name: 'image', num_children: 1, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          { name: 'image', data: Array.from({ length: 12 }, (_, n) => ({ bytes: png(n) })) },
          { name: 'label', data: Array.from({ length: 12 }, (_, n) => BigInt(n % 2)) },
        ],
      }),
    ),
  },
  mat: {
    name: 'a.mat',
    bytes: matFile([
      { name: 'X', dims: [4, 4, 12], values: pixels },
      { name: 'y', dims: [12, 1], values: labels },
    ]),
  },
  cifar: {
    name: 'data_batch_1.bin',
    bytes: Uint8Array.from({ length: 12 * 3073 }, (_, i) =>
      i % 3073 === 0 ? (i / 3073) % 2 : i % 251,
    ),
  },
};

/** What must hold of any reading, whatever was read. */
function expectSane(reading: Reading): void {
  const { result } = reading;
  if (!result.ok) {
    expect(result.error).toMatch(SENTENCE);
    return;
  }
  const { count, shape, labels, classNames } = result.value;
  expect(count).toBeLessThanOrEqual(LIMITS.examples);
  expect(result.value.pixels.length).toBe(count * shape.height * shape.width * shape.channels);
  expect(labels.length).toBe(count);
  expect(labels.every((label) => label < classNames.length)).toBe(true);
}

describe.each(Object.entries(GOOD))('%s files', (_, { name, bytes, beside }) => {
  const others = beside ? [beside] : [];

  test('are read while they are whole', async () => {
    const { result } = await read([memoryFile(name, bytes), ...others]);
    expect(result).toMatchObject({ ok: true });
  });

  test('broken in any way give a sentence, or examples within bounds', async () => {
    await fc.assert(
      fc.asyncProperty(brokenFile(bytes), async (broken) => {
        expectSane(await read([memoryFile(name, broken), ...others]));
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

describe('archives made to harm', () => {
  const everything = () => true;
  const sentence = (
    bytes: Uint8Array<ArrayBuffer>,
    wanted: (path: string) => boolean = everything,
  ) => {
    const found = unzip(bytes, '"a.zip"', wanted);
    return found.ok ? '' : found.error;
  };
  /** Offsets of the central directory's entries. */
  const entriesOf = (bytes: Uint8Array) => {
    const list: number[] = [];
    for (let i = 0; i + 4 <= bytes.length; i++) {
      if (bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 1 && bytes[i + 3] === 2) {
        list.push(i);
      }
    }
    return list;
  };
  const patched = (bytes: Uint8Array, offset: number, value: number) => {
    const copy = new Uint8Array(bytes);
    const view = new DataView(copy.buffer);
    for (const entry of entriesOf(bytes)) view.setUint32(entry + offset, value, true);
    return copy;
  };

  test('a bomb is refused before it is unpacked', () => {
    // 64 MB of zeros a member, twenty of them: more than a file may unpack to.
    const zeros = zipSync({ '0': new Uint8Array(1 << 26) }, { level: 1 });
    const one = zeros.slice(0, entriesOf(zeros)[0]);
    const directory = zeros.slice(entriesOf(zeros)[0], zeros.length - 22);
    const whole = new Uint8Array(20 * one.length + 20 * directory.length + 22);
    const view = new DataView(whole.buffer);
    for (let i = 0; i < 20; i++) {
      whole.set(one, i * one.length);
      const at = 20 * one.length + i * directory.length;
      whole.set(directory, at);
      view.setUint32(at + 42, i * one.length, true);
      whole[at + 46] = 0x41 + i;
    }
    whole.set(zeros.subarray(-22), whole.length - 22);
    view.setUint16(whole.length - 14, 20, true);
    view.setUint16(whole.length - 12, 20, true);
    view.setUint32(whole.length - 6, 20 * one.length, true);
    expect(sentence(whole)).toContain('unpacks to more than the 1073741824 bytes');
    // The same members, all over each other: as small archives do that unpack to no end.
    for (let i = 0; i < 20; i++) {
      view.setUint32(20 * one.length + i * directory.length + 42, 0, true);
      view.setUint32(20 * one.length + i * directory.length + 20, whole.length / 4, true);
      view.setUint32(20 * one.length + i * directory.length + 24, 1000, true);
    }
    expect(sentence(whole)).toContain('has members that overlap');
  });

  test('sizes that cannot be are not believed', () => {
    const good = zip({ 'a.csv': textBytes(csvText(12, 16, 2)) });
    expect(sentence(good)).toBe('');
    expect(sentence(patched(good, 24, 2 ** 29))).toContain('larger than it can be');
    expect(sentence(patched(good, 24, 10_000))).toContain('does not unpack to its size');
    expect(sentence(patched(good, 10, 14))).toMatch(/method|does not unpack/);
  });

  test('more files than are allowed end it', () => {
    const good = zip({ 'a.csv': textBytes('1,2') });
    const view = new DataView(good.buffer);
    view.setUint16(good.length - 14, 65_535, true);
    view.setUint16(good.length - 12, 65_535, true);
    expect(sentence(good)).toMatch(/\.$/);
  });

  test('a member called like what objects are made of is only a member', () => {
    const found = unzip(
      zip({ __proto__x: textBytes('1'), 'a/../../b': textBytes('2') }),
      'a',
      everything,
    );
    expect(found.ok && found.value.map(({ path }) => path)).toEqual(['__proto__x', 'a/../../b']);
  });

  test('a gzip file that unpacks to no end is left when it is too long', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(1 << 24), { level: 9 }));
    expect(await gunzipAny(bomb, '"a.gz"', 1_000_000)).toEqual({
      ok: false,
      error: '"a.gz" unpacks to more than the 1000000 bytes that are allowed.',
    });
  });
});

test('names of files cannot break a sentence', async () => {
  const { result } = await read([textFile('a\n\u202eb"; allowed.csv', 'x')]);
  expect(result.ok ? '' : result.error).toMatch(/^The file|^"a\?\?b/);
  expectSane({ result, questions: {} });
});
