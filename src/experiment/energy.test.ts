import { describe, expect, it, test } from 'vitest';
import { accountingOf, NUMBER_FORMATS, type NumberFormat } from './energy.ts';
import { shapeOf } from './datasets.ts';
import { factsOf } from './facts.ts';
import { findRecipe, RECIPES } from './recipes.ts';
import { layerShapes } from './shapes.ts';
import type { ExperimentSpec, Mode } from './spec.ts';

const specOf = (name: string, mode: Mode): ExperimentSpec => {
  const found = findRecipe(name);
  if (!found.ok) throw new Error(found.error);
  return { ...found.value.spec, mode };
};
const accountOf = (spec: ExperimentSpec, format: NumberFormat = 'fp32') =>
  accountingOf(factsOf(spec, layerShapes(spec, shapeOf(spec.data))), format);

/** Published nets: weights, real multiplications an example in training, and what binary weights leave. */
test.each([
  ['mnist-paper', 2_910_208, 7_927_808, 2_910_208, 63.3, 11.64, 0.364],
  ['cifar10-rebuttal', 5_272_960, 631.9e6, 211.7e6, 66.5, 21.09, 0.659],
  ['cifar10-final', 14_022_016, 1847.4e6, 617.0e6, 66.6, 56.09, 1.753],
  ['svhn-final', 6_397_632, 472.3e6, 158.0e6, 66.5, 25.59, 0.8],
] as const)(
  '%s: weights, multiplications, memory',
  (name, weights, real, binary, avoided, a, b) => {
    const { total } = accountOf(specOf(name, 'deterministic'));
    expect(total.weights).toBe(weights);
    expect(total.realMultiplications.training / real).toBeCloseTo(1, 3);
    expect(total.multiplications.training / binary).toBeCloseTo(1, 3);
    expect(100 * total.avoided.training).toBeCloseTo(avoided, 1);
    expect(total.bytes.real / 1e6).toBeCloseTo(a, 2);
    expect(total.bytes.test / 1e6).toBeCloseTo(b, 3);
    expect(total.multiplications.test).toBe(0);
  },
);

describe('mnist-paper', () => {
  it('stochastic is tested with real weights: no multiplication and no byte is saved there', () => {
    const { total } = accountOf(specOf('mnist-paper', 'stochastic'));
    expect(total.avoided).toEqual({ training: 1 - 2_910_208 / 7_927_808, test: 0 });
    expect(total.bytes.test).toBe(total.bytes.real);
    expect(total.energy.test).toBe(total.realEnergy.test);
  });

  it('real weights save nothing, and memory in training never shrinks', () => {
    const real = accountOf(specOf('mnist-paper', 'none')).total;
    expect(real.avoided).toEqual({ training: 0, test: 0 });
    expect(real.energy).toEqual(real.realEnergy);
    const binary = accountOf(specOf('mnist-paper', 'deterministic')).total;
    expect(binary.bytes.training).toBe(real.bytes.training);
    expect(binary.bytes.training).toBeGreaterThanOrEqual(binary.bytes.real);
  });

  it.each([
    // A multiply-add against an addition; in training the weight gradient multiplies on.
    ['fp32', 4.6 / 0.9, (3 * 4.6) / (2 * 0.9 + 4.6)],
    ['int32', 3.2 / 0.1, (3 * 3.2) / (2 * 0.1 + 3.2)],
    ['fp16', 1.5 / 0.4, (3 * 1.5) / (2 * 0.4 + 1.5)],
    ['int8', 0.23 / 0.03, (3 * 0.23) / (2 * 0.03 + 0.23)],
  ] as const)('%s: energy of a layer that is not the first', (format, test, training) => {
    const { layers } = accountOf(specOf('mnist-paper', 'deterministic'), format);
    const second = layers[1];
    if (second === undefined) throw new Error('two layers');
    expect(second.realEnergy.test / second.energy.test).toBeCloseTo(test, 9);
    expect(second.realEnergy.training / second.energy.training).toBeCloseTo(training, 9);
  });
});

it.each(RECIPES)('$name: the layers add up to the total', ({ spec }) => {
  for (const format of NUMBER_FORMATS) {
    const { layers, total } = accountOf(spec, format);
    const sum = (of: (account: (typeof layers)[number]) => number) =>
      layers.reduce((all, layer) => all + of(layer), 0);
    expect(sum(({ bytes }) => bytes.test)).toBeCloseTo(total.bytes.test, 6);
    expect(sum(({ energy }) => energy.training) / total.energy.training).toBeCloseTo(1, 12);
    expect(sum(({ realEnergy }) => realEnergy.test) / total.realEnergy.test).toBeCloseTo(1, 12);
    expect(sum(({ additions }) => additions.test)).toBe(total.additions.test);
  }
});
