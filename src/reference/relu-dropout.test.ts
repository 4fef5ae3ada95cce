import { describe, expect, test } from 'vitest';
import { toFloats } from './floats.ts';
import { dropoutMask, dropped, reluBackward, reluForward } from './relu-dropout.ts';

describe('dropout', () => {
  test('keeps a share of 1 - rate, scaled by its inverse, anew each step and site', () => {
    const of = (site: number, step: number) =>
      dropoutMask(200, 200, 0.3, { seed: 1, site, step }) ?? new Float64Array();
    const mask = of(1, 0);
    const keep = Math.fround(0.7);
    expect(new Set(mask)).toEqual(new Set([0, 1 / keep]));
    const share = mask.filter((value) => value > 0).length / 4e4;
    // Five standard deviations.
    expect(Math.abs(share - 0.7)).toBeLessThan(5 * Math.sqrt(0.21 / 4e4));
    expect(of(1, 0)).toEqual(mask);
    expect(of(1, 1)).not.toEqual(mask);
    expect(of(2, 0)).not.toEqual(mask);
    expect(dropoutMask(2, 2, 0, { seed: 1, site: 0, step: 0 })).toBeNull();
  });
});

test('ReLU lets the gradient through where y > 0', () => {
  const y = toFloats([-1, 0, 2]);
  expect(reluForward(y)).toEqual(toFloats([0, 0, 2]));
  expect(reluBackward(y, toFloats([5, 6, 7]))).toEqual(toFloats([0, 0, 7]));
});

test('no mask leaves the numbers as they are', () => {
  const x = toFloats([1, 2]);
  expect(dropped(x, null)).toBe(x);
  expect(dropped(x, toFloats([0, 2]))).toEqual(toFloats([0, 4]));
});
