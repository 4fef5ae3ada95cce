/**
 * How good a network is with a given kind of weights. Batch norm's statistics depend on the weights,
 * so they are first measured anew with those very weights, on training examples.
 */
import { at } from '../experiment/at.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Statistics } from './batch-norm.ts';
import { signs } from './binarise.ts';
import { el, type Floats, floats } from './floats.ts';
import { lossOf } from './losses.ts';
import { inferencePass, type PassLayer } from './pass.ts';

/** The weights a figure is measured with: their signs times H, or as stored. */
export type EvaluationWeights = 'binary' | 'real';

/** Examples that are normalised together while statistics are measured. */
export const CALIBRATION_BATCH = 1000;
/** Training examples that statistics are measured on: the first so many. */
export const CALIBRATION_EXAMPLES = 10_000;

export interface Evaluation {
  readonly loss: number;
  /** Share of the examples misclassified, in percent. */
  readonly error: number;
}

/** The layers with their weights as they are to be measured. */
export const measuredLayers = (
  layers: readonly (PassLayer & { readonly w: Floats })[],
  weights: EvaluationWeights,
): PassLayer[] =>
  layers.map(({ shape, w, gamma, beta }) => ({
    shape,
    gamma,
    beta,
    wb: weights === 'binary' ? signs(w, shape.H) : w,
  }));

/**
 * Statistics of each layer over examples x [N, I]: whole batches of 1,000 (one smaller batch where
 * there are fewer examples), each normalised by itself, means and variances averaged.
 */
export function calibrate(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
): Statistics[] {
  const { I } = at(layers, 0).shape;
  const size = Math.min(CALIBRATION_BATCH, x.length / I);
  const batches = Math.floor(x.length / I / size);
  const total = layers.map(({ shape }) => ({ mean: floats(shape.O), variance: floats(shape.O) }));
  for (let k = 0; k < batches; k++) {
    const batch = x.slice(k * size * I, (k + 1) * size * I);
    inferencePass(spec, layers, batch, null).statistics.forEach((own, l) => {
      const { mean, variance } = at(total, l);
      for (let o = 0; o < mean.length; o++) {
        mean[o] = el(mean, o) + el(own.mean, o) / batches;
        variance[o] = el(variance, o) + el(own.variance, o) / batches;
      }
    });
  }
  return total;
}

/** Mean loss and error over all of x [N, I], normalised by measured statistics. */
export function evaluate(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  statistics: readonly Statistics[],
  x: Floats,
  labels: ArrayLike<number>,
): Evaluation {
  const { I } = at(layers, 0).shape;
  const classes = at(layers, layers.length - 1).shape.O;
  const N = labels.length;
  const all = Array.from(labels);
  let loss = 0;
  let errors = 0;
  // In parts, to bound the memory; the last one may be smaller.
  for (let first = 0; first < N; first += CALIBRATION_BATCH) {
    const own = all.slice(first, first + CALIBRATION_BATCH);
    const batch = x.slice(first * I, (first + own.length) * I);
    const { scores } = inferencePass(spec, layers, batch, statistics);
    const part = lossOf(spec.loss, scores, own, classes);
    loss += (part.loss * own.length) / N;
    errors += part.errors;
  }
  return { loss, error: (100 * errors) / N };
}
