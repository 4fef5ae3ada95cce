import { describe, expect, it } from 'vitest';
import { centringOf, darkPaper, toExample } from './drawing.ts';

const PAD = { height: 280, width: 280, channels: 1 };
const TO = { height: 28, width: 28, channels: 1 };

/** A pad with a filled rectangle. */
function pad(top: number, left: number, height: number, width: number): Uint8Array {
  const pixels = new Uint8Array(280 * 280);
  for (let y = top; y < top + height; y++) {
    pixels.fill(255, y * 280 + left, y * 280 + left + width);
  }
  return pixels;
}

/** Rows and columns that anything lies in. */
function extent(example: Uint8Array | null) {
  const lit = [...(example ?? [])].flatMap((value, i) => (value > 0 ? [i] : []));
  const rows = lit.map((i) => Math.floor(i / 28));
  const columns = lit.map((i) => i % 28);
  return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
}

describe('a drawing', () => {
  it('fills 20 pixels as MNIST’s digits do, wherever and however large it was drawn', () => {
    expect(extent(toExample(pad(10, 200, 60, 30), PAD, TO, 'mass'))).toEqual([4, 23, 9, 18]);
    expect(extent(toExample(pad(0, 0, 280, 140), PAD, TO, 'mass'))).toEqual([4, 23, 9, 18]);
  });

  it('has its centre of mass in the middle', () => {
    // A thick bar on the left, a short one to the right of its foot: the mass lies left of the box.
    const pixels = pad(40, 40, 200, 60);
    for (let y = 220; y < 240; y++) pixels.fill(255, y * 280 + 100, y * 280 + 180);
    const example = toExample(pixels, PAD, TO, 'mass');
    let [sum, across, down] = [0, 0, 0];
    example?.forEach((value, i) => {
      sum += value;
      across += value * ((i % 28) + 0.5);
      down += value * (Math.floor(i / 28) + 0.5);
    });
    expect(Math.abs(across / sum - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(down / sum - 14)).toBeLessThanOrEqual(0.5);
  });

  it('fills the frame along its longer side as Fashion-MNIST’s clothes do', () => {
    expect(extent(toExample(pad(30, 10, 80, 40), PAD, TO, 'box'))).toEqual([0, 27, 7, 20]);
  });

  it('is nothing where nothing was drawn, and one dot is a dot', () => {
    expect(toExample(new Uint8Array(280 * 280), PAD, TO, 'mass')).toBeNull();
    expect(extent(toExample(pad(5, 5, 1, 1), PAD, TO, 'mass'))).toEqual([4, 23, 4, 23]);
  });

  it('is the whole frame elsewhere, colours apart, and its middle where it is longer', () => {
    const from = { height: 4, width: 8, channels: 3 };
    const to = { height: 2, width: 2, channels: 3 };
    const pixels = Uint8Array.from({ length: 96 }, (_, i) => {
      const column = Math.floor(i / 3) % 8;
      return column < 2 || column > 5 ? 255 : ([10, 20, 30][i % 3] ?? 0);
    });
    const example = [...(toExample(pixels, from, to, 'whole') ?? [])];
    // The filter reaches half a new pixel over the middle's edge.
    expect(example.length).toBe(12);
    expect(new Set([0, 3, 6, 9].map((i) => example[i])).size).toBe(1);
    expect(centringOf('cifar-10')).toBe('whole');
  });
});

describe('a picture on light paper', () => {
  it('is turned round, and one on dark paper is not', () => {
    const light = Uint8Array.from([250, 250, 250, 250, 0, 250, 250, 250, 250]);
    darkPaper(light, { height: 3, width: 3, channels: 1 });
    expect([light[4], light[0]]).toEqual([255, 5]);
    darkPaper(light, { height: 3, width: 3, channels: 1 });
    expect([light[4], light[0]]).toEqual([255, 5]);
  });
});
