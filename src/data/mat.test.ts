import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { matFile, type MatVariable } from '../testing/small-mat.ts';
import { isMat, parseMat } from './mat.ts';

const read = async (bytes: Uint8Array<ArrayBuffer>, limit?: number) => {
  const arrays = await parseMat(bytes, 'x.mat', limit);
  if (!arrays.ok) throw new Error(arrays.error);
  return Object.fromEntries(
    [...arrays.value].map(([name, { dims, values }]) => [name, { dims, values: [...values] }]),
  );
};
const sentence = async (bytes: Uint8Array<ArrayBuffer>, limit?: number) => {
  const arrays = await parseMat(bytes, 'x.mat', limit);
  if (arrays.ok) throw new Error('this was to be refused');
  expect(arrays.error).toMatch(SENTENCE);
  return arrays.error;
};

const A: MatVariable = { name: 'a', dims: [2, 3], values: [0, 3, 1, 4, 2, 5] };
const LONG: MatVariable = {
  name: 'a_long_name',
  dims: [1, 2, 2],
  values: [1, 2, 3, 4],
  kind: 6,
};

/**
 * Written by SciPy 1.17 (`savemat`, the text of the header blanked): a uint8 [2, 3], b double [1, 2],
 * c int64 [1, 1], d single [1, 2, 2], a text and a struct.
 */
const SCIPY = {
  unpacked:
    'TUFUTEFCIDUuMCBNQVQtZmlsZSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAAAAAAAAAAAAABSU0OAAAAOAAAAAYAAAAIAAAACQAAAAAAAAAFAAAACAAAAAIAAAADAAAAAQABAGEAAAACAAAABgAAAAADAQQCBQAADgAAAEAAAAAGAAAACAAAAAYAAAAAAAAABQAAAAgAAAABAAAAAgAAAAEAAQBiAAAACQAAABAAAAAAAAAAAAD4PwAAAAAAAADADgAAADgAAAAGAAAACAAAAA4AAAAAAAAABQAAAAgAAAABAAAAAQAAAAEAAQBjAAAADAAAAAgAAAAHAAAAAAAAAA4AAAAwAAAABgAAAAgAAAAEAAAAAAAAAAUAAAAIAAAAAQAAAAQAAAABAAEAcwAAABAABAB0ZXh0DgAAAHgAAAAGAAAACAAAAAIAAAAAAAAABQAAAAgAAAABAAAAAQAAAAEAAQB0AAAABQAEAAIAAAABAAIAdQAAAA4AAAA4AAAABgAAAAgAAAAOAAAAAAAAAAUAAAAIAAAAAQAAAAEAAAABAAAAAAAAAAwAAAAIAAAAAQAAAAAAAAAOAAAASAAAAAYAAAAIAAAABwAAAAAAAAAFAAAADAAAAAEAAAACAAAAAgAAAAAAAAABAAEAZAAAAAcAAAAQAAAAAAAAAAAAAEAAAIA/AABAQA==',
  packed:
    'TUFUTEFCIDUuMCBNQVQtZmlsZSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAAAAAAAAAAAAABSU0PAAAALQAAAHic42NgYLAAYjYg5gBiTgYIYIXymYCYGYgZgTARygepZWBmZGECKgIAIGwA6g8AAAAsAAAAeJzjY2BgcABiNiDmgNIgwArlMwIxE5hmZEgC0pxALMAAAz/soYwDADZdAucPAAAAJgAAAHic42NgYLAAYjYg5gBiPgYIYIXyGeGYkSEZSPNAxdmh6gAh1gDyDwAAACgAAAB4nONjYGAwAGI2IOYAYhYGCGCF8hmhYoxAWAykBYC8ktSKEgAcjQKxDwAAADgAAAB4nONjYGCoAGI2IOYAYiYGCGCF8hnhmJGhBCzOAlbDCCRLgTQfEFsg6efDqR8CeJDEQQAAsm4CJg8AAAA0AAAAeJzjY2Bg8ABiNiDmAGJ2BghgBWIeIGYEYiYoZgDzGRlSoOoEGODAgYGhwR5IOQAAOFECfg==',
};

describe('reads', () => {
  test.each(['packed', 'unpacked'] as const)("SciPy's arrays, %s, and no text", async (how) => {
    expect(await read(new Uint8Array(Buffer.from(SCIPY[how], 'base64')))).toEqual({
      a: { dims: [2, 3], values: [0, 3, 1, 4, 2, 5] },
      b: { dims: [1, 2], values: [1.5, -2] },
      c: { dims: [1, 1], values: [7] },
      d: { dims: [1, 2, 2], values: [0, 2, 1, 3] },
    });
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('packed %s, little-endian %s', async (packed, little) => {
    const stored = [1, 2, 3, 4, 5, 6, 7, 9] as const;
    const variables = stored.map((storage) => ({ ...LONG, name: `v${storage}`, storage }));
    expect(await read(matFile([A, ...variables], { packed, little }))).toEqual({
      a: { dims: A.dims, values: A.values },
      ...Object.fromEntries(
        stored.map((storage) => [`v${storage}`, { dims: LONG.dims, values: LONG.values }]),
      ),
    });
  });

  test('an empty array and a file without arrays', async () => {
    expect(await read(matFile([{ name: 'e', dims: [0, 3], values: [] }]))).toEqual({
      e: { dims: [0, 3], values: [] },
    });
    expect(await read(matFile([]))).toEqual({});
    expect([isMat(matFile([])), isMat(new Uint8Array(127)), isMat(new Uint8Array(128))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('refuses', () => {
  const hdf = new Uint8Array(600);
  hdf.set([0x89, 0x48, 0x44, 0x46], 512);
  const newer = matFile([]);
  newer.set([0, 2], 124);
  test.each([
    ['nothing', new Uint8Array(0), 'x.mat is not a MAT-file of MATLAB 5 to 7.'],
    ['text', new Uint8Array(200).fill(65), 'x.mat is not a MAT-file of MATLAB 5 to 7.'],
    ['MATLAB 7.3 by its content', hdf, 'allowed are those of MATLAB 5 to 7'],
    ['MATLAB 7.3 by its version', newer, 'allowed are those of MATLAB 5 to 7'],
    ['two arrays of one name', matFile([A, A]), 'x.mat holds two arrays called "a".'],
    [
      'fewer values than the shape says',
      matFile([{ ...A, dims: [2, 4] }]),
      'x.mat is damaged: "a" is 2 x 4, which takes 8 bytes, and has 6.',
    ],
    [
      'a negative size',
      matFile([{ ...A, dims: [-2, -3] }]),
      'x.mat is damaged: an array has no shape.',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await sentence(bytes)).toContain(expected);
  });

  test('more bytes than allowed, before they are set aside', async () => {
    expect(await sentence(matFile([A, { ...A, name: 'b' }]), 10)).toBe(
      'x.mat holds "b" of 2 x 3, 6 bytes; allowed are at most 4.',
    );
  });

  test('a short file that says it holds a gigabyte', async () => {
    const liar = matFile([{ name: 'x', dims: [1, 1], values: new Uint8Array(8) }], {
      packed: false,
    });
    // Dimensions and the size of the values, in a matrix whose own sizes stay as they are.
    const view = new DataView(liar.buffer);
    view.setInt32(128 + 8 + 16 + 8, 32_768, true);
    view.setInt32(128 + 8 + 16 + 12, 32_768, true);
    view.setUint32(128 + 8 + 16 + 16 + 8 + 4, 2 ** 30, true);
    expect(await sentence(liar)).toBe(
      'x.mat is damaged: "x" of 32768 x 32768 cannot be in so short a file.',
    );
    const packed = deflateSync(liar.subarray(128));
    const tag = new Uint8Array(new Uint32Array([15, packed.length]).buffer);
    const bytes = new Uint8Array(Buffer.concat([liar.subarray(0, 128), tag, packed]));
    expect(await sentence(bytes)).toBe(
      'x.mat is damaged: "x" of 32768 x 32768 cannot be in so short a file.',
    );
  });

  test('a bomb behind the array, without unpacking it', async () => {
    const good = matFile([A], { packed: false });
    const bomb = deflateSync(Buffer.concat([good.subarray(128), Buffer.alloc(50_000_000)]));
    const tag = new Uint8Array(new Uint32Array([15, bomb.length]).buffer);
    const bytes = new Uint8Array(Buffer.concat([good.subarray(0, 128), tag, bomb]));
    expect(await sentence(bytes)).toBe('x.mat is damaged: a packed array is longer than it says.');
  });

  test.each([true, false])('broken files (packed: %s) with a sentence', async (packed) => {
    const good = matFile([LONG, A], { packed });
    await fc.assert(
      fc.asyncProperty(brokenFile(good), async (bytes) => {
        const arrays = await parseMat(bytes, 'x.mat', 1000);
        if (!arrays.ok) expect(arrays.error).toMatch(SENTENCE);
        // Unpacked arrays have no check sum, so a changed value goes unnoticed; sizes never do.
        else
          for (const { dims, values } of arrays.value.values()) {
            expect(values.length).toBe(dims.reduce((product, dim) => product * dim, 1));
            expect(values.byteLength).toBeLessThanOrEqual(1000);
          }
      }),
      { seed: 11, numRuns: 400 },
    );
  });
});
