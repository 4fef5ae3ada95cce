import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { initialWeights, philox, randomWords, signedUnit, streamOf, unit } from './random.ts';

type Four = [number, number, number, number];

/** Random123's published known answers for philox4x32-10 (its file kat_vectors). */
const KNOWN: readonly { counter: Four; key: [number, number]; words: Four }[] = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('philox4x32-10', () => {
  test.each(KNOWN)('gives the published words of $counter', ({ counter, key, words }) => {
    const out = new Uint32Array(6);
    philox(out, 1, counter, key);
    expect(Array.from(out)).toEqual([0, ...words, 0]);
  });

  test('word e of a stream is word e % 4 of counter [e / 4, step, 0, 0]', () => {
    const stream = streamOf('binarise', 3);
    expect(stream).toBe(0x20003);
    const words = randomWords(11, 4_000_000_000, stream, 77);
    expect(words).toHaveLength(11);
    for (let e = 0; e < 11; e++) {
      const out = new Uint32Array(4);
      philox(out, 0, [e >>> 2, 77, 0, 0], [4_000_000_000, stream]);
      expect(at(words, e)).toBe(at(out, e & 3));
    }
  });

  test('seeds, streams and steps have nothing in common', () => {
    const base = randomWords(1000, 1, streamOf('init', 0), 0);
    for (const other of [
      randomWords(1000, 2, streamOf('init', 0), 0),
      randomWords(1000, 1, streamOf('init', 1), 0),
      randomWords(1000, 1, streamOf('dropout', 0), 0),
      randomWords(1000, 1, streamOf('init', 0), 1),
    ]) {
      const product = Array.from(base, (r, e) => signedUnit(r) * signedUnit(at(other, e)));
      // Standard deviation of the mean is 1 / (3 sqrt(1000)) = 0.0105; five of them.
      expect(Math.abs(mean(product))).toBeLessThan(0.053);
    }
  });
});

describe('numbers of a word', () => {
  test('are in range and exact in float32', () => {
    expect([unit(0), unit(0xffffffff)]).toEqual([0, 1 - 2 ** -24]);
    expect([signedUnit(0), signedUnit(0x80000000), signedUnit(0xffffffff)]).toEqual([
      -1,
      0,
      1 - 2 ** -23,
    ]);
    for (const r of randomWords(1000, 5, 6, 7)) {
      expect(Math.fround(unit(r))).toBe(unit(r));
      expect(Math.fround(signedUnit(r))).toBe(signedUnit(r));
    }
  });

  test('first weights are U(-a, a), held in float32', () => {
    const a = 0.1;
    const w = initialWeights(300, 100, a, 9, 2);
    expect(
      w.every((value) => Math.fround(value) === value && Math.abs(value) <= Math.fround(a)),
    ).toBe(true);
    // Five standard deviations: of the mean a / sqrt(3 n), of the mean square a^2 sqrt(4 / 45 / n).
    expect(Math.abs(mean(w))).toBeLessThan(0.0017);
    expect(Math.abs(mean(w.map((value) => value ** 2)) - a ** 2 / 3)).toBeLessThan(8.7e-5);
  });
});
