/** Files made to harm, and files harmed: always a sentence or examples within bounds, quickly. */
import { gzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { dataTargets, fuzzFiles } from '../../testing/fuzz-files.ts';
import { SENTENCE } from '../../testing/fuzz.ts';
import { ownFiles } from '../../testing/good-files.ts';
import { csvText, decodePng, textBytes, textFile } from '../../testing/own-files.ts';
import { unzip } from './archive-zip.ts';
import { gunzipAny } from './gunzip-any.ts';
import { NO_CHOICES, type Reading } from './own-data.ts';
import { readOwn } from './read-own.ts';
import { memoryFile, type SourceFile } from './source.ts';

const read = (files: readonly SourceFile[]): Promise<Reading> =>
  readOwn(files, NO_CHOICES, { decode: decodePng, onProgress: () => undefined });

const zip = (members: Record<string, Uint8Array>) => new Uint8Array(zipSync(members));

describe.each(ownFiles())('%s files', ({ name, bytes, beside }) => {
  test('are read while they are whole', async () => {
    const { result } = await read([memoryFile(name, bytes), ...beside]);
    expect(result).toMatchObject({ ok: true });
  });
});

test('broken in any way they give a sentence, or examples within bounds', async () => {
  const told = await fuzzFiles(dataTargets(), 1600, 4);
  expect(told.faults).toEqual([]);
  expect(told.read + told.refused).toBe(1600);
  expect(told.refused).toBeGreaterThan(400);
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
  expect(result.ok ? 'a.' : result.error).toMatch(SENTENCE);
});
