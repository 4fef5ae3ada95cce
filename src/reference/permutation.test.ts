import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../experiment/spec.ts';
import { minibatchAt, murmurFinal, permutation, stepsPerEpoch } from './permutation.ts';

const orderOf = (N: number, seed: number, era: number): number[] =>
  Array.from({ length: N }, (_, position) => permutation(N, seed, era)(position));

describe('permutation', () => {
  // Powers of four and their neighbours, primes, and the size of MNIST's training split.
  test.each([1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 97, 1000, 1023, 1025, 4097])(
    'of %i examples shows each exactly once',
    (N) => {
      expect(new Set(orderOf(N, 1, 0))).toEqual(new Set(Array.from({ length: N }, (_, e) => e)));
    },
  );

  test('of 50,000 examples shows each exactly once', () => {
    const permute = permutation(50_000, 3, 12);
    const seen = new Uint8Array(50_000);
    for (let position = 0; position < 50_000; position++) seen[permute(position)] = 1;
    expect(seen.every((once) => once === 1)).toBe(true);
  });

  test('is a bijection for any size, seed and era', () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), word, word, (N, seed, era) => {
        expect(new Set(orderOf(N, seed, era)).size).toBe(N);
      }),
      { numRuns: 100 },
    );
  });

  test('changes with the seed and the era', () => {
    const base = orderOf(1000, 1, 0);
    for (const other of [orderOf(1000, 2, 0), orderOf(1000, 1, 1)]) {
      // A random order agrees in one position on average; ten is far out.
      expect(base.filter((example, p) => example === other[p]).length).toBeLessThan(10);
    }
  });

  test('sends every position everywhere alike', () => {
    // Position 0 of 16 over 3200 eras: 200 times each example, standard deviation 13.7.
    const counts = new Array<number>(16).fill(0);
    for (let era = 0; era < 3200; era++) {
      const example = permutation(16, 7, era)(0);
      counts[example] = (counts[example] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(5 * 13.7);
  });

  test('mixes as MurmurHash3 does at the end', () => {
    expect(murmurFinal(0)).toBe(0);
    expect(murmurFinal(1)).toBe(0x514e28b7);
    expect(murmurFinal(0xffffffff)).toBe(0x81f16f39);
  });
});

describe('minibatches', () => {
  test('fill whole batches only, and a batch larger than the data is refused', () => {
    expect(stepsPerEpoch(50_000, 100)).toEqual({ ok: true, value: 500 });
    expect(stepsPerEpoch(199, 100)).toEqual({ ok: true, value: 1 });
    expect(stepsPerEpoch(99, 100)).toEqual({
      ok: false,
      error: 'The batch is 100; allowed are at most the 99 training examples there are.',
    });
  });

  test('of one epoch are disjoint; a new order comes every shuffleEvery epochs', () => {
    const spec = { ...DEFAULT_SPEC, batch: 10, shuffleEvery: 2 };
    const epoch = (n: number) => [0, 1, 2, 3, 4].flatMap((s) => minibatchAt(spec, 55, 5 * n + s));
    expect(new Set(epoch(0)).size).toBe(50);
    expect(epoch(1)).toEqual(epoch(0));
    expect(epoch(2)).not.toEqual(epoch(1));
    expect(epoch(0)).toEqual(orderOf(55, spec.seed, 0).slice(0, 50));
    expect(epoch(3)).toEqual(orderOf(55, spec.seed, 1).slice(0, 50));
  });
});
