import { expect, it } from 'vitest';
import { findRecipe, RECIPES } from '../../experiment/recipes.ts';
import { expectationOf, recipeGroups } from './recipe-groups.ts';

it('has every recipe in one group', () => {
  const names = recipeGroups().flatMap(({ options }) => options.map(([name]) => name));
  expect(names.toSorted()).toEqual(RECIPES.map(({ name }) => name).toSorted());
});

it('tells methods apart, and the published from the small', () => {
  const group = (wanted: string) =>
    recipeGroups().find(({ options }) => options.some(([name]) => name === wanted))?.name;
  expect(group('mlp-small')).toBe('BinaryConnect, small');
  expect(group('cifar10-final')).toBe('BinaryConnect, as published');
  expect(group('cifar10-maxout')).toBe('Maxout');
  expect(group('nin-small')).toBe('Network in Network');
  expect(group('dsn-small')).toBe('Deeply supervised nets');
  expect(group('ebp-small')).toBe('Expectation BackPropagation');
});

it('says what was published, for which weights and where', () => {
  const text = (name: string) => {
    const found = findRecipe(name);
    if (!found.ok) throw new Error(found.error);
    return expectationOf(found.value);
  };
  expect(text('mnist-paper')).toMatch(
    /for 1000 epochs\. Published: 1\.18 % test error with stochastic weights, tested with the real ones \(README/,
  );
  expect(text('mlp-small')).not.toContain('Published');
});
