import { describe, expect, test } from 'vitest';
import { randomWords } from '../experiment/random.ts';
import { LocalContrast, normaliseContrast } from './contrast.ts';

const bytes = (count: number, seed = 3): Uint8Array =>
  Uint8Array.from(randomWords(count, seed, 1, 0), (word) => word >>> 24);

describe('global contrast normalisation', () => {
  const contrast = (values: Uint8Array, scale: number): Float32Array => {
    const target = new Float32Array(values.length + 2).fill(9);
    normaliseContrast(values, scale, target, 1);
    expect([target[0], target.at(-1)]).toEqual([9, 9]);
    return target.slice(1, -1);
  };

  test.each([1, 55])('subtracts the mean and brings the norm to %i', (scale) => {
    const values = bytes(3072);
    const found = contrast(values, scale);
    const mean = values.reduce((sum, x) => sum + x, 0) / 3072;
    const norm = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0));
    found.forEach((x, j) => {
      expect(Math.abs(x - (scale * ((values[j] ?? NaN) - mean)) / norm)).toBeLessThan(1e-6 * scale);
    });
    expect(Math.hypot(...found)).toBeCloseTo(scale, 4);
  });

  test('leaves an image of one colour at 0', () => {
    for (const value of [0, 1, 127, 255]) {
      expect([...contrast(new Uint8Array(3072).fill(value), 55)].every((x) => x === 0)).toBe(true);
    }
  });
});

describe('local contrast normalisation', () => {
  /** The definition, with the two-dimensional window written out. */
  function byDefinition(x: Float64Array, height: number, width: number): Float64Array {
    const g = (i: number, j: number) => Math.exp(-(i * i + j * j) / 8);
    let total = 0;
    for (let i = -3; i <= 3; i++) for (let j = -3; j <= 3; j++) total += g(i, j);
    const blur = (map: Float64Array) =>
      map.map((_, p) => {
        const [row, column] = [Math.floor(p / width), p % width];
        let sum = 0;
        for (let i = -3; i <= 3; i++) {
          for (let j = -3; j <= 3; j++) {
            const inside =
              row + i >= 0 && row + i < height && column + j >= 0 && column + j < width;
            if (inside) sum += (g(i, j) / total) * (map[p + i * width + j] ?? NaN);
          }
        }
        return sum;
      });
    const around = blur(x);
    const s = blur(x.map((value) => value * value)).map(Math.sqrt);
    const mean = s.reduce((sum, value) => sum + value, 0) / s.length;
    return x.map((value, p) => (value - (around[p] ?? 0)) / Math.max(s[p] ?? 0, mean, 1e-4));
  }

  test.each([
    [32, 32, 3],
    [5, 9, 2],
    [1, 4, 1],
  ])('of %i x %i x %i agrees with the definition in every channel', (height, width, channels) => {
    const inputs = height * width * channels;
    const values = new Float32Array(inputs + 3);
    normaliseContrast(bytes(inputs), 1, values, 3);
    const before = values.slice();
    new LocalContrast({ height, width, channels }).normalise(values, 3);
    for (let channel = 0; channel < channels; channel++) {
      const at = (p: number) => 3 + p * channels + channel;
      const map = Float64Array.from({ length: height * width }, (_, p) => before[at(p)] ?? NaN);
      byDefinition(map, height, width).forEach((x, p) => {
        expect(Math.abs(x - (values[at(p)] ?? NaN))).toBeLessThan(1e-6);
      });
    }
    expect(values.subarray(0, 3)).toEqual(before.subarray(0, 3));
  });

  test('leaves an image of one colour at 0', () => {
    const values = new Float32Array(48);
    new LocalContrast({ height: 4, width: 4, channels: 3 }).normalise(values, 0);
    expect(values.every((x) => x === 0)).toBe(true);
  });
});
