/** How a moment of the strip becomes a column of ink. */
import { describe, expect, it } from 'vitest';
import type { Moment } from '../state/strip.ts';
import { levelsOf, momentAt } from './paint-strip.ts';

describe('levels of a column', () => {
  it('stand as the axis does: +end above, −end below', () => {
    const bins = new Uint32Array(64);
    bins[0] = 4;
    bins[63] = 16;
    const levels = levelsOf(bins, 1, 1, 64);
    expect([levels[0], levels[63], levels[32]]).toEqual([1, 0.5, 0]);
  });

  it('leave room beyond a range that was smaller', () => {
    const levels = levelsOf(new Uint32Array(64).fill(1), 0.5, 1, 64);
    expect([levels[0], levels[15], levels[16], levels[47], levels[48]]).toEqual([-1, -1, 1, 1, -1]);
  });
});

describe('the moment at a place', () => {
  it('is the last that began before it', () => {
    const moment = (step: number): Moment => ({ step, layers: [], isClipped: true });
    const placed = [0, 2, 10].map((x) => ({ x, moment: moment(10 * x) }));
    expect([0, 0.19, 0.21, 0.99, 1].map((share) => momentAt(placed, share)?.x)).toEqual([
      ...[0, 0, 2, 2, 10],
    ]);
    expect(momentAt([], 0.5)).toBeNull();
  });
});
