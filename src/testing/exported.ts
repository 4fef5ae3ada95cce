/** Trained nets that are exported, and how another program's scores are set beside the engine's. */
import { expect } from 'vitest';
import { loadFromFolder } from '../cli/folder-source.ts';
import { type Dataset, type Examples, preprocess } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../experiment/spec.ts';
import type { Frozen, FrozenWeights } from '../gpu/frozen.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import type { Gpu } from './gpu.ts';

/** The first examples of a split. */
const first = ({ images, labels }: Examples, count: number, inputs: number): Examples => ({
  count,
  images: images.subarray(0, count * inputs),
  labels: labels.subarray(0, count),
});

/** Fewer than two of evaluation's batches to train on: a look measures batch norm on the same as an evaluation. */
export async function fashion(): Promise<Dataset> {
  const whole = await loadFromFolder({ data: 'fashion-mnist', preprocessing: 'mean' });
  if (!whole.ok) throw new Error(whole.error);
  const { train, validation, test, inputs } = whole.value;
  return {
    ...whole.value,
    train: first(train, 1900, inputs),
    validation: first(validation, 100, inputs),
    test: first(test, 1000, inputs),
  };
}

export interface TrainedNet {
  readonly frozen: Frozen;
  /** The engine's scores of all test examples, and how many it has wrong by an evaluation. */
  readonly scores: Float32Array;
  readonly mistakes: number;
}

/** A net as it predicts with a kind of weights, and what the engine says of the test examples so. */
export async function trainedNet(
  gpu: Gpu,
  spec: ExperimentSpec,
  data: Dataset,
  steps: number,
  weights: FrozenWeights,
): Promise<TrainedNet> {
  const profile = profileFor(gpu.adapter, 'auto', weightLayers(spec));
  const trainer = await Trainer.create(gpu.device, profile, spec, data);
  while (trainer.step < steps) {
    const within = trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch);
    await trainer.train(Math.min(20, within, steps - trainer.step));
  }
  const frozen = await trainer.freeze(weights);
  if (frozen === null) throw new Error('nothing was frozen');
  const inputs = Float32Array.from(
    preprocess(data.test.images, { scale: data.scale, offset: repeated(data) }),
  );
  const { scores } = await trainer.look({ weights, inputs, withMaps: false });
  trainer.destroy();
  return { frozen: frozen.frozen, scores, mistakes: frozen.scores.test.mistakes };
}

/** The offsets of every test example, one after the other. */
const repeated = ({ offset, test: { count } }: Dataset): Float32Array<ArrayBuffer> => {
  const all = new Float32Array(count * offset.length);
  for (let n = 0; n < count; n++) all.set(offset, n * offset.length);
  return all;
};

export const largest = (scores: ArrayLike<number>): number => {
  let best = 0;
  for (let c = 1; c < scores.length; c++) if (at(scores, c) > at(scores, best)) best = c;
  return best;
};

/** Two scores are a near-tie where they are less than this apart: there rounding may decide. */
export const NEAR = 1e-4;

interface Compared {
  readonly images: number;
  /** Predictions that differ, and those of them that are no near-tie of the engine's two top scores. */
  readonly differing: number;
  readonly wrong: number;
  /** Near-ties, of all images. */
  readonly ties: number;
  /** Largest difference of a score. */
  readonly furthest: number;
  readonly mistakes: number;
}

/** Another program's scores of the test examples beside the engine's. */
function compared(
  { scores }: TrainedNet,
  others: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
): Compared {
  const images = others.length;
  const classes = scores.length / images;
  let [differing, wrong, ties, furthest, mistakes] = [0, 0, 0, 0, 0];
  others.forEach((other, n) => {
    const own = scores.subarray(n * classes, (n + 1) * classes);
    const [top = 0, second = 0] = [...own].sort((a, b) => b - a);
    const isNear = top - second < NEAR;
    const differs = largest(own) !== largest(other);
    differing += Number(differs);
    wrong += Number(differs && !isNear);
    ties += Number(isNear);
    own.forEach((score, c) => (furthest = Math.max(furthest, Math.abs(score - at(other, c)))));
    mistakes += Number(largest(other) !== at(labels, n));
  });
  return { images, differing, wrong, ties, furthest, mistakes };
}

/**
 * The same prediction for every test example, but for near-ties, and scores within `tolerance`. Near-ties are
 * counted and told, since a test that excuses them must show how many; they are few.
 */
export function expectAlike(
  reader: string,
  net: TrainedNet,
  others: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  tolerance: number,
): void {
  const { images, differing, wrong, ties, furthest, mistakes } = compared(net, others, labels);
  const counts = `${differing} predictions differ, ${ties} near-ties (< ${NEAR})`;
  console.info(
    `${reader}: ${images} images, ${counts}, scores ${furthest.toExponential(1)} apart at most`,
  );
  expect(wrong, 'predictions that differ and are no near-tie').toBe(0);
  expect(furthest).toBeLessThan(tolerance);
  expect(ties).toBeLessThan(images / 100);
  expect(Math.abs(mistakes - net.mistakes)).toBeLessThanOrEqual(ties);
}

export const dense = (units: number): LayerSpec => ({ type: 'dense', units });
export const conv = (channels: number, kernel: number, padding = 0, stride = 1): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, padding, stride },
});
export const pool = (
  kind: 'max' | 'average',
  size: number,
  stride: number,
  ceil = false,
): LayerSpec => ({
  ...{ type: 'pool', kind, size, stride, ceil },
});
export const specOf = (
  hidden: LayerSpec[],
  changed: Partial<ExperimentSpec> = {},
): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  epochs: 10,
  batch: 50,
  ...changed,
  network: { ...DEFAULT_SPEC.network, ...changed.network, hidden },
});
