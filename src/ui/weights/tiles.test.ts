import { describe, expect, it } from 'vitest';
import { at } from '../../experiment/at.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { findRecipe } from '../../experiment/recipes.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import { FADE, Glow, type Shown } from './glow.ts';
import {
  gridFor,
  pictureSize,
  plusShare,
  signAt,
  tileOrigin,
  tileShapeOf,
  tileSize,
  tileWeights,
  weightPlaces,
} from './tiles.ts';
import { tilesCaption, tilesTable } from './tiles-text.ts';

const layersOf = (name: string) => {
  const found = findRecipe(name);
  if (!found.ok) throw new Error(found.error);
  return layerShapes(found.value.spec, shapeOf(found.value.spec.data));
};
const mlp = layersOf('mlp-small');
const cifar = layersOf('cifar10-small');
const shapes = [...mlp, ...cifar, ...layersOf('cifar10-rebuttal')].map(tileShapeOf);

const UNITS = 40;
const WORDS = 2;
const WEIGHTS = 784;
const bitsWith = (set: readonly (readonly [number, number])[]) => {
  const bits = new Uint32Array(WEIGHTS * WORDS);
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
    expect(plusShare(bits, WORDS, WEIGHTS, 35)).toBeCloseTo(1 / WEIGHTS);
  });
});

describe('a tile', () => {
  it('is the picture a unit reads, or a filter for each map', () => {
    expect(tileShapeOf(at(mlp, 0))).toEqual({ height: 28, width: 28, planes: 1, across: 1 });
    expect(tileSize(tileShapeOf(at(mlp, 0)))).toEqual({ width: 28, height: 28 });
    // 256 units before it: a square without gaps.
    expect(tileSize(tileShapeOf(at(mlp, 1)))).toEqual({ width: 16, height: 16 });
    // Three colours side by side, a pixel between.
    expect(tileSize(tileShapeOf(at(cifar, 0)))).toEqual({ width: 11, height: 3 });
    // 32 maps: four rows of eight. 37: what is left stands in a row of its own.
    expect(tileShapeOf(at(cifar, 1))).toEqual({ height: 3, width: 3, planes: 32, across: 8 });
    const from = { height: 1, width: 1, channels: 37 };
    expect(tileShapeOf({ kind: 'dense', kernel: 1, from })).toMatchObject({ across: 7 });
    expect(tileShapeOf(at(cifar, 4))).toMatchObject({ height: 8, width: 8, planes: 64 });
  });

  it('has a place of its own for every weight', () => {
    for (const shape of shapes) {
      const { x, y } = weightPlaces(shape);
      const { width, height } = tileSize(shape);
      const taken = new Set(x.map((column, row) => (y[row] ?? 0) * width + column));
      expect(taken.size).toBe(tileWeights(shape));
      expect(Math.max(...x)).toBeLessThan(width);
      expect(Math.max(...y)).toBeLessThan(height);
    }
  });

  it('takes rows of w by row, column and channel', () => {
    const { x, y } = weightPlaces(tileShapeOf(at(cifar, 0)));
    // The first row of the window, green: rows 1, 4 and 7 of w.
    expect([1, 4, 7].map((row) => [x[row], y[row]])).toEqual([
      [4, 0],
      [5, 0],
      [6, 0],
    ]);
    // Its second row, red.
    expect([x[9], y[9]]).toEqual([0, 1]);
  });
});

describe('gridFor', () => {
  it.each([200, 304, 340, 656, 1000])('fits %i screen pixels, whatever the layer', (width) => {
    for (const shape of shapes) {
      const grid = gridFor(width, 256, shape);
      const picture = pictureSize(grid, shape);
      expect(picture.width * grid.cell).toBeLessThanOrEqual(width + 1e-9);
      const last = tileOrigin(grid.columns * grid.rows - 1, grid, shape);
      expect(last.x + tileSize(shape).width).toBe(picture.width);
      expect(last.y + tileSize(shape).height).toBe(picture.height);
    }
    expect(gridFor(width, 256, at(shapes, 0)).columns).toBeGreaterThan(3);
  });

  it('makes rows of about the same length where all tiles fit', () => {
    expect(gridFor(340, 8, tileShapeOf({ ...at(cifar, 0), from: at(mlp, 0).from }))).toMatchObject({
      columns: 4,
      rows: 2,
    });
  });

  it('has no more tiles than units need, and shrinks one that is too wide', () => {
    expect(gridFor(340, 3, at(shapes, 0))).toEqual({ columns: 2, rows: 2, cell: 4 });
    const wide = { height: 256, width: 256, planes: 4, across: 4 };
    expect(gridFor(340, 9, wide)).toMatchObject({ columns: 1, rows: 1 });
    expect(gridFor(340, 9, wide).cell).toBeLessThan(1);
  });
});

describe('Glow', () => {
  const shown = (set: readonly (readonly [number, number])[], from = 0): Shown => ({
    ...{ bits: bitsWith(set), words: WORDS, weights: WEIGHTS, from, units: 10, layer: 0 },
  });

  it('lights what flipped, and fades', () => {
    const glow = new Glow();
    glow.look(shown([]));
    expect(glow.fade(0)).toBe(false);
    glow.look(shown([[5, 2]]));
    expect(glow.at(2, 5)).toBe(255);
    expect(glow.at(2, 6)).toBe(0);
    expect(glow.fade(FADE / 2)).toBe(true);
    expect(glow.at(2, 5)).toBeLessThan(200);
    glow.fade(2 * FADE);
    expect(glow.at(2, 5)).toBe(0);
  });

  it('starts dark on another page of units, and in another layer', () => {
    const glow = new Glow();
    glow.look(shown([]));
    glow.look(shown([[5, 12]], 10));
    expect(glow.at(2, 5)).toBe(0);
    glow.look({ ...shown([], 10), layer: 1 });
    expect(glow.at(2, 5)).toBe(0);
  });
});

describe('the words', () => {
  it('say what a tile is', () => {
    expect(tilesCaption(at(mlp, 0), true)).toMatch(/784 weights\.$/);
    expect(tilesCaption(at(mlp, 1), false)).toMatch(/the 256 units before it/);
    expect(tilesCaption(at(cifar, 0), true)).toMatch(/3 × 3 filters, one a colour\. .*red, green/);
    expect(tilesCaption(at(cifar, 1), false)).toMatch(/each of the 32 maps/);
    expect(tilesCaption(at(cifar, 4), false)).toMatch(/4096 weights, a square for each of the 64/);
    const { rows } = tilesTable(at(mlp, 2), new Uint32Array(256).fill(1), 0);
    expect(rows.map(({ cells }) => cells[2]).slice(0, 2)).toEqual(['100.00 %', '0.00 %']);
    expect(rows.length).toBe(10);
  });
});
