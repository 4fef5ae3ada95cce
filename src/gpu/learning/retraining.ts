/**
 * How the second phase of a run with retraining is entered (experiment/retraining.ts). Each layer's Delta is
 * fitted to its stored weights by least squares, each hidden layer's step to what it makes of some training
 * examples; then, layer after layer, a few multiples of Delta are tried with all of the net quantised, and
 * the one of lowest validation error stays.
 */
import { at } from '../../experiment/at.ts';
import { countsOf } from '../../experiment/counts.ts';
import { sizeOf } from '../../experiment/datasets.ts';
import { leastSquaresStep } from '../../experiment/least-squares.ts';
import { SEARCH_FACTORS } from '../../experiment/retraining.ts';
import { evaluationBatch } from '../../experiment/shapes.ts';
import type { RetrainingSpec } from '../../experiment/spec.ts';
import { Arena } from '../buffers.ts';
import { forwardPass } from '../forward-pass.ts';
import { record } from '../kernel.ts';
import { followingOf } from '../layers/after.ts';
import { extents, type Network } from '../network.ts';
import type { Builder } from '../ops/builder.ts';
import { gather } from '../ops/gather.ts';
import { partialsWords } from '../ops/normalise.ts';
import { stepsOf } from '../ops/quantise.ts';
import { Readback } from '../readback.ts';
import type { Scores } from '../scores.ts';
import { STILL, StepRing } from '../steps.ts';
import type { Found, FoundLayer, LaterPhase } from './learning.ts';

/** Multiply-accumulates that signals are measured with, at most unless that were fewer examples than these. */
const SIGNAL_MACS = 5e8;
const SIGNAL_EXAMPLES = 50;
/** Signals of a layer that its step is fitted to, at most: those of the first examples. */
const SIGNALS = 2 ** 20;

export function retrainingPhase(
  builder: Builder,
  network: Network,
  { after, signalLevels }: RetrainingSpec,
): LaterPhase {
  /** Let layers propagate by the steps found. */
  const apply = (device: GPUDevice, found: Found): void => {
    found.forEach(({ delta, signal }, l) => {
      const { steps } = at(network.ternary ?? [], l);
      device.queue.writeBuffer(steps, 0, stepsOf(delta, signal ?? 0));
    });
  };

  return {
    epoch: after,
    weights: 'ternary',
    enter: async (device, measure, progress) => {
      const signals = await hiddenSignals(device, builder, network);
      const fitted: FoundLayer[] = [];
      for (const [l, { shape, w }] of network.layers.entries()) {
        const { name, I, O } = shape;
        const weights = await readBuffer(device, w, I * O);
        const delta = leastSquaresStep(weights.map(Math.abs), 1);
        const made = at(signals, l);
        const signal = made === null ? null : leastSquaresStep(made, signalLevels - 1);
        fitted.push({ name, delta, leastSquares: delta, signal });
      }
      const trials = 1 + fitted.length * SEARCH_FACTORS.length;
      let tried = 0;
      const validate = async (found: Found): Promise<Scores | null> => {
        apply(device, found);
        const before = tried++;
        return measure.validate('ternary', (done, of) => progress(before * of + done, trials * of));
      };
      const found = await searched(fitted, validate);
      if (found !== null) apply(device, found);
      return found;
    },
  };
}

/** Fewer mistakes; of as many, the smaller loss. */
const isBetter = (a: Scores, b: Scores): boolean =>
  a.mistakes < b.mistakes || (a.mistakes === b.mistakes && a.loss < b.loss);

/** Layer after layer, the multiple of Delta of the best scores, the layers before at theirs. Null where `validate` gave up. */
export async function searched(
  fitted: Found,
  validate: (found: Found) => Promise<Scores | null>,
): Promise<Found | null> {
  let found = fitted;
  let best = await validate(found);
  if (best === null) return null;
  for (const [l, { leastSquares }] of fitted.entries()) {
    const around = found;
    for (const factor of SEARCH_FACTORS) {
      const delta = Math.fround(factor * leastSquares);
      const trial = around.map((layer, k) => (k === l ? { ...layer, delta } : layer));
      const scores = await validate(trial);
      if (scores === null) return null;
      if (!isBetter(scores, best)) continue;
      best = scores;
      found = trial;
    }
  }
  return found;
}

/** `words` numbers of a buffer. */
async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  words: number,
): Promise<Float32Array<ArrayBuffer>> {
  const arena = new Arena(device);
  try {
    const readback = new Readback(device, arena, 'retraining.staging', words, 1);
    const encoder = device.createCommandEncoder({ label: 'retraining' });
    return new Float32Array((await readback.read(encoder, [{ buffer, words }])).buffer);
  } finally {
    arena.destroy();
  }
}

/**
 * What the layers hand on of the first training examples, with real weights, normalised by themselves.
 * Null for the output layer, whose scores stay as they are.
 */
async function hiddenSignals(
  device: GPUDevice,
  builder: Builder,
  network: Network,
): Promise<(Float32Array<ArrayBuffer> | null)[]> {
  const { data, layers, order, spec } = network;
  const shapes = layers.map(({ shape }) => shape);
  const fitting = Math.floor(SIGNAL_MACS / countsOf(shapes).macs);
  const most = evaluationBatch(shapes, data.train.count);
  const B = Math.min(most, Math.max(SIGNAL_EXAMPLES, fitting));
  const arena = new Arena(device);
  try {
    const { numbers, channels } = extents(layers, spec);
    const pair = [0, 1].map((k) => arena.activation(`signals.values${k}`, B * numbers, channels));
    let turn = 0;
    const kept = new Map(
      shapes.flatMap((shape) => {
        const { name, out, hidden } = shape;
        turn += 1 + followingOf(shape, spec.network.pooling).length;
        if (!hidden) return [];
        return [
          [turn, arena.activation(`signals.${name}`, B * sizeOf(out), out.channels)] as const,
        ];
      }),
    );
    const valuesAt = (k: number) => kept.get(k) ?? at(pair, k % 2);
    const fetched = await gather(builder, {
      ...{ label: 'signals.x', B, data, split: data.train, augmentation: null },
      ...{ order, shuffled: false, keep: 1, x: valuesAt(0).buffer },
      ...{ y: arena.storage('signals.y', B), metrics: arena.storage('signals.unwritten', 1) },
      clear: 0,
    });
    const passed = await forwardPass(builder, network, {
      ...{ B, weights: 'real', statistics: { of: 'batch-collected', share: 1 }, valuesAt },
      signs: layers.map(({ wBits }) => wBits),
      stats: shapes.map(({ name, O }) => arena.storage(`signals.${name}.stats`, 2 * O)),
      scratch: [arena.storage('signals.partials', partialsWords(channels))],
    });
    const ring = new StepRing(device, builder.kernels, arena, 'signals.step', 1);
    ring.set(0, { ...STILL, count: B });
    ring.send(0, 1);
    const encoder = device.createCommandEncoder({ label: 'signals' });
    const pass = encoder.beginComputePass({ label: 'signals' });
    ring.use(pass, 0);
    record(pass, fetched);
    record(pass, passed.dispatches);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const signals = [];
    for (const [l, { out }] of shapes.entries()) {
      const made = kept.get(at(passed.outputs, l));
      const words = Math.min(B * sizeOf(out), SIGNALS);
      signals.push(made === undefined ? null : await readBuffer(device, made.buffer, words));
    }
    return signals;
  } finally {
    arena.destroy();
  }
}
