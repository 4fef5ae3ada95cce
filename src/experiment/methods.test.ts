import { describe, expect, it } from 'vitest';
import { shapeOf } from './datasets.ts';
import { at } from './at.ts';
import { factsOf } from './facts.ts';
import { findMethods, METHOD_IDS, METHODS } from './methods.ts';
import { parseSpec } from './parse-spec.ts';
import { findRecipe, RECIPES } from './recipes.ts';
import { firstPhaseOf } from './retraining.ts';
import { layerShapes } from './shapes.ts';
import { DEFAULT_SPEC } from './spec.ts';

describe.each(METHODS)('method $id', (method) => {
  it('makes a spec that the schema takes of every recipe that it fits', () => {
    for (const { spec, name } of RECIPES) {
      const made = method.apply(spec);
      const parsed = parseSpec(made);
      const maps = spec.network.hidden.some(({ type }) => type === 'conv');
      if (!maps && (method.id === 'nin' || method.id === 'dsn')) {
        expect(parsed.ok ? '' : parsed.error).toMatch(/^The experiment's network/);
        continue;
      }
      const dense = spec.network.hidden.every(({ type }) => type === 'dense');
      if (name !== 'mlp-small' && !parsed.ok) {
        // Expectation BackPropagation is for dense layers, DropConnect needs one, and recipes of
        // other methods have parts of their own.
        expect(parsed.error).toMatch(/^The experiment's /);
        expect(
          dense && spec.learning === 'backprop' && !('maxNorm' in at(spec.network.hidden, 0)),
        ).toBe(false);
      } else expect(parsed).toEqual({ ok: true, value: made });
    }
  });

  it('keeps data, widths, batch, epochs and seed', () => {
    const made = method.apply(DEFAULT_SPEC);
    const { data, batch, epochs, seed } = DEFAULT_SPEC;
    // Retraining comes behind them.
    expect(firstPhaseOf(made)).toMatchObject({ data, batch, epochs, seed });
    expect(made.network.hidden).toHaveLength(DEFAULT_SPEC.network.hidden.length);
  });

  it('makes the same of what it made', () => {
    const made = method.apply(DEFAULT_SPEC);
    expect(method.apply(made)).toEqual(made);
  });
});

it('Network in Network and deep supervision stand on the convolutions of an experiment', () => {
  const recipe = findRecipe('fashion-cnn');
  if (!recipe.ok) throw new Error(recipe.error);
  const made = (id: string) => {
    const found = findMethods(id);
    if (!found.ok) throw new Error(found.error);
    const parsed = parseSpec(at(found.value, 0).apply(recipe.value.spec));
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  };
  const shapes = layerShapes(made('nin'), shapeOf('fashion-mnist'));
  expect(shapes.map(({ name, I, O }) => [name, I, O])).toEqual([
    ...[
      ['conv1', 9, 16],
      ['conv2', 16, 16],
      ['conv3', 16, 16],
    ],
    ...[
      ['conv4', 144, 32],
      ['conv5', 32, 32],
      ['conv6', 32, 32],
    ],
    ['output', 32, 10],
  ]);
  expect(made('dsn').network.companions?.at).toEqual(['conv1', 'conv2']);
});

it('methods differ from each other', () => {
  const made = METHODS.map(({ apply }) => JSON.stringify(apply(DEFAULT_SPEC)));
  expect(new Set(made).size).toBe(METHODS.length);
});

it.each([
  ['none', 'real', 32],
  ['det', 'binary', 1],
  ['stoch', 'real', 32],
  ['maxout', 'real', 32],
  ['ternary', 'ternary', 2],
  ['ebp', 'binary', 1],
] as const)('%s is tested with %s weights of %i bits', (id, tested, bits) => {
  const found = findMethods(id);
  if (!found.ok) throw new Error(found.error);
  const spec = at(found.value, 0).apply(DEFAULT_SPEC);
  expect(factsOf(spec, layerShapes(spec, shapeOf(spec.data)))).toMatchObject({ tested, bits });
});

it('names that are none get a sentence', () => {
  expect(findMethods('none,det').ok).toBe(true);
  expect(findMethods('none,xyz')).toEqual({
    ok: false,
    error: `a method is "xyz"; allowed are ${METHOD_IDS.join(', ')}`,
  });
  expect(findMethods('det,det')).toEqual({
    ok: false,
    error: 'the method det is named twice; once is enough',
  });
});
