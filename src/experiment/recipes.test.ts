import { parseSpec } from './parse-spec.ts';
import { expect, test } from 'vitest';
import { type DatasetId, OFFICIAL_IDS, shapeOf, TOY_IDS } from './datasets.ts';
import { at } from './at.ts';
import { findRecipe, publishedFor, RECIPES, usualRecipe, withMode } from './recipes.ts';
import { layerShapes, lrScaleOf } from './shapes.ts';
import { DEFAULT_SPEC, MODES } from './spec.ts';

const of = (name: string) => {
  const found = findRecipe(name);
  if (!found.ok) throw new Error(found.error);
  return found.value;
};

test('every recipe is a valid experiment in every mode, under a name of its own', () => {
  for (const recipe of RECIPES) {
    for (const mode of MODES) {
      const { spec } = withMode(recipe, mode);
      const { epochs } = spec;
      const { retraining, ...own } = recipe.spec;
      const value = retraining === undefined ? own : { ...own, epochs };
      const expected = mode === 'none' ? recipe.spec : value;
      expect(parseSpec(spec)).toEqual({ ok: true, value: { ...expected, mode } });
      // Binary weights take as many epochs as the real ones before retraining.
      if (mode !== 'none') expect(epochs).toBe(retraining?.after ?? own.epochs);
    }
    expect(recipe.summary).toMatch(/^[^.]+(\.\d[^.]*)*\.$/);
  }
  expect(new Set(RECIPES.map(({ name }) => name)).size).toBe(RECIPES.length);
  expect(of('mlp-small').spec).toBe(DEFAULT_SPEC);
});

test('an unknown name gets the list', () => {
  expect(findRecipe('cifar')).toEqual({
    ok: false,
    error:
      'The recipe is "cifar"; allowed is one of mlp-small, mnist-paper, mnist-2048, toy, fashion-cnn, cifar10-small, svhn-small, cifar10-rebuttal, cifar10-final, svhn-rebuttal, svhn-final, mnist-maxout, cifar10-maxout, svhn-maxout, maxout-small, maxout-cnn-small, cifar10-nin, svhn-nin, nin-small, cifar10-dsn, dsn-small, ebp-small, ternary-small, ternary-cnn.',
  });
});

test('published figures stand beside the published configuration and mode only', () => {
  const paper = of('mnist-paper').spec;
  expect(publishedFor(paper).map(({ testError }) => testError)).toEqual([1.18]);
  expect(publishedFor({ ...paper, seed: 7 })).toHaveLength(1);
  expect(publishedFor({ ...paper, mode: 'deterministic' })).toEqual([]);
  expect(publishedFor({ ...paper, epochs: 100 })).toEqual([]);
  expect(publishedFor({ ...paper, h: 'one' })).toEqual([]);
  expect(publishedFor(of('mnist-2048').spec).map(({ testError }) => testError)).toEqual([1.15]);
  expect(publishedFor(DEFAULT_SPEC)).toEqual([]);
});

test('the two configurations keep their own rate scales', () => {
  const data = shapeOf('mnist');
  const scales = (name: string) => {
    const { spec } = of(name);
    return layerShapes(spec, data).map((layer) => lrScaleOf(spec, spec.mode, layer));
  };
  expect(scales('mnist-paper')).toEqual([1, 1, 1, 1]);
  expect(at(scales('mnist-2048'), 0)).toBeCloseTo(43.45, 2);
  expect(at(scales('mnist-2048'), 3)).toBeCloseTo(37.04, 2);
});

test('every data set has a recipe to begin with, whose net fits it', () => {
  const own: DatasetId[] = ['own-3x3x3-2-0123456789abcdef', 'own-64x64x3-5-0123456789abcdef'];
  for (const data of [...OFFICIAL_IDS, ...TOY_IDS, ...own]) {
    expect(parseSpec({ ...usualRecipe(data).spec, data })).toMatchObject({ ok: true });
  }
  expect(usualRecipe('spiral').name).toBe('toy');
  expect(usualRecipe('svhn').spec.data).toBe('svhn');
});
