import { describe, expect, it } from 'vitest';
import { FADE, Glow, gridFor, pictureSize, SIDE, signAt } from './tiles.ts';

const UNITS = 40;
const WORDS = 2;
const bitsWith = (set: readonly (readonly [number, number])[]) => {
  const bits = new Uint32Array(SIDE * SIDE * WORDS);
  for (const [input, unit] of set) {
    const word = input * WORDS + (unit >>> 5);
    bits[word] = (bits[word] ?? 0) | (1 << (unit & 31));
  }
  return bits;
};

describe('signAt', () => {
  it('reads bit o % 32 of word o / 32 of an input’s row', () => {
    const bits = bitsWith([
      [3, 0],
      [3, 31],
      [3, 35],
    ]);
    const row = Array.from({ length: UNITS }, (_, unit) => signAt(bits, WORDS, 3, unit));
    expect(row.flatMap((sign, unit) => (sign === 1 ? [unit] : []))).toEqual([0, 31, 35]);
    expect(signAt(bits, WORDS, 2, 0)).toBe(0);
  });
});

describe('gridFor', () => {
  it.each([200, 304, 340, 656, 1000])('fits %i screen pixels', (width) => {
    const grid = gridFor(width, 256);
    expect(pictureSize(grid).width * grid.cell).toBeLessThanOrEqual(width);
    expect(grid.columns).toBeGreaterThan(3);
  });

  it('has no more tiles than units need', () => {
    expect(gridFor(340, 3)).toMatchObject({ columns: 3, rows: 1 });
  });
});

describe('Glow', () => {
  it('lights what flipped, and fades', () => {
    const glow = new Glow();
    glow.look(bitsWith([]), WORDS, 0, UNITS);
    expect(glow.fade(0)).toBe(false);
    glow.look(bitsWith([[5, 2]]), WORDS, 0, UNITS);
    expect(glow.at(2, 5)).toBe(255);
    expect(glow.at(2, 6)).toBe(0);
    expect(glow.fade(FADE / 2)).toBe(true);
    expect(glow.at(2, 5)).toBeLessThan(200);
    glow.fade(2 * FADE);
    expect(glow.at(2, 5)).toBe(0);
  });

  it('starts dark on another page of units', () => {
    const glow = new Glow();
    glow.look(bitsWith([]), WORDS, 0, 10);
    glow.look(bitsWith([[5, 12]]), WORDS, 10, 10);
    expect(glow.at(2, 5)).toBe(0);
  });
});
