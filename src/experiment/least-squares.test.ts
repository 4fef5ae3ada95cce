/** The step of least squares: where the alternation stays, and nothing near is better. */
import { describe, expect, test } from 'vitest';
import { refitted, squaredError } from '../reference/quantise.ts';
import { randomWords, signedUnit } from '../reference/random.ts';
import { leastSquaresStep } from './least-squares.ts';

const uniform = (count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(randomWords(count, 3, 1, 0), (word) => Math.abs(signedUnit(word)));
/** Sums of twelve: about normal, and so |w| of a trained net. */
const normal = (count: number): Float32Array<ArrayBuffer> => {
  const words = randomWords(12 * count, 5, 2, 0);
  return Float32Array.from({ length: count }, (_, i) =>
    Math.abs(words.subarray(12 * i, 12 * i + 12).reduce((sum, word) => sum + signedUnit(word), 0)),
  );
};
/** Half of them zero, as behind ReLU, and a few far out. */
const rectified = (count: number): Float32Array<ArrayBuffer> =>
  normal(count).map((value, i) => (i % 2 === 0 ? 0 : i % 101 === 0 ? 3 * value : value));

describe.each([
  ['uniform', uniform],
  ['normal', normal],
  ['rectified', rectified],
] as const)('%s numbers', (_, draw) => {
  test.each([2, 3, 8, 32])('%i levels', (levels) => {
    const values = draw(2999);
    const numbers = Float64Array.from(values);
    const step = leastSquaresStep(values, levels - 1);
    expect(step).toBe(Math.fround(step));
    // The alternation stays where it is, but for the rounding to float32.
    expect(refitted(numbers, { step, levels })).toBeCloseTo(step, 5);
    const error = squaredError(numbers, { step, levels });
    for (const factor of [0.98, 0.995, 1.005, 1.02]) {
      const near = squaredError(numbers, { step: factor * step, levels });
      expect(near).toBeGreaterThan(error);
    }
    // Nothing far away is better either: every local minimum lies in reach of some start.
    const largest = numbers.reduce((a, b) => Math.max(a, b));
    for (let k = 1; k <= 200; k++) {
      const far = squaredError(numbers, { step: (k * largest) / (100 * (levels - 1)), levels });
      expect(far).toBeGreaterThan(error * (1 - 1e-4));
    }
  });
});

test('numbers on levels give their step back', () => {
  const values = Float32Array.from({ length: 80 }, (_, i) => 0.25 * (i % 8));
  expect(leastSquaresStep(values, 7)).toBe(0.25);
  expect(leastSquaresStep(Float32Array.of(0, 0.5, 0, 0.5), 1)).toBe(0.5);
  expect(leastSquaresStep(Float32Array.of(3), 1)).toBe(3);
});

test('of zeros, or of nothing, there is no step', () => {
  expect(leastSquaresStep(new Float32Array(9), 7)).toBe(0);
  expect(leastSquaresStep(new Float32Array(), 1)).toBe(0);
});
