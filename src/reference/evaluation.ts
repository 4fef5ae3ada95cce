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
import { ternarised } from './quantise.ts';

/** The weights a figure is measured with: their signs times H, as stored, or by the levels of retraining. */
export type EvaluationWeights = 'binary' | 'real' | 'ternary';

/** A layer with its stored weights, and what it is retrained with. */
export interface StoredLayer extends PassLayer {
  readonly w: Floats;
  /** The magnitude of its ternary weights; absent or null before retraining. */
  readonly delta?: number | null;
}

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

/** The weights that propagate, and the levels of signals that go with them. */
function own(
  { magnitude }: ExperimentSpec,
  weights: EvaluationWeights,
  { shape, w, delta, signal }: StoredLayer,
): Pick<PassLayer, 'wb' | 'signal'> {
  switch (weights) {
    case 'real':
      return { wb: w };
    case 'binary':
      return { wb: signs(w, magnitudeOf(w, shape.H, magnitude)) };
    case 'ternary':
      if (typeof delta !== 'number') throw new RangeError('ternary weights before retraining');
      return { wb: ternarised(w, delta), signal };
  }
}

/** Weights as an example sees them on average. */
export function meanWeights(spec: ExperimentSpec, shape: LayerShape, wb: Floats): Floats {
  const factor = meanFactor(spec, shape);
  return factor === 1 ? wb : wb.map((value) => factor * value);
}

/** The layers with their weights as they are, none dropped. */
export const wholeLayers = (
  spec: ExperimentSpec,
  layers: readonly StoredLayer[],
  weights: EvaluationWeights,
): PassLayer[] =>
  layers.map((layer) => {
    const { shape, gamma, beta } = layer;
    return { shape, gamma, beta, ...own(spec, weights, layer) };
  });

/** The layers with their weights as they are to be measured. */
export const measuredLayers = (
  spec: ExperimentSpec,
  layers: readonly StoredLayer[],
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
