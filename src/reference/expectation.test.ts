/**
 * Expectation BackPropagation against what it approximates: means and variances against enumeration,
 * its ascent against finite differences, the Gaussian approximation's error against fan-in, and a task.
 */
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { expectedRange } from '../experiment/learning.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { toyDataset } from '../data/toy.ts';
import { examplesOf } from '../testing/synthetic.ts';
import {
  type ExpectedLayer,
  expectedForward,
  expectedPass,
  expectedScores,
  likelihoodLoss,
  meansOf,
  meanSign,
  momentsOf,
} from './expectation.ts';
import { ExpectationNetwork } from './expectation-network.ts';
import { el, type Floats, floats } from './floats.ts';
import { minibatchOf } from './minibatch.ts';
import { erf } from './normal.ts';
import { randomWords, signedUnit } from './random.ts';

let stream = 1000;
/** Numbers of U(-range, range), others at every call. */
const uniform = (count: number, range: number): Floats =>
  Float64Array.from(randomWords(count, 7, stream++, 0), (word) => range * signedUnit(word));

const layerOf = (I: number, O: number, range: number): ExpectedLayer => ({
  ...{ I, O, w: uniform(I * O, range), bias: uniform(O, 1) },
});

/** Every way to choose `count` signs by their means, with its probability. */
function* choices(means: Floats): Generator<{ signs: Floats; probability: number }> {
  const count = means.length;
  for (let bits = 0; bits < 2 ** count; bits++) {
    let probability = 1;
    const signs = floats(count);
    for (let k = 0; k < count; k++) {
      const sign = (bits >> k) & 1 ? 1 : -1;
      signs[k] = sign;
      probability *= (1 + sign * el(means, k)) / 2;
    }
    yield { signs, probability };
  }
}

/** Mean and variance of (sum + bias) / sqrt(I + 1) over all choices, the bias's variance 1 on top. */
function enumerated(all: Iterable<{ sum: number; probability: number }>, bias: number, I: number) {
  let mean = 0;
  let square = 0;
  for (const { sum, probability } of all) {
    mean += probability * (sum + bias);
    square += probability * (sum + bias) ** 2;
  }
  return { mean: mean / Math.sqrt(I + 1), variance: (square - mean ** 2 + 1) / (I + 1) };
}

describe('moments against enumeration', () => {
  test('of the first layer: a dozen binary weights on real numbers', () => {
    const I = 12;
    const layer = layerOf(I, 1, 1.5);
    const x = uniform(I, 2);
    const { mean, variance } = momentsOf(layer, meansOf(layer), x, true);
    const all = [...choices(meansOf(layer))].map(({ signs, probability }) => ({
      sum: signs.reduce((sum, sign, i) => sum + sign * el(x, i), 0),
      probability,
    }));
    const exact = enumerated(all, el(layer.bias, 0), I);
    expect(el(mean, 0)).toBeCloseTo(exact.mean, 12);
    expect(el(variance, 0)).toBeCloseTo(exact.variance, 12);
  });

  test('of a later layer: six binary weights on six signs', () => {
    const I = 6;
    const layer = layerOf(I, 1, 1.5);
    const v = uniform(I, 1);
    const { mean, variance } = momentsOf(layer, meansOf(layer), v, false);
    const both = Float64Array.from([...meansOf(layer), ...v]);
    const all = [...choices(both)].map(({ signs, probability }) => ({
      sum: Array.from({ length: I }, (_, i) => el(signs, i) * el(signs, I + i)).reduce(
        (sum, product) => sum + product,
        0,
      ),
      probability,
    }));
    const exact = enumerated(all, el(layer.bias, 0), I);
    expect(el(mean, 0)).toBeCloseTo(exact.mean, 12);
    expect(el(variance, 0)).toBeCloseTo(exact.variance, 12);
  });

  test('the Gaussian approximation of a unit gets better with fan-in', () => {
    // Mean distance of <v> from that of all choices of the weights (the bias is normal), on inputs of +-1.
    const distance = (I: number): number => {
      let sum = 0;
      const draws = 60;
      for (let draw = 0; draw < draws; draw++) {
        const layer = layerOf(I, 1, 1.5);
        const x = uniform(I, 1).map((value) => (value < 0 ? -1 : 1));
        const { mean, variance } = momentsOf(layer, meansOf(layer), x, true);
        let exact = 0;
        for (const { signs, probability } of choices(meansOf(layer))) {
          const z = signs.reduce((total, sign, i) => total + sign * el(x, i), el(layer.bias, 0));
          exact += probability * erf(z * Math.SQRT1_2);
        }
        sum += Math.abs(meanSign(el(mean, 0), el(variance, 0)) - exact);
      }
      return sum / draws;
    };
    const errors = [1, 2, 4, 8, 12].map(distance);
    errors.slice(1).forEach((error, k) => {
      expect(error).toBeLessThan(at(errors, k));
    });
    // As docs/methods.md reports them.
    expect(errors.map((error) => error.toFixed(3))).toEqual([
      ...['0.034', '0.017', '0.012', '0.007', '0.004'],
    ]);
  });
});

describe('the ascent', () => {
  const layers = [layerOf(7, 6, 0.6), layerOf(6, 5, 0.6), layerOf(5, 4, 0.6)];
  const x = uniform(3 * 7, 1.5);
  const labels = [2, 0, 3];
  const { layers: ascents, loss } = expectedPass(layers, x, labels);
  const variances = expectedForward(layers, x).map(({ variance }) => variance);

  /** Log likelihood of the minibatch with the variances held fixed. */
  const likelihood = (changed: readonly ExpectedLayer[], means: readonly Floats[]): number => {
    const moments = expectedForward(changed, x, means, variances);
    return -labels.length * likelihoodLoss(expectedScores(at(moments, 2)), labels, 4).loss;
  };

  test('is the derivative of the log likelihood at the mean weights and biases, variances held', () => {
    const means = layers.map(meansOf);
    expect(likelihood(layers, means)).toBeCloseTo(-3 * loss, 12);
    const d = 1e-6;
    layers.forEach(({ w, bias }, l) => {
      for (const e of [0, 3, w.length - 1]) {
        const slope = (by: number) =>
          likelihood(
            layers,
            means.map((m, k) => (k === l ? m.map((t, n) => (n === e ? t + by : t)) : m)),
          );
        expect(el(at(ascents, l).w, e)).toBeCloseTo((slope(d) - slope(-d)) / (2 * d), 7);
      }
      for (const o of [0, bias.length - 1]) {
        const slope = (by: number) =>
          likelihood(
            layers.map((layer, k) =>
              k === l
                ? { ...layer, bias: layer.bias.map((b, n) => (n === o ? b + by : b)) }
                : layer,
            ),
            means,
          );
        expect(el(at(ascents, l).bias, o)).toBeCloseTo((slope(d) - slope(-d)) / (2 * d), 7);
      }
    });
  });

  test('is finite and points the right way where Phi underflows, for both targets', () => {
    // A mean far on the wrong side: sums of 400 certain weights.
    const sure: ExpectedLayer = {
      ...{ I: 400, O: 2, bias: floats(2) },
      w: floats(800).map((_, e) => (e % 2 === 0 ? 40 : -40)),
    };
    const pass = expectedPass([sure], floats(400).fill(1), [1]);
    expect(pass.loss).toBeGreaterThan(1e5);
    expect(Number.isFinite(pass.loss)).toBe(true);
    const { bias } = at(pass.layers, 0);
    expect(bias.every((b) => Number.isFinite(b))).toBe(true);
    // Class 0 is off and must come down; class 1 is on and must go up: -(1 / sqrt N) mean / variance.
    const mean = 400 / Math.sqrt(401);
    expect(el(bias, 0)).toBeCloseTo((-mean * 401) / Math.sqrt(401), 1);
    expect(el(bias, 1)).toBeCloseTo((mean * 401) / Math.sqrt(401), 1);
  });
});

/** A spec of two moons by the rule. */
const moons: ExperimentSpec = {
  ...DEFAULT_SPEC,
  data: 'moons',
  learning: 'expectation',
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 64 }], batchNorm: 'none' },
  batch: 5,
};
const plane = { height: 1, width: 1, channels: 2, classes: 2 };

describe('learning', () => {
  test('h starts with variance 1 / fan in, biases at zero', () => {
    const { w, bias, I } = at(new ExpectationNetwork(moons, plane).layers, 1);
    expect(I).toBe(64);
    expect(w.reduce((sum, h) => sum + h * h, 0) / w.length).toBeCloseTo(1 / 64, 2);
    expect(Math.max(...w.map(Math.abs))).toBeLessThanOrEqual(expectedRange(64));
    expect(bias.every((b) => b === 0)).toBe(true);
  });

  test('two moons, with binary weights and units, without a rate', () => {
    const network = new ExpectationNetwork(moons, plane);
    const dataset = toyDataset('moons');
    const { test: split } = dataset;
    const all = Array.from({ length: split.count }, (_, n) => n);
    const { x, labels } = examplesOf(dataset, split, all);
    expect(network.evaluate('real', x, labels).error).toBeGreaterThan(30);
    for (let step = 0; step < 800; step++) {
      const batch = minibatchOf(moons, dataset, step);
      expect(Number.isFinite(network.step(batch.x, batch.labels).loss)).toBe(true);
    }
    expect(network.evaluate('real', x, labels).error).toBeLessThan(17);
  });

  test('a teacher of binary weights is found, nearly weight for weight', () => {
    const I = 51;
    const teacher = uniform(I, 1).map((value) => (value < 0 ? -1 : 1));
    const draw = (count: number) => {
      const x = uniform(count * I, 1).map((value) => (value < 0 ? -1 : 1));
      const labels = Array.from({ length: count }, (_, n) => {
        const own = x.subarray(n * I, (n + 1) * I);
        return own.reduce((sum, value, i) => sum + value * el(teacher, i), 0) > 0 ? 1 : 0;
      });
      return { x, labels };
    };
    const network = new ExpectationNetwork(
      { ...moons, network: { ...moons.network, hidden: [] } },
      { ...plane, channels: I },
    );
    for (let step = 0; step < 100; step++) {
      const { x, labels } = draw(10);
      network.step(x, labels);
    }
    const { w } = at(network.layers, 0);
    // Output 1 follows the teacher, output 0 its opposite.
    const found = w.filter((h, e) => (h >= 0 === el(teacher, e >> 1) > 0) === (e % 2 === 1));
    expect(found.length / w.length).toBeGreaterThan(0.97);
    const { x, labels } = draw(500);
    expect(network.evaluate('real', x, labels).error).toBeLessThan(8);
    expect(network.evaluate('binary', x, labels).error).toBeLessThan(8);
  });
});
