import { expect, test } from 'vitest';
import { limitFilters } from './max-norm.ts';

test('columns longer than the bound come back to it, the others stay', () => {
  const w = Float64Array.of(3, 0.6, 0, 4, 0.8, 0);
  limitFilters(w, 3, 2);
  [1.2, 0.6, 0, 1.6, 0.8, 0].forEach((value, e) => {
    expect(w[e]).toBeCloseTo(value, 12);
  });
});
