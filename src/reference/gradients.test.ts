/**
 * Gradients against central finite differences: every loss and norm form, with and without dropout,
 * dense and convolutional.
 */
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { type DataShape, sizeOf } from '../experiment/datasets.ts';
import { layerShapes } from '../experiment/shapes.ts';
import {
  BATCH_NORMS,
  DEFAULT_SPEC,
  type ExperimentSpec,
  type LayerSpec,
  LOSSES,
  MODES,
  POOLINGS,
  type PoolSpec,
} from '../experiment/spec.ts';
import { normBackward, normForward, statisticsOf } from './batch-norm.ts';
import { propagated } from './binarise.ts';
import { denseForward } from './dense.ts';
import { el, type Floats, floats, toFloats } from './floats.ts';
import type { PassLayer } from './layer.ts';
import { trainingPass } from './pass.ts';
import { randomWords, signedUnit } from './random.ts';

const DATA = { height: 1, width: 7, channels: 1, classes: 4 };
const B = 9;
const LABELS = [0, 1, 2, 3, 0, 1, 2, 3, 3];
const STEP = 5;

/** n numbers in [-1, 1), different for each stream. */
const noise = (n: number, stream: number): Floats =>
  Float64Array.from(randomWords(n, 2024, stream, 0), signedUnit);

const specOf = (part: Partial<ExperimentSpec>): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [6, 5].map((units) => ({ type: 'dense', units })) },
  ...part,
});

/** Layers with weights of the spec's mode, and gamma and beta away from where they start. */
const layersOf = (spec: ExperimentSpec, data: DataShape = DATA): PassLayer[] =>
  layerShapes(spec, data).map((shape, l) => {
    const { I, O } = shape;
    const sample = { ...shape, seed: spec.seed, layer: l, step: STEP };
    return {
      shape,
      wb: propagated(noise(I * O, 10 * l), spec.mode, sample),
      gamma: noise(O, 10 * l + 1).map((value) => 1 + value / 2),
      beta: noise(O, 10 * l + 2).map((value) => value / 2),
    };
  });

const inputFor = (data: DataShape): Floats => noise(B * sizeOf(data), 99);
const X = inputFor(DATA);

/**
 * Central differences with h = 1e-5 in float64: truncation about h^2 = 1e-10, rounding about
 * 1e-16 loss / h = 1e-10; both relative to curvature and loss of order 10. Hence the two bounds.
 */
const H_DIFFERENCE = 1e-5;
const ABSOLUTE = 2e-8;
const RELATIVE = 1e-6;
/** Elements checked of each array: all in a dense net, so many in a convolutional one. */
const CHECKED = { dense: Infinity, conv: 20 };

function expectGradient(
  p: Floats,
  gradient: Floats,
  loss: () => number,
  name: string,
  checked = CHECKED.dense,
): void {
  expect(gradient).toHaveLength(p.length);
  for (let k = 0; k < Math.min(p.length, checked); k++) {
    // Multiples of a prime: from all over the array.
    const e = (k * 7919) % p.length;
    const value = el(p, e);
    p[e] = value + H_DIFFERENCE;
    const above = loss();
    p[e] = value - H_DIFFERENCE;
    const below = loss();
    p[e] = value;
    const numeric = (above - below) / (2 * H_DIFFERENCE);
    const off = Math.abs(numeric - el(gradient, e));
    expect(off, `${name}[${e}]: ${el(gradient, e)} against ${numeric}`).toBeLessThan(
      ABSOLUTE + RELATIVE * Math.abs(numeric),
    );
  }
}

function expectAllGradients(spec: ExperimentSpec, data: DataShape = DATA): void {
  const layers = layersOf(spec, data);
  const x = inputFor(data);
  const loss = () => trainingPass(spec, layers, x, LABELS, STEP).loss;
  const gradients = trainingPass(spec, layers, x, LABELS, STEP);
  expect(gradients.layers).toHaveLength(layers.length);
  const checked = layers.some(({ shape }) => shape.kind === 'conv') ? CHECKED.conv : CHECKED.dense;
  layers.forEach(({ shape, wb, gamma, beta }, l) => {
    const { dwb, dgamma, dbeta } = at(gradients.layers, l);
    expectGradient(wb, dwb, loss, `${shape.name} dwb`, checked);
    expectGradient(gamma, dgamma, loss, `${shape.name} dgamma`, checked);
    expectGradient(beta, dbeta, loss, `${shape.name} dbeta`, checked);
    expect(dwb.some((value) => value !== 0)).toBe(true);
  });
}

describe.each(POOLINGS)('maxout, pooling %s', (pooling) => {
  test.each(BATCH_NORMS)('batch norm %s', (batchNorm) => {
    const spec = specOf({ mode: 'none' });
    const hidden: LayerSpec[] = [
      { type: 'conv', channels: 3, kernel: 2, stride: 1, padding: 1, pieces: 3 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: true },
      { type: 'dense', units: 4, pieces: 2 },
    ];
    expectAllGradients(
      { ...spec, network: { ...spec.network, hidden, pooling, batchNorm } },
      { height: 4, width: 3, channels: 2, classes: 4 },
    );
  });
});

describe.each(LOSSES)('%s', (loss) => {
  describe.each(BATCH_NORMS)('batch norm %s', (batchNorm) => {
    test.each([
      { input: 0, hidden: 0 },
      { input: 0.2, hidden: 0.5 },
    ])('dropout $input, $hidden', (dropout) => {
      const spec = specOf({ loss, mode: 'none' });
      expectAllGradients({ ...spec, network: { ...spec.network, batchNorm, dropout } });
    });
  });
});

test.each(MODES)(
  'mode %s: dwb is the derivative at the propagated weights, without a mask',
  (mode) => {
    expectAllGradients(specOf({ mode }));
  },
);

const conv = (channels: number, kernel: number, stride: number, padding: number): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride, padding },
});
const pool = (kind: 'max' | 'average', size: number, stride: number, ceil = false): PoolSpec => ({
  ...{ type: 'pool', kind, size, stride, ceil },
});
const MAPS = { height: 6, width: 5, channels: 2, classes: 4 };

describe.each<[string, LayerSpec[]]>([
  ['padding, then stride and an even kernel', [conv(3, 3, 1, 1), conv(4, 2, 2, 0)]],
  ['large padding and stride', [conv(3, 5, 3, 4), conv(3, 3, 1, 2)]],
  ['max pooling', [conv(3, 3, 1, 1), pool('max', 2, 2), conv(4, 2, 1, 1), pool('max', 2, 1)]],
  ['max pooling, overlapping, ceil', [conv(3, 2, 1, 0), pool('max', 3, 2, true), conv(2, 2, 1, 1)]],
  ['average pooling', [conv(3, 3, 1, 1), pool('average', 2, 2), conv(4, 3, 1, 1)]],
  ['average, overlapping, ceil', [conv(3, 3, 1, 1), pool('average', 3, 2, true), conv(2, 1, 1, 0)]],
  [
    'two poolings in a row, dense',
    [conv(3, 3, 1, 1), pool('max', 2, 1), pool('average', 2, 2, true), { type: 'dense', units: 5 }],
  ],
  [
    'global average',
    [conv(5, 3, 2, 1), conv(4, 1, 1, 0), { type: 'pool', kind: 'global-average' }],
  ],
])('convolutional, %s', (_, hidden) => {
  const of = (
    pooling: ExperimentSpec['network']['pooling'],
    part: Partial<ExperimentSpec['network']>,
  ) => {
    const spec = specOf({ mode: 'none' });
    expectAllGradients({ ...spec, network: { ...spec.network, hidden, pooling, ...part } }, MAPS);
  };
  describe.each(POOLINGS)('pooling %s', (pooling) => {
    test.each(BATCH_NORMS)('batch norm %s', (batchNorm) => {
      of(pooling, { batchNorm });
    });

    test('dropout', () => {
      of(pooling, { dropout: { input: 0.2, hidden: 0.3 } });
    });
  });
});

test.each(MODES)('convolutional, mode %s: straight through', (mode) => {
  const spec = specOf({ mode });
  const hidden = [conv(5, 3, 1, 1), pool('max', 2, 2), conv(4, 2, 1, 0)];
  expectAllGradients({ ...spec, network: { ...spec.network, hidden } }, MAPS);
});

test('without hidden layers', () => {
  const spec = specOf({ mode: 'none' });
  const linear = { ...spec, network: { ...spec.network, hidden: [] } };
  const layers = layersOf(linear);
  const pass = () => trainingPass(linear, layers, X, LABELS, STEP);
  const { wb } = at(layers, 0);
  expectGradient(wb, at(pass().layers, 0).dwb, () => pass().loss, 'output dwb');
});

describe('batch norm', () => {
  const affine = { gamma: floats(2).fill(1), beta: floats(2) };

  test('normalises over the minibatch; the two forms differ in epsilon', () => {
    const z = toFloats([1, 0.01, 3, 0.02, 5, 0.03]);
    const statistics = statisticsOf(z, 3, 2);
    expect(el(statistics.mean, 0)).toBeCloseTo(3, 14);
    expect(el(statistics.variance, 0)).toBeCloseTo(8 / 3, 14);
    const narrow = 2e-4 / 3;
    const first = (form: 'variance' | 'deviation') =>
      el(normForward(form, z, affine, statistics).y, 1);
    expect(first('variance')).toBeCloseTo(-0.01 / Math.sqrt(narrow + 1e-4), 12);
    expect(first('deviation')).toBeCloseTo(-0.01 / (Math.sqrt(narrow) + 1e-4), 12);
  });

  test.each(['variance', 'deviation'] as const)('%s: a constant unit stays finite', (form) => {
    const z = toFloats([2, 1, 2, 2, 2, 4]);
    const normalised = normForward(form, z, affine, statisticsOf(z, 3, 2));
    const { dz } = normBackward(form, toFloats([1, 2, -1, 0, 3, 1]), normalised, affine);
    expect(el(normalised.y, 0)).toBe(0);
    expect(dz.every(Number.isFinite)).toBe(true);
  });
});

test('dense products agree with their definition where nothing divides by four', () => {
  const [B, I, O] = [3, 6, 5];
  const [x, w] = [noise(B * I, 1), noise(I * O, 2)];
  const z = denseForward(x, w, { B, I, O });
  for (let e = 0; e < z.length; e++) {
    let sum = 0;
    for (let i = 0; i < I; i++) sum += el(x, Math.floor(e / O) * I + i) * el(w, i * O + (e % O));
    expect(el(z, e)).toBeCloseTo(sum, 14);
  }
});

test('a minibatch of the wrong shape, or a label out of range, is refused', () => {
  const spec = specOf({});
  const pass = (labels: number[]) => trainingPass(spec, layersOf(spec), X, labels, STEP);
  expect(() => pass(LABELS.slice(1))).toThrow('63 numbers for 8 examples of 7');
  expect(() => pass(LABELS.with(4, 4))).toThrow('label 4 of example 4');
});
