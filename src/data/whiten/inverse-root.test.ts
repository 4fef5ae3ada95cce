import { describe, expect, test } from 'vitest';
import { randomWords, signedUnit } from '../../experiment/random.ts';
import { functionOf } from '../../testing/jacobi.ts';
import { Work } from '../work.ts';
import { invertRoot } from './inverse-root.ts';

/** X^T X + least I of random X, scaled so that eigenvalues spread from `least` to some 10^4 times it. */
function positive(n: number, least: number): Float64Array<ArrayBuffer> {
  const X = Float64Array.from(randomWords(n * n, n, 2, 0), (word, e) => {
    const column = e % n;
    return signedUnit(word) * Math.sqrt(least) * 100 ** (column / n);
  });
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? least : 0;
      for (let k = 0; k < n; k++) sum += (X[k * n + i] ?? 0) * (X[k * n + j] ?? 0);
      A[i * n + j] = sum;
    }
  }
  return A;
}

const worstOf = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, x, e) => Math.max(worst, Math.abs(x - (b[e] ?? NaN))), 0);

describe('the inverse square root', () => {
  test.each([1, 2, 3, 4, 5, 17, 64, 97])(
    'of a matrix of %i columns is V diag(1 / sqrt) V^T',
    async (n) => {
      const A = positive(n, 0.1);
      const root = A.slice();
      // The upper triangle is not read.
      for (let i = 0; i < n; i++) root.fill(NaN, i * n + i + 1, i * n + n);
      expect(await invertRoot({ n, elements: root }, 0.1, new Work())).toBe(true);
      const expected = functionOf(n, A, (x) => 1 / Math.sqrt(x));
      // The rule's error is 1e-9 of 1 / sqrt(0.1); elements reach 3.
      expect(worstOf(root, expected)).toBeLessThan(2e-8);
    },
  );

  test('of diagonal matrices and of blocks, whose reflections have nothing to do', async () => {
    const A = Float64Array.of(4, 0, 0, 0, 9, 0, 0, 0, 16);
    await invertRoot({ n: 3, elements: A }, 1, new Work());
    expect(worstOf(A, Float64Array.of(1 / 2, 0, 0, 0, 1 / 3, 0, 0, 0, 1 / 4))).toBeLessThan(1e-9);
    const B = Float64Array.of(2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5);
    const expected = functionOf(4, B, (x) => 1 / Math.sqrt(x));
    await invertRoot({ n: 4, elements: B }, 1, new Work());
    expect(worstOf(B, expected)).toBeLessThan(1e-9);
  });

  test('is called off', async () => {
    const signal = AbortSignal.abort();
    const elements = positive(5, 0.1);
    expect(await invertRoot({ n: 5, elements }, 0.1, new Work({ signal }))).toBe(false);
  });
});
