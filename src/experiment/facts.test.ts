import { describe, expect, it } from 'vitest';
import { at } from './at.ts';
import { countsOf } from './counts.ts';
import { shapeOf } from './datasets.ts';
import { factsOf, methodTitle } from './facts.ts';
import { RECIPES } from './recipes.ts';
import { firstPhaseOf } from './retraining.ts';
import { layerShapes } from './shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, MODES } from './spec.ts';

const shapes = (spec: ExperimentSpec) => layerShapes(spec, shapeOf(spec.data));
const facts = (patch: Partial<ExperimentSpec> = {}) => {
  const spec = { ...DEFAULT_SPEC, ...patch };
  return factsOf(spec, shapes(spec));
};
const named = (name: string): ExperimentSpec => {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe === undefined) throw new Error(name);
  return recipe.spec;
};
/** 784-256-256-10. */
const MACS = [784 * 256, 256 * 256, 2560] as const;
const ALL = MACS[0] + MACS[1] + MACS[2];

describe('factsOf', () => {
  it('counts real weights as three products a layer, two at the first', () => {
    const { multiplications, real, layers, bits, tested } = facts({ mode: 'none' });
    expect(multiplications).toEqual({ training: 3 * ALL - MACS[0], test: ALL });
    expect(real).toEqual(multiplications);
    expect(layers.map((layer) => layer.multiplications.training)).toEqual([
      ...[2 * MACS[0], 3 * MACS[1], 3 * MACS[2]],
    ]);
    expect([bits, tested]).toEqual([32, 'real']);
  });

  it('leaves binary weights one product; a test of samples has real weights again', () => {
    const signs = facts({ mode: 'deterministic' });
    expect(signs).toMatchObject({
      ...{ bits: 1, tested: 'binary', trainingBits: 96 },
      ...{ multiplications: { training: ALL, test: 0 }, real: { test: ALL } },
    });
    expect(facts({ mode: 'stochastic', optimizer: { kind: 'sgd' } })).toMatchObject({
      ...{ bits: 32, tested: 'real', trainingBits: 32, used: 'the stored weights' },
      multiplications: { training: ALL, test: ALL },
    });
  });

  it('judges Expectation BackPropagation by means, or by signs where deterministic', () => {
    const learnt = (mode: ExperimentSpec['mode']) => facts({ learning: 'expectation', mode });
    expect(learnt('none')).toMatchObject({
      ...{ bits: 32, trainingBits: 32 },
      multiplications: { training: 4 * ALL - MACS[0], test: 2 * ALL },
    });
    expect(learnt('deterministic')).toMatchObject({
      ...{ bits: 1, tested: 'binary' },
      multiplications: { training: 4 * ALL - MACS[0], test: 0 },
    });
  });

  it('agrees with the counts of every recipe in every mode, but for companions', () => {
    for (const { spec } of RECIPES.filter((recipe) => recipe.spec.learning === 'backprop')) {
      const layers = shapes(spec);
      const counts = countsOf(layers);
      const companions = layers.reduce(
        (sum, { companion }) => sum + (companion === null ? 0 : 3 * companion.I * companion.O),
        0,
      );
      for (const mode of MODES) {
        const { multiplications, real, weights } = factsOf({ ...firstPhaseOf(spec), mode }, layers);
        const expected = mode === 'none' ? 'real' : 'binary';
        expect(multiplications.training).toBe(counts.multiplications[expected] + companions);
        expect(real.training).toBe(counts.multiplications.real + companions);
        expect(multiplications.test).toBe(mode === 'deterministic' ? 0 : counts.macs);
        expect(weights).toBe(counts.weights);
      }
    }
  });

  it('counts retraining like signs: one multiplication by Delta an output is left out', () => {
    const spec = named('ternary-small');
    const facts = factsOf(spec, shapes(spec));
    const { macs } = countsOf(shapes(spec));
    expect(facts).toMatchObject({ tested: 'ternary', bits: 2, trainingBits: 96 });
    expect(facts.multiplications).toEqual({ training: macs, test: 0 });
    expect(facts.propagated).toMatch(/^the stored weights for 10 epochs, then −Δ, 0 or \+Δ/);
    expect(methodTitle(spec)).toBe('Real weights, with ternary retraining');
  });

  it('gives companions rows of their own, real in training and gone after', () => {
    const spec = named('dsn-small');
    const layers = shapes(spec);
    const { layers: rows, remaining } = factsOf({ ...spec, mode: 'deterministic' }, layers);
    const row = rows.find(({ name }) => name === 'conv1.companion');
    const { I, O } = at(layers, 0).companion ?? at(layers, 0);
    expect(row?.multiplications).toEqual({ training: 3 * I * O, test: 0 });
    expect(row?.weights).toBe(0);
    expect(remaining).toContain('Companions');
  });

  it('says what DropConnect and the mean magnitude change', () => {
    const network = { ...DEFAULT_SPEC.network, dropConnect: 0.25 };
    expect(facts({ mode: 'deterministic', network })).toMatchObject({
      propagated: 'binary: their signs, times H; an example sees 75 % of hidden dense ones',
      used: 'binary: their signs, times H, hidden dense ones times 0.75',
    });
    expect(facts({ mode: 'deterministic', magnitude: 'mean' }).used).toBe(
      'binary: their signs, times the layer’s mean |w|',
    );
  });
});

describe('methodTitle', () => {
  it.each([
    ['mlp-small', 'BinaryConnect, deterministic'],
    ['maxout-small', 'Real weights, with maxout, max-norm and dropout'],
    ['nin-small', 'Real weights, with averaged maps and dropout'],
    ['ebp-small', 'Expectation BackPropagation'],
  ])('of %s', (name, title) => {
    expect(methodTitle(named(name))).toBe(title);
  });

  it('names deep supervision and DropConnect', () => {
    expect(methodTitle(named('dsn-small'))).toContain('deep supervision');
    const network = { ...DEFAULT_SPEC.network, dropConnect: 0.5 };
    expect(methodTitle({ ...DEFAULT_SPEC, mode: 'stochastic', magnitude: 'mean', network })).toBe(
      'BinaryConnect, stochastic, with DropConnect and mean magnitude',
    );
  });
});
