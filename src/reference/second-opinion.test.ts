/** Trajectories against a second opinion, TensorFlow.js: ten steps of dense and convolutional nets. */
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { type DataShape, sizeOf } from '../experiment/datasets.ts';
import { runOf } from '../experiment/run.ts';
import {
  BATCH_NORMS,
  DEFAULT_SPEC,
  type ExperimentSpec,
  type LayerSpec,
  LOSSES,
  MODES,
  type OptimizerSpec,
  POOLINGS,
  type PoolSpec,
} from '../experiment/spec.ts';
import { SecondNetwork } from '../testing/second-network.ts';
import { el } from './floats.ts';
import { ReferenceNetwork } from './network.ts';
import { randomWords, signedUnit } from './random.ts';

const STEPS = 10;

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { kind: 'sgd' },
  { kind: 'nesterov', momentum: 0.9 },
  // Theirs adds epsilon after the bias correction, ours before: at 1e-12 both are nothing.
  // Where ours adds it is checked by hand in optimizers.test.ts.
  { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-12 },
  { kind: 'momentum', momentum: 0.9 },
];

const RATES = { sgd: 0.02, nesterov: 0.005, adam: 0.003, momentum: 0.005 };

/** Relative, of a loss: float32 holds 6e-8, and ADAM's 1 - beta2 less; five times the largest seen, 2.2e-6. */
const LOSS_TOLERANCE = 1e-5;
/**
 * Absolute, of a weight after ten steps; weights are of order 0.1 to 1. Five times the largest seen,
 * 4.1e-6 and 2.1e-5: ADAM magnifies the rounding of small gradients, which sums over places have more of.
 */
const WEIGHT_TOLERANCE = { dense: 2e-5, conv: 1e-4 };

/** Minibatch `step`: every class has a mean of its own, so that there is something to learn. */
function minibatch(data: DataShape, B: number, step: number) {
  const inputs = sizeOf(data);
  const labels = Array.from({ length: B }, (_, b) => (b * 7 + step) % data.classes);
  const words = randomWords(B * inputs, 11, 12, step);
  const x = Float32Array.from(words, (r, e) => {
    const label = at(labels, Math.floor(e / inputs));
    return signedUnit(r) + (e % data.classes === label ? 1 : 0);
  });
  return { x, labels };
}

/** Train both, and compare the losses of all steps and the weights after the last. */
async function expectAgreement(spec: ExperimentSpec, data: DataShape): Promise<void> {
  const ours = new ReferenceNetwork(runOf(spec), data, STEPS);
  const second = await SecondNetwork.from(ours, data);
  const losses = Array.from({ length: STEPS }, (_, step) => {
    const { x, labels } = minibatch(data, spec.batch, step);
    // In this order: `second` reads the shapes of `ours` only.
    const theirLoss = second.step(x, labels, step);
    return { step, ours: ours.step(x, labels).loss, theirs: theirLoss };
  });
  for (const { step, ours: a, theirs: b } of losses) {
    expect(Math.abs(a - b), `step ${step}: ${a} against ${b}`).toBeLessThan(
      LOSS_TOLERANCE * Math.abs(a),
    );
  }
  expect(at(losses, 9).ours).not.toBe(at(losses, 0).ours);
  const tolerance = WEIGHT_TOLERANCE[at(ours.layers, 0).shape.kind];
  ours.layers.forEach(({ w }, l) => {
    const off = second.weights(l).map((value, e) => Math.abs(value - el(w, e)));
    expect(Math.max(...off)).toBeLessThan(tolerance);
  });
}

describe('dense nets', () => {
  const data = { height: 4, width: 5, channels: 1, classes: 5 };
  describe.each(MODES)('mode %s', (mode) => {
    describe.each(OPTIMIZERS)('$kind', (optimizer) => {
      // Every mode with every optimiser and norm form; losses go round, so that each meets each of these.
      test.each(BATCH_NORMS.map((batchNorm, k) => ({ batchNorm, k })))(
        'batch norm $batchNorm: ten steps agree',
        async ({ batchNorm, k }) => {
          const shift = MODES.indexOf(mode) + OPTIMIZERS.indexOf(optimizer);
          const start = RATES[optimizer.kind];
          const spec: ExperimentSpec = {
            ...DEFAULT_SPEC,
            network: {
              ...DEFAULT_SPEC.network,
              hidden: [16, 12].map((units) => ({ type: 'dense', units })),
              batchNorm,
              dropout:
                optimizer.kind === 'sgd' ? { input: 0.1, hidden: 0.3 } : { input: 0, hidden: 0 },
            },
            mode,
            // Without batch norm, scores of +-1 weights are far from any target.
            h: batchNorm === 'none' || k === 1 ? 'glorot' : 'one',
            loss: at(LOSSES, (k + shift) % 3),
            optimizer,
            rate: { start, end: start / 10 },
            batch: 24,
          };
          await expectAgreement(spec, data);
        },
      );
    });
  });
});

const conv = (channels: number, kernel: number, stride: number, padding: number): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride, padding },
});
const pool = (kind: 'max' | 'average', size: number, stride: number, ceil = false): PoolSpec => ({
  ...{ type: 'pool', kind, size, stride, ceil },
});
const dense: LayerSpec = { type: 'dense', units: 12 };

/** Two convolutions each, of maps 6 x 7 x 3, so that gradients pass through one. */
const CONVOLUTIONAL: readonly { readonly net: string; readonly hidden: LayerSpec[] }[] = [
  {
    net: 'padding, max pooling, dense',
    hidden: [conv(6, 3, 1, 1), conv(5, 3, 1, 1), pool('max', 2, 2), dense],
  },
  {
    net: 'no padding, even kernels, average pooling',
    hidden: [conv(5, 3, 1, 0), pool('average', 2, 2), conv(8, 2, 1, 0)],
  },
  {
    net: 'stride, large kernel and padding, overlapping max pooling, ceil',
    hidden: [conv(6, 5, 2, 3), pool('max', 3, 2, true), conv(7, 3, 1, 1), dense],
  },
  {
    net: 'overlapping average pooling, ceil, two in a row, global average',
    hidden: [
      ...[conv(6, 3, 1, 1), pool('average', 3, 2, true), pool('max', 2, 1)],
      ...[conv(9, 1, 1, 0), { type: 'pool', kind: 'global-average' } as const],
    ],
  },
];

describe.each(CONVOLUTIONAL)('convolutional: $net', ({ net, hidden }) => {
  const data = { height: 6, width: 7, channels: 3, classes: 5 };
  describe.each(MODES)('mode %s', (mode) => {
    test.each(POOLINGS)('pooling %s: ten steps agree', async (pooling) => {
      // Norm forms, losses and optimisers go round; in this order no case meets ADAM with a channel
      // that ReLU never cuts. Its beta has no gradient in front of another batch norm, and ADAM
      // would make steps of the rounding.
      const turn = CONVOLUTIONAL.findIndex((one) => one.net === net) + MODES.indexOf(mode);
      const after = POOLINGS.indexOf(pooling);
      const optimizer = at(OPTIMIZERS, (turn + 2 * after) % 3);
      const start = RATES[optimizer.kind];
      const spec: ExperimentSpec = {
        ...DEFAULT_SPEC,
        network: {
          ...{ hidden, pooling },
          batchNorm: (turn + after) % 2 === 0 ? 'variance' : 'deviation',
          dropout: turn % 3 === 0 ? { input: 0.1, hidden: 0.2 } : { input: 0, hidden: 0 },
        },
        mode,
        h: turn % 2 === 0 ? 'one' : 'glorot',
        loss: at(LOSSES, turn % 3),
        optimizer,
        rate: { start, end: start / 10 },
        batch: 8,
      };
      await expectAgreement(spec, data);
    });
  });
});
