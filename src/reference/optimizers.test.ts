import { describe, expect, test } from 'vitest';
import { ADAM } from '../experiment/spec.ts';
import { el, toFloats } from './floats.ts';
import { noMoments, resetMoments, type Step, update } from './optimizers.ts';

const STEP: Step = { rate: 0.1, momentum: 0.9, scale: 1, limit: Infinity };
const GRADIENTS = [0.5, -0.25, 2];

/** One parameter from 1, after each of the gradients. */
function trajectory(
  optimizer: Parameters<typeof update>[0],
  step: Partial<Step> = {},
): { values: number[]; moments: ReturnType<typeof noMoments> } {
  const p = toFloats([1]);
  const moments = noMoments(optimizer, 1);
  const values = GRADIENTS.map((g) => {
    update(optimizer, p, toFloats([g]), moments, { ...STEP, ...step });
    return el(p, 0);
  });
  return { values, moments };
}

const expectClose = (values: readonly number[], expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k] ?? NaN, 12);
  });
};

describe('by hand', () => {
  test('SGD', () => {
    expectClose(trajectory({ kind: 'sgd' }).values, [0.95, 0.975, 0.775]);
  });

  test('Nesterov: v <- mu v - rate g; w += mu v - rate g', () => {
    // v: -0.05, -0.02, -0.218
    expectClose(trajectory({ kind: 'nesterov', momentum: 0.9 }).values, [
      1 - 0.045 - 0.05,
      0.905 - 0.018 + 0.025,
      0.912 - 0.1962 - 0.2,
    ]);
  });

  test('momentum: v <- mu v - rate g; w += v', () => {
    expectClose(trajectory({ kind: 'momentum', momentum: 0.9 }).values, [
      1 - 0.05,
      0.95 - 0.02,
      0.93 - 0.218,
    ]);
  });

  test("ADAM's first step is rate g / (|g| + eps / sqrt(1 - beta2))", () => {
    const { values } = trajectory(ADAM);
    const epsilon = 1e-8 / Math.sqrt(1 - 0.999);
    expect(values[0]).toBeCloseTo(1 - (0.1 * 0.5) / (0.5 + epsilon), 14);
  });

  test('ADAM: epsilon stands outside the bias correction', () => {
    // m: 0.25, 0, 1; v: 0.0625, 0.046875 + 0.015625 = 0.0625, 1.046875
    const optimizer = { kind: 'adam', beta1: 0.5, beta2: 0.75, epsilon: 0.1 } as const;
    const first = (0.1 * Math.sqrt(0.25)) / 0.5;
    const third = (0.1 * Math.sqrt(1 - 0.75 ** 3)) / (1 - 0.5 ** 3);
    const after = 1 - (first * 0.25) / (0.25 + 0.1);
    expectClose(trajectory(optimizer).values, [
      after,
      after,
      after - third / (Math.sqrt(1.046875) + 0.1),
    ]);
  });

  test('ADAM corrects its bias by the number of updates since the moments were set to zero', () => {
    const p = toFloats([1]);
    const { moments } = trajectory(ADAM);
    expect(moments.updates).toBe(3);
    resetMoments(moments);
    update(ADAM, p, toFloats([0.5]), moments, STEP);
    expect(el(p, 0)).toBe(trajectory(ADAM).values[0]);
  });
});

describe.each(['sgd', 'nesterov', 'momentum', 'adam'] as const)('%s', (kind) => {
  const optimizer = kind === 'adam' ? ADAM : kind === 'sgd' ? { kind } : { kind, momentum: 0.9 };

  test('the scale multiplies the finished step, and moments do not see it', () => {
    const plain = trajectory(optimizer);
    const scaled = trajectory(optimizer, { scale: 7 });
    scaled.values.forEach((value, k) => {
      expect(value - 1).toBeCloseTo(7 * ((plain.values[k] ?? NaN) - 1), 12);
    });
    expect(scaled.moments).toEqual(plain.moments);
  });

  test('the clip comes after the scaled step, and moments do not see it', () => {
    const clipped = trajectory(optimizer, { scale: 1000, limit: 0.75 });
    // ADAM's and momentum's second step still follow the first gradient, which was larger.
    const follows = kind === 'adam' || kind === 'momentum';
    expect(clipped.values).toEqual(follows ? [-0.75, -0.75, -0.75] : [-0.75, 0.75, -0.75]);
    expect(clipped.moments).toEqual(trajectory(optimizer).moments);
  });
});
