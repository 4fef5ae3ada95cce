/** The mean of the outputs of K sampled binary nets, as src/gpu/ensemble.ts scores it. */
import { at } from '../experiment/at.ts';
import { isEnsembleSize, LEAST_PROBABILITY } from '../experiment/ensemble.ts';
import { switchFactor } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import { sampleSigns } from './binarise.ts';
import { calibrate, type Evaluation, meanWeights, scoresOf } from './evaluation.ts';
import { el, type Floats, floats } from './floats.ts';
import type { PassLayer } from './layer.ts';
import { lossOf } from './losses.ts';

export interface EnsembleEvaluation extends Evaluation {
  readonly members: number;
}

export interface Examples {
  /** [N, inputs] */
  readonly x: Floats;
  readonly labels: ArrayLike<number>;
}

/** The layers with the weights of member `k`, from 0. A real net is sampled as if it had been switched to stochastic. */
export const memberLayers = (
  spec: ExperimentSpec,
  mode: Mode,
  layers: readonly (PassLayer & { readonly w: Floats })[],
  k: number,
): PassLayer[] =>
  layers.map(({ shape, w, gamma, beta }, layer) => ({
    ...{ shape, gamma, beta },
    wb: meanWeights(
      spec,
      shape,
      sampleSigns(w, {
        ...shape,
        ...{ seed: spec.seed, layer, step: k, purpose: 'ensemble' },
        magnitude: spec.magnitude,
        factor: switchFactor(spec, mode, 'stochastic', shape),
      }),
    ),
  }));

/** softmax of each row of scores [N, C]. */
function probabilities(scores: Floats, C: number): Floats {
  const p = scores.slice();
  for (let row = 0; row < p.length; row += C) {
    const own = p.subarray(row, row + C);
    const highest = Math.max(...own);
    own.forEach((value, c) => (own[c] = Math.exp(value - highest)));
    const total = own.reduce((sum, value) => sum + value, 0);
    own.forEach((value, c) => (own[c] = value / total));
  }
  return p;
}

/**
 * Loss and error of ensembles of 1, 2, 4, ... up to `members` nets, each normalised by statistics of its
 * own, measured on examples `calibration`. Outputs are averaged, or probabilities where the loss is
 * cross-entropy: their logarithms then have that mean as their softmax.
 */
export function evaluateEnsemble(
  spec: ExperimentSpec,
  mode: Mode,
  layers: readonly (PassLayer & { readonly w: Floats })[],
  members: number,
  calibration: Floats,
  { x, labels }: Examples,
): EnsembleEvaluation[] {
  const classes = at(layers, layers.length - 1).shape.O;
  const sums = floats(labels.length * classes);
  const all: EnsembleEvaluation[] = [];
  const crossEntropy = spec.loss === 'cross-entropy';
  for (let k = 0; k < members; k++) {
    const own = memberLayers(spec, mode, layers, k);
    const scores = scoresOf(spec, own, calibrate(spec, own, calibration), x);
    const values = crossEntropy ? probabilities(scores, classes) : scores;
    for (let e = 0; e < sums.length; e++) sums[e] = el(sums, e) + el(values, e);
    if (!isEnsembleSize(k + 1)) continue;
    const mean = sums.map((sum) =>
      crossEntropy ? Math.log(Math.max(sum / (k + 1), LEAST_PROBABILITY)) : sum / (k + 1),
    );
    const { loss, errors } = lossOf(spec.loss, mean, labels, classes);
    all.push({ members: k + 1, loss, error: (100 * errors) / labels.length });
  }
  return all;
}
