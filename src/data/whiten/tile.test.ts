import { expect, test } from 'vitest';
import { randomWords, signedUnit } from '../../experiment/random.ts';
import { plainTiles, TILE, tilesFor } from './tile.ts';

test('a tile is a matrix product, added to what is there; compiled and plain give the same bits', () => {
  const k = 37;
  const [aStride, cStride, a, b, c] = [5, 11, 3, 250, 600];
  const compiled = tilesFor(700);
  const numbers = Float32Array.from(randomWords(700, 1, 1, 0), signedUnit);
  compiled.floats.set(numbers);
  const plain = plainTiles(numbers.slice());
  compiled.addTile(a, aStride, b, k, c, cStride);
  plain.addTile(a, aStride, b, k, c, cStride);
  expect(compiled.floats.slice(0, 700)).toEqual(plain.floats);

  const expected = Float64Array.from(numbers);
  for (let i = 0; i < TILE.rows; i++) {
    for (let j = 0; j < TILE.columns; j++) {
      for (let p = 0; p < k; p++) {
        const product = (numbers[a + p * aStride + i] ?? NaN) * (numbers[b + 8 * p + j] ?? NaN);
        const e = c + i * cStride + j;
        expected[e] = (expected[e] ?? 0) + product;
      }
    }
  }
  // Sums of 37 products below 1: half a step of float32 at each addition.
  const worst = expected.reduce(
    (most, x, e) => Math.max(most, Math.abs(x - (plain.floats[e] ?? 0))),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
  expect(worst).toBeGreaterThan(0);
});
