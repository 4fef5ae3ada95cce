import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { sizeOf } from '../experiment/datasets.ts';
import type { Change } from '../experiment/run.ts';
import {
  DEFAULT_SPEC,
  type ExperimentSpec,
  MODES,
  OPTIMIZERS,
  type OptimizerKind,
  type OptimizerSpec,
} from '../experiment/spec.ts';
import { signs } from './binarise.ts';
import { el, type Floats } from './floats.ts';
import { ReferenceNetwork } from './network.ts';
import { randomWords, signedUnit } from './random.ts';

const DATA = { height: 3, width: 4, channels: 1, classes: 3 };
const INPUTS = sizeOf(DATA);
const B = 30;

/** Examples of three noisy classes; another stream gives other examples of the same ones. */
function examples(count: number, stream: number): { x: Floats; labels: number[] } {
  const centres = Array.from(randomWords(3 * INPUTS, 5, 0, 0), signedUnit);
  const noise = Array.from(randomWords(count * INPUTS, 6, stream, 0), signedUnit);
  const labels = Array.from({ length: count }, (_, b) => b % 3);
  const x = Float64Array.from(noise, (value, e) => {
    const label = at(labels, Math.floor(e / INPUTS));
    return at(centres, label * INPUTS + (e % INPUTS)) + value;
  });
  return { x, labels };
}

const OPTIMIZER: Record<OptimizerKind, OptimizerSpec> = {
  sgd: { kind: 'sgd' },
  nesterov: { kind: 'nesterov', momentum: 0.9 },
  adam: DEFAULT_SPEC.optimizer,
  momentum: { kind: 'momentum', momentum: 0.9 },
};

const specOf = (part: Partial<ExperimentSpec>): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [16, 16].map((units) => ({ type: 'dense', units })) },
  batch: B,
  ...part,
});

const networkOf = (part: Partial<ExperimentSpec>, changes: readonly Change[] = []) =>
  new ReferenceNetwork({ spec: specOf(part), kernels: 'auto', changes }, DATA, 10);

/** Losses of steps on minibatches of their own. */
const train = (network: ReferenceNetwork, steps: number): number[] =>
  Array.from({ length: steps }, () => {
    const { x, labels } = examples(B, network.nextStep);
    return network.step(x, labels).loss;
  });

describe.each(MODES)('mode %s', (mode) => {
  test.each(OPTIMIZERS)('%s learns three noisy classes', (kind) => {
    const start = { sgd: 0.03, nesterov: 0.01, adam: 0.01, momentum: 0.01 }[kind];
    const network = networkOf({ mode, optimizer: OPTIMIZER[kind], rate: { start, end: start } });
    const losses = train(network, 60);
    const held = examples(300, 1000);
    const weights = mode === 'deterministic' ? 'binary' : 'real';
    const statistics = network.calibrate(weights, examples(300, 2000).x);
    const { error, loss } = network.evaluate(weights, statistics, held.x, held.labels);
    expect(loss).toBeLessThan(at(losses, 0) / 2);
    // Chance is 66.7 %.
    expect(error).toBeLessThan(10);
  });

  test('a step: straight through, scale, clip, and the next sample', () => {
    const sgd = OPTIMIZER.sgd;
    const rate = { start: 0.02, end: 0.02 };
    const network = networkOf({ mode, optimizer: sgd, rate });
    const { x, labels } = examples(B, 0);
    const { layers } = network.gradients(x, labels);
    const before = network.snapshot();
    const { signFlips, sampleFlips } = network.step(x, labels);
    network.layers.forEach(({ shape, w, gamma, beta, wb }, l) => {
      const old = at(before.layers, l);
      const { dwb, dgamma, dbeta } = at(layers, l);
      const scale = mode === 'none' ? 1 : 1 / shape.c ** 2;
      const limit = mode === 'none' ? Infinity : 1;
      let flips = 0;
      for (let e = 0; e < w.length; e++) {
        const stepped = el(old.w, e) - scale * (0.02 * el(dwb, e));
        expect(el(w, e)).toBeCloseTo(Math.min(Math.max(stepped, -limit), limit), 13);
        if (el(w, e) >= 0 !== el(old.w, e) >= 0) flips++;
      }
      for (let o = 0; o < shape.O; o++) {
        expect(el(gamma, o)).toBeCloseTo(1 - 0.02 * el(dgamma, o), 14);
        expect(el(beta, o)).toBeCloseTo(-0.02 * el(dbeta, o), 14);
      }
      expect(at(signFlips, l)).toBe(flips / w.length);
      if (mode === 'none') expect(wb).toEqual(w);
      if (mode === 'deterministic') expect(wb).toEqual(signs(w, shape.H));
      if (mode === 'stochastic') expect(wb.every((value) => Math.abs(value) === 1)).toBe(true);
      expect(at(sampleFlips, l) > 0).toBe(mode === 'stochastic');
    });
  });

  test('restored, it goes on bit for bit', () => {
    const network = networkOf({ mode });
    train(network, 3);
    const state = network.snapshot();
    const first = train(network, 3);
    network.restore(state);
    expect(train(network, 3)).toEqual(first);
    expect(network.nextStep).toBe(6);
  });
});

/**
 * With w = c u, H = 1 and rates times 1/c^2 (ADAM: 1/c) is H = c and plain rates, since batch norm
 * undoes the factor in z. Epsilon alone tells the two apart: at H = c it is 1e-4 beside deviations of
 * order 1 in z, at H = 1 less; hence the bound.
 */
test.each(['sgd', 'nesterov', 'adam'] as const)('%s: H = 1 with scaled rates is H = c', (kind) => {
  const start = { sgd: 0.01, nesterov: 0.003, adam: 0.002 }[kind];
  const part: Partial<ExperimentSpec> = {
    optimizer: OPTIMIZER[kind],
    initialisation: 'uniform-h',
    rate: { start, end: start },
  };
  const one = train(networkOf({ ...part, h: 'one' }), 10);
  const glorot = train(networkOf({ ...part, h: 'glorot' }), 10);
  expect(one).not.toEqual(glorot);
  one.forEach((loss, t) => {
    expect(Math.abs(loss - at(glorot, t))).toBeLessThan(0.002 * loss);
  });
});

describe('changes', () => {
  const to = (value: ExperimentSpec['mode'], step: number): Change => ({
    step,
    field: 'mode',
    value,
  });

  test('of a run and of a person have the same effect', () => {
    const changes: Change[] = [
      to('stochastic', 2),
      { step: 2, field: 'rate', value: 0.0005 },
      to('none', 4),
    ];
    const replayed = networkOf({}, changes);
    const live = networkOf({});
    const losses = Array.from({ length: 6 }, (_, step) => {
      for (const change of changes.filter((c) => c.step === step)) live.change(change);
      return train(live, 1);
    });
    expect(train(replayed, 6)).toEqual(losses.flat());
    expect(live.changes).toEqual(changes);
    expect(live.mode).toBe('none');
    expect(() => {
      live.change(to('stochastic', 3));
    }).toThrow(RangeError);
  });

  test('from real to binary at H = 1: weights are divided by 2c and clipped, and start anew', () => {
    const network = networkOf({ mode: 'none' });
    train(network, 3);
    const before = network.snapshot();
    network.change(to('deterministic', 3));
    network.layers.forEach(({ shape, w, wb, gamma, moments }, l) => {
      const old = at(before.layers, l);
      for (let e = 0; e < w.length; e++) {
        const scaled = el(old.w, e) / (2 * shape.c);
        expect(el(w, e)).toBeCloseTo(Math.min(Math.max(scaled, -1), 1), 14);
      }
      expect(wb).toEqual(signs(w, 1));
      expect(moments.w.updates).toBe(0);
      expect(moments.w.v.every((value) => value === 0)).toBe(true);
      expect(moments.gamma).toEqual(old.moments.gamma);
      expect(gamma).toEqual(old.gamma);
    });
  });

  test('from binary to real and back at H = 1 gives the same weights', () => {
    const network = networkOf({ mode: 'stochastic' });
    train(network, 2);
    const { layers } = network.snapshot();
    network.change(to('none', 2));
    const { w: real, shape } = at(network.layers, 0);
    expect(el(real, 5)).toBeCloseTo(2 * shape.c * el(at(layers, 0).w, 5), 14);
    network.change(to('stochastic', 2));
    network.layers.forEach(({ w }, l) => {
      w.forEach((value, e) => {
        expect(value).toBeCloseTo(el(at(layers, l).w, e), 14);
      });
    });
  });

  test('at H = c a switch only clips', () => {
    const network = networkOf({ mode: 'none', h: 'glorot' });
    train(network, 2);
    const before = network.snapshot();
    network.change(to('stochastic', 2));
    network.layers.forEach(({ shape, w, moments }, l) => {
      const old = at(before.layers, l);
      const clipped = old.w.map((value) => Math.min(Math.max(value, -shape.H), shape.H));
      expect(w).toEqual(clipped);
      expect(moments.w).toEqual(old.moments.w);
    });
  });
});

describe('evaluation', () => {
  test('binary and real weights get statistics of their own', () => {
    const network = networkOf({ mode: 'stochastic' });
    train(network, 5);
    const { x } = examples(300, 1);
    const [binary, real] = [network.calibrate('binary', x), network.calibrate('real', x)];
    expect(at(binary, 0).variance).not.toEqual(at(real, 0).variance);
    // The first layer's z = x w by hand, for one unit.
    const { w, shape } = at(network.layers, 0);
    const z = Array.from({ length: 300 }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < shape.I; i++) sum += el(x, b * shape.I + i) * el(w, i * shape.O + 2);
      return sum;
    });
    const mean = z.reduce((sum, value) => sum + value / 300, 0);
    expect(el(at(real, 0).mean, 2)).toBeCloseTo(mean, 12);
  });

  test('statistics are averaged over batches of 1,000, and a partial one is left out', () => {
    const network = networkOf({});
    const all = examples(2500, 1).x;
    const part = (k: number) =>
      at(network.calibrate('real', all.slice(k * 12_000, (k + 1) * 12_000)), 1).variance;
    const averaged = at(network.calibrate('real', all), 1).variance;
    averaged.forEach((value, o) => {
      expect(value).toBeCloseTo((el(part(0), o) + el(part(1), o)) / 2, 12);
    });
  });

  test('an example’s score does not depend on its company', () => {
    const network = networkOf({});
    train(network, 3);
    const { x, labels } = examples(1001, 1);
    const statistics = network.calibrate('binary', x);
    const together = network.scores('binary', statistics, x);
    const alone = network.scores('binary', statistics, x.slice(1000 * INPUTS));
    expect(together.slice(-3)).toEqual(alone);
    const wrong = labels.filter((label, b) => {
      const row = together.subarray(3 * b, 3 * b + 3);
      return row.indexOf(Math.max(...row)) !== label;
    });
    const { error } = network.evaluate('binary', statistics, x, labels);
    expect(error).toBeCloseTo((100 * wrong.length) / 1001, 10);
  });
});
