import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { keepOf } from '../experiment/drop-connect.ts';
import { denseForward } from './dense.ts';
import {
  dropMasks,
  maskedBackwardInput,
  maskedBackwardWeights,
  maskedForward,
} from './drop-connect.ts';
import { el, type Floats, floats } from './floats.ts';
import { randomWords, signedUnit } from './random.ts';

const random = (count: number, stream: number): Floats =>
  Float64Array.from(randomWords(count, 4, stream, 0), signedUnit);

describe('keep probabilities', () => {
  test.each([
    [0.5, 1, 1],
    [0.25, 3, 2],
    [0.2, 52429, 16],
    [0.001, 65470 / 2, 15],
  ])('rate %f', (rate, numerator, digits) => {
    expect(keepOf(rate)).toEqual({ numerator, digits, p: numerator / 2 ** digits });
    expect(Math.abs(keepOf(rate).p - (1 - rate))).toBeLessThan(2 ** -16);
  });
});

describe('z = x (m * w)', () => {
  const shape = { B: 3, I: 30, O: 20 };
  const { B, I, O } = shape;
  const [x, w] = [random(B * I, 1), random(I * O, 2)];

  test.each([0.5, 0.3])('has mean p z and variance p (1 - p) (x * x) (w * w), rate %f', (rate) => {
    const keep = keepOf(rate);
    const samples = 600;
    const [sum, squares] = [floats(B * O), floats(B * O)];
    for (let step = 0; step < samples; step++) {
      const mask = dropMasks(shape, keep, { seed: 5, layer: 1, step });
      maskedForward(x, w, mask, shape).forEach((z, e) => {
        sum[e] = el(sum, e) + z;
        squares[e] = el(squares, e) + z * z;
      });
    }
    const { p } = keep;
    const mean = denseForward(x, w, shape).map((z) => p * z);
    const square = (values: Floats) => values.map((value) => value * value);
    const variance = denseForward(square(x), square(w), shape).map((v) => p * (1 - p) * v);
    const meanOff = sum.map(
      (s, e) => (s / samples - el(mean, e)) / Math.sqrt(el(variance, e) / samples),
    );
    const ratio = squares.map(
      (s, e) => (s / samples - (el(sum, e) / samples) ** 2) / el(variance, e),
    );
    const average = (values: Floats) => values.reduce((a, b) => a + b, 0) / values.length;
    // 60 standardised means, and 60 ratios of variances that deviate by sqrt(2 / 600) each.
    expect(Math.max(...meanOff.map(Math.abs))).toBeLessThan(4);
    expect(average(square(meanOff))).toBeGreaterThan(0.5);
    expect(average(square(meanOff))).toBeLessThan(1.6);
    expect(average(ratio)).toBeGreaterThan(0.96);
    expect(average(ratio)).toBeLessThan(1.04);
    expect(Math.max(...ratio.map((r) => Math.abs(r - 1)))).toBeLessThan(0.3);
  });

  test('goes back by the masks it went forward with', () => {
    const dz = random(B * O, 3);
    const mask = dropMasks(shape, keepOf(0.5), { seed: 5, layer: 1, step: 8 });
    const dot = (a: Floats, b: Floats) => a.reduce((sum, value, e) => sum + value * el(b, e), 0);
    // Bilinear in x and w: all three are sums of the same terms.
    const want = dot(dz, maskedForward(x, w, mask, shape));
    expect(dot(maskedBackwardInput(dz, w, mask, shape), x)).toBeCloseTo(want, 10);
    expect(dot(maskedBackwardWeights(x, dz, mask, shape), w)).toBeCloseTo(want, 10);
  });

  test('masks differ by example, layer and step', () => {
    const where = { seed: 5, layer: 1, step: 8 };
    const mask = dropMasks(shape, keepOf(0.5), where);
    const rows = [0, 1].map((b) => [...mask.subarray(b * I, (b + 1) * I)]);
    expect(at(rows, 0)).not.toEqual(at(rows, 1));
    for (const other of [{ layer: 2 }, { step: 9 }, { seed: 6 }]) {
      expect(dropMasks(shape, keepOf(0.5), { ...where, ...other })).not.toEqual(mask);
    }
  });
});
