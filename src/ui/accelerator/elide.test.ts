import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { elided } from './elide.ts';

it('all of them where there is room, else the ends and what must be seen', () => {
  expect(elided(3, 5, 1)).toEqual([0, 1, 2]);
  expect(elided(9, 6, 1)).toEqual([0, 1, 2, 3, null, 8]);
  expect(elided(9, 6, 7)).toEqual([0, null, 5, 6, 7, 8]);
  expect(elided(99, 7, 50)).toEqual([0, null, 49, 50, 51, null, 98]);
});

it('never more than there is room for, always the ends and what must be seen, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 5, max: 20 }),
      fc.nat(),
      (count, slots, seed) => {
        const must = seed % count;
        const shown = elided(count, slots, must);
        const numbers = shown.filter((i) => i !== null);
        expect(shown.length).toBe(Math.min(count, slots));
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(numbers).toEqual(expect.arrayContaining([0, must, count - 1]));
        // A gap stands for something.
        shown.forEach((i, at) => {
          if (i === null) expect((shown[at + 1] ?? 0) - (shown[at - 1] ?? 0)).toBeGreaterThan(1);
        });
      },
    ),
  );
});
