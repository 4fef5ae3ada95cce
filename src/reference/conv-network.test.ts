/** Runs of convolutional networks: what differs from dense ones in training and evaluation. */
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { type DataShape, sizeOf } from '../experiment/datasets.ts';
import { runOf } from '../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec, MODES, POOLINGS } from '../experiment/spec.ts';
import { signs } from './binarise.ts';
import { convForward } from './conv.ts';
import { calibrate } from './evaluation.ts';
import { el, type Floats, floats } from './floats.ts';
import { ReferenceNetwork } from './network.ts';
import { poolForward } from './pool.ts';
import { randomWords, signedUnit } from './random.ts';

const DATA: DataShape = { height: 7, width: 6, channels: 2, classes: 3 };
const INPUTS = sizeOf(DATA);
const B = 24;

/**
 * Three classes of faint noise with a bright 2 x 2 patch: in channel 0, in channel 1, or in both.
 * Where the patch lies says nothing.
 */
function examples(count: number, stream: number): { x: Floats; labels: number[] } {
  const words = randomWords(count * INPUTS, 9, stream, 0);
  const places = randomWords(count, 9, stream, 1);
  const x = Float64Array.from(words, (word) => signedUnit(word) / 2);
  const labels = Array.from({ length: count }, (_, b) => b % 3);
  labels.forEach((label, b) => {
    const place = at(places, b);
    const [row, column] = [place % 6, (place >>> 8) % 5];
    for (const [y, x0] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      for (const c of label === 2 ? [0, 1] : [label]) {
        const e = ((b * 7 + row + y) * 6 + column + x0) * 2 + c;
        x[e] = el(x, e) + 1;
      }
    }
  });
  return { x, labels };
}

const specOf = (
  part: Partial<ExperimentSpec>,
  network: Partial<ExperimentSpec['network']> = {},
): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'conv', channels: 6, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: true },
      { type: 'conv', channels: 8, kernel: 2, stride: 1, padding: 0 },
      { type: 'dense', units: 12 },
    ],
    ...network,
  },
  rate: { start: 0.01, end: 0.01 },
  batch: B,
  ...part,
});

const networkOf = (spec: ExperimentSpec) => new ReferenceNetwork(runOf(spec), DATA, 10);

const train = (network: ReferenceNetwork, steps: number): number[] =>
  Array.from({ length: steps }, () => {
    const { x, labels } = examples(B, network.nextStep);
    return network.step(x, labels).loss;
  });

describe.each(MODES)('mode %s', (mode) => {
  test.each(POOLINGS)('pooling %s: learns what is in a picture, wherever it lies', (pooling) => {
    const network = networkOf(specOf({ mode }, { pooling }));
    // A net of few sampled weights learns slowly.
    const losses = train(network, mode === 'stochastic' ? 250 : 60);
    const held = examples(300, 1000);
    const weights = mode === 'deterministic' ? 'binary' : 'real';
    const statistics = network.calibrate(weights, examples(300, 2000).x);
    const { error, loss } = network.evaluate(weights, statistics, held.x, held.labels);
    expect(loss).toBeLessThan(at(losses, 0) / 2);
    // Chance is 66.7 %.
    expect(error).toBeLessThan(15);
  });

  test('restored, it goes on bit for bit', () => {
    const network = networkOf(specOf({ mode }, { dropout: { input: 0.1, hidden: 0.2 } }));
    train(network, 2);
    const state = network.snapshot();
    const first = train(network, 2);
    network.restore(state);
    expect(train(network, 2)).toEqual(first);
  });
});

test('H of a convolution is that of its fan in and out', () => {
  const { layers } = networkOf(specOf({ mode: 'stochastic', h: 'glorot' }));
  // Fan out of conv1: 3 * 3 * 6, a quarter of it behind 2 x 2 pooling, rounded down.
  const H = [Math.sqrt(1.5 / (18 + 13)), Math.sqrt(1.5 / (24 + 32))];
  H.forEach((h, l) => {
    const { wb } = at(layers, l);
    expect(new Set(wb.map(Math.abs)).size).toBe(1);
    expect(Math.abs(el(wb, 0))).toBeCloseTo(h, 14);
  });
});

describe('evaluation', () => {
  test.each(POOLINGS)(
    'pooling %s: a channel’s statistics are over examples and places',
    (pooling) => {
      const network = networkOf(specOf({ mode: 'deterministic' }, { pooling }));
      train(network, 3);
      const { x } = examples(40, 1);
      const { shape, w } = at(network.layers, 0);
      const z = convForward(x, signs(w, shape.H), shape);
      const maps = pooling === 'before-norm' ? poolForward(at(shape.pools, 0), z) : z;
      const places = pooling === 'before-norm' ? 4 * 3 : 7 * 6;
      expect(maps).toHaveLength(40 * places * 6);
      const statistics = at(network.calibrate('binary', x), 0);
      for (let o = 0; o < 6; o++) {
        const channel = maps.filter((_, e) => e % 6 === o);
        const mean = channel.reduce((sum, value) => sum + value, 0) / channel.length;
        const variance =
          channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channel.length;
        expect(el(statistics.mean, o)).toBeCloseTo(mean, 12);
        expect(el(statistics.variance, o)).toBeCloseTo(variance, 12);
      }
    },
  );

  test('an example’s score does not depend on its company', () => {
    const network = networkOf(specOf({}));
    train(network, 3);
    const { x } = examples(30, 1);
    const statistics = network.calibrate('binary', x);
    const together = network.scores('binary', statistics, x);
    const alone = network.scores('binary', statistics, x.slice(29 * INPUTS));
    expect(together.slice(-3)).toEqual(alone);
  });

  test('a large net is measured on as many examples at a time as fit, and whole batches of them', () => {
    const data: DataShape = { height: 256, width: 256, channels: 1, classes: 2 };
    const spec = specOf(
      {},
      {
        hidden: [
          { type: 'conv', channels: 1, kernel: 1, stride: 8, padding: 0 },
          { type: 'pool', kind: 'global-average' },
        ],
      },
    );
    const { layers } = new ReferenceNetwork(runOf(spec), data, 1);
    // 2^24 / 65,536 inputs: 256 at a time. Later examples are brighter; of 300 the last 44 are left out.
    const x = floats(300 * 65_536).map((_, e) => (e % 251) / 250 + (e >>> 16) / 300);
    const all = calibrate(spec, layers, x);
    expect(all).toEqual(calibrate(spec, layers, x.subarray(0, 256 * 65_536)));
    expect(all).not.toEqual(calibrate(spec, layers, x.subarray(0, 255 * 65_536)));
  });
});
