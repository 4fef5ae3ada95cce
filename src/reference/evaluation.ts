/**
 * How good a network is with a given kind of weights. Batch norm's statistics depend on the weights,
 * so they are first measured anew with those very weights, on training examples.
 */
import { at } from '../experiment/at.ts';
import { meanFactor } from '../experiment/drop-connect.ts';
import { evaluationBatch, type LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Statistics } from './batch-norm.ts';
import { magnitudeOf, signs } from './binarise.ts';
import { el, type Floats, floats } from './floats.ts';
import type { PassLayer } from './layer.ts';
import { lossOf } from './losses.ts';
import { inferencePass, inputsOf } from './pass.ts';

/** The weights a figure is measured with: their signs times H, or as stored. */
export type EvaluationWeights = 'binary' | 'real';

/** Training examples that statistics are measured on: the first so many. */
export const CALIBRATION_EXAMPLES = 10_000;

/** A forward pass over examples of which `first` is the first of its split; see inferencePass. */
export type Pass = (
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  statistics: readonly Statistics[] | null,
  first: number,
) => { readonly scores: Floats; readonly statistics: readonly Statistics[] };

export interface Evaluation {
  readonly loss: number;
  /** Share of the examples misclassified, in percent. */
  readonly error: number;
}

const own = (
  { magnitude }: ExperimentSpec,
  weights: EvaluationWeights,
  w: Floats,
  H: number,
): Floats => (weights === 'binary' ? signs(w, magnitudeOf(w, H, magnitude)) : w);

/** Weights as an example sees them on average. */
export function meanWeights(spec: ExperimentSpec, shape: LayerShape, wb: Floats): Floats {
  const factor = meanFactor(spec, shape);
  return factor === 1 ? wb : wb.map((value) => factor * value);
}

/** The layers with their weights as they are, none dropped. */
export const wholeLayers = (
  spec: ExperimentSpec,
  layers: readonly (PassLayer & { readonly w: Floats })[],
  weights: EvaluationWeights,
): PassLayer[] =>
  layers.map(({ shape, w, gamma, beta }) => ({
    ...{ shape, gamma, beta },
    wb: own(spec, weights, w, shape.H),
  }));

/** The layers with their weights as they are to be measured. */
export const measuredLayers = (
  spec: ExperimentSpec,
  layers: readonly (PassLayer & { readonly w: Floats })[],
  weights: EvaluationWeights,
): PassLayer[] =>
  wholeLayers(spec, layers, weights).map((layer) => ({
    ...layer,
    wb: meanWeights(spec, layer.shape, layer.wb),
  }));

/** Examples that are normalised, or scored, together, of N. */
const batchOf = (layers: readonly PassLayer[], N: number): number =>
  evaluationBatch(
    layers.map(({ shape }) => shape),
    N,
  );

/**
 * Statistics of each layer over examples x [N, inputs]: whole batches of 1,000 (fewer in large nets,
 * or where there are fewer examples), each normalised by itself, means and variances averaged.
 */
export function calibrate(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  pass: Pass = inferencePass,
): Statistics[] {
  const inputs = inputsOf(layers);
  const N = x.length / inputs;
  const size = batchOf(layers, N);
  const batches = Math.floor(N / size);
  const total = layers.map(({ shape }) => ({ mean: floats(shape.O), variance: floats(shape.O) }));
  for (let k = 0; k < batches; k++) {
    const batch = x.slice(k * size * inputs, (k + 1) * size * inputs);
    pass(spec, layers, batch, null, k * size).statistics.forEach((own, l) => {
      const { mean, variance } = at(total, l);
      for (let o = 0; o < mean.length; o++) {
        mean[o] = el(mean, o) + el(own.mean, o) / batches;
        variance[o] = el(variance, o) + el(own.variance, o) / batches;
      }
    });
  }
  return total;
}

/** Scores [N, classes] of all of x [N, inputs], normalised by measured statistics. */
export function scoresOf(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  statistics: readonly Statistics[],
  x: Floats,
): Floats {
  const inputs = inputsOf(layers);
  const classes = at(layers, layers.length - 1).shape.O;
  const N = x.length / inputs;
  const size = batchOf(layers, N);
  const scores = floats(N * classes);
  // In parts, to bound the memory; the last one may be smaller.
  for (let first = 0; first < N; first += size) {
    const batch = x.slice(first * inputs, (first + size) * inputs);
    scores.set(inferencePass(spec, layers, batch, statistics).scores, first * classes);
  }
  return scores;
}

/** Mean loss and error over all of x [N, inputs], normalised by measured statistics. */
export function evaluate(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  statistics: readonly Statistics[],
  x: Floats,
  labels: ArrayLike<number>,
  pass: Pass = inferencePass,
): Evaluation {
  const inputs = inputsOf(layers);
  const classes = at(layers, layers.length - 1).shape.O;
  const N = labels.length;
  const size = batchOf(layers, N);
  const all = Array.from(labels);
  let loss = 0;
  let errors = 0;
  // In parts, to bound the memory; the last one may be smaller.
  for (let first = 0; first < N; first += size) {
    const own = all.slice(first, first + size);
    const batch = x.slice(first * inputs, (first + own.length) * inputs);
    const { scores } = pass(spec, layers, batch, statistics, first);
    const part = lossOf(spec.loss, scores, own, classes);
    loss += (part.loss * own.length) / N;
    errors += part.errors;
  }
  return { loss, error: (100 * errors) / N };
}
