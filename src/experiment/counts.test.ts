import { expect, test } from 'vitest';
import { countsOf } from './counts.ts';
import { shapeOf } from './datasets.ts';
import { findRecipe } from './recipes.ts';
import { layerShapes } from './shapes.ts';
import { DEFAULT_SPEC } from './spec.ts';

test('784-1024-1024-1024-10: the hand count', () => {
  const paper = findRecipe('mnist-paper');
  const spec = paper.ok ? paper.value.spec : DEFAULT_SPEC;
  const counts = countsOf(layerShapes(spec, shapeOf(spec.data)));
  expect(counts.macs).toBe(2_910_208);
  expect(counts.weights).toBe(2_910_208);
  expect(counts.multiplications).toEqual({ real: 7_927_808, binary: 2_910_208 });
  expect(counts.avoided).toBeCloseTo(0.633, 3);
  expect(counts.bytes).toEqual({ real: 11_640_832, binary: 363_776 });
  expect(counts.layers.map(({ name }) => name)).toEqual(['dense1', 'dense2', 'dense3', 'output']);
});

test('the layers add up to the network; a first layer has no dX', () => {
  const counts = countsOf(layerShapes(DEFAULT_SPEC, shapeOf('mnist')));
  const sum = (of: (layer: (typeof counts.layers)[number]) => number) =>
    counts.layers.reduce((total, layer) => total + of(layer), 0);
  expect(sum((layer) => layer.multiplications.real)).toBe(counts.multiplications.real);
  expect(sum((layer) => layer.bytes.binary)).toBe(counts.bytes.binary);
  expect(counts.layers.map((layer) => layer.avoided)).toEqual([1 / 2, 2 / 3, 2 / 3]);
});
