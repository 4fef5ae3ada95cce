/**
 * Expectation BackPropagation with binary weights (Soudry, Hubara and Meir, NIPS 2014), as docs/methods.md
 * gives it: one pass over a dense network. Every weight is +1 or -1 by chance, P(w = +-1) in
 * proportion to e^(+-h), so that its mean is tanh h; every hidden unit is a sign. A sum of many such
 * products is taken for normal, and only means and variances propagate.
 */
import { at } from '../experiment/at.ts';
import { signs } from './binarise.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from './dense.ts';
import type { EvaluationWeights } from './evaluation.ts';
import { el, type Floats, floats } from './floats.ts';
import { erf, logPhi, normalDensity, normalOverPhi } from './normal.ts';

/** What a pass needs of a layer. */
export interface ExpectedLayer {
  readonly I: number;
  readonly O: number;
  /** [I, O]: half the log odds of +1, called h in the equations. */
  readonly w: Floats;
  /** [O]: mean of the bias, a real number of variance 1. */
  readonly bias: Floats;
}

/** Means and variances of a layer's sums [B, O], and the means [B, I] of what it read. */
export interface Moments {
  readonly v: Floats;
  readonly mean: Floats;
  readonly variance: Floats;
}

/** One gradient of a pass, in the direction that makes the labels likelier. */
export interface Ascent {
  /** [I, O]: what is added to h. */
  readonly w: Floats;
  /** [O]: what is added to the bias. */
  readonly bias: Floats;
}

export interface ExpectedPass {
  /** Mean of -sum over classes of log Phi(y mean / deviation). */
  readonly loss: number;
  /** Examples misclassified. */
  readonly errors: number;
  readonly layers: readonly Ascent[];
}

const squares = (x: Floats): Floats => x.map((value) => value * value);

/** Means tanh(h) of the weights. */
export const meansOf = ({ w }: ExpectedLayer): Floats => w.map(Math.tanh);

/**
 * Moments of z = (w v + bias) / sqrt(I + 1). The first layer reads real numbers, whose products vary by
 * (1 - tanh^2 h) x^2; the others signs of mean v, whose products vary by 1 - tanh^2(h) v^2. Both have
 * the bias's 1 on top.
 */
export function momentsOf(layer: ExpectedLayer, means: Floats, v: Floats, first: boolean): Moments {
  const { I, O, bias } = layer;
  const shape = { B: v.length / I, I, O };
  const of = I + 1;
  const product = denseForward(v, means, shape);
  const mean = product.map((sum, e) => (sum + el(bias, e % O)) / Math.sqrt(of));
  const squared = squares(means);
  const spread = first ? squared.map((t) => 1 - t) : squared;
  const sums = denseForward(squares(v), spread, shape);
  const variance = sums.map((sum) => ((first ? sum : I - sum) + 1) / of);
  return { v, mean, variance };
}

/** Mean of a sign whose argument is normal: 2 Phi(mean / deviation) - 1. */
export const meanSign = (mean: number, variance: number): number =>
  erf(mean / Math.sqrt(2 * variance));

/** Moments of every layer, first to last, for x [B, inputs]. `given`: variances to take instead of the layers' own. */
export function expectedForward(
  layers: readonly ExpectedLayer[],
  x: Floats,
  means: readonly Floats[] = layers.map(meansOf),
  given: readonly Floats[] | null = null,
): Moments[] {
  let v = x;
  return layers.map((layer, l) => {
    const own = momentsOf(layer, at(means, l), v, l === 0);
    const moments = given === null ? own : { ...own, variance: at(given, l) };
    v = moments.mean.map((mean, e) => meanSign(mean, el(moments.variance, e)));
    return moments;
  });
}

/** Scores [B, classes] whose order is that of the means of the output signs: mean / deviation. */
export function expectedScores({ mean, variance }: Moments): Floats {
  return mean.map((value, e) => value / Math.sqrt(el(variance, e)));
}

/** Scores [B, classes] of the net of the likeliest weights: signs of h, signs as activations, and the last sums as they are. */
export function signScores(layers: readonly ExpectedLayer[], x: Floats): Floats {
  let v = x;
  let z = x;
  for (const { I, O, w, bias } of layers) {
    const sums = denseForward(v, signs(w, 1), { B: v.length / I, I, O });
    z = sums.map((sum, e) => (sum + el(bias, e % O)) / Math.sqrt(I + 1));
    v = signs(z, 1);
  }
  return z;
}

/** Readouts: `real` by the means (EBP-P), `binary` by the signs (EBP-D). */
export const readout = (
  layers: readonly ExpectedLayer[],
  weights: EvaluationWeights,
  x: Floats,
): Floats =>
  weights === 'binary'
    ? signScores(layers, x)
    : expectedScores(at(expectedForward(layers, x), layers.length - 1));

/** Targets of one class against the rest. */
const target = (label: number | undefined, k: number): number => (k === label ? 1 : -1);

/** Mean of -sum over classes of log Phi(y score), and the examples whose largest score is not their class's. */
export function likelihoodLoss(
  scores: Floats,
  labels: ArrayLike<number>,
  classes: number,
): { readonly loss: number; readonly errors: number } {
  const B = labels.length;
  let sum = 0;
  let errors = 0;
  for (let b = 0; b < B; b++) {
    const own = scores.subarray(b * classes, (b + 1) * classes);
    for (let k = 0; k < classes; k++) sum -= logPhi(target(labels[b], k) * el(own, k));
    if (own.indexOf(Math.max(...own)) !== labels[b]) errors++;
  }
  return { loss: sum / B, errors };
}

/**
 * Loss of minibatch x [B, inputs], and what it adds to every layer's h and bias, summed over the
 * minibatch. Backward, e is 2 / sqrt(I + 1) times the derivative of the log likelihood at a layer's
 * mean, variances held fixed.
 */
export function expectedPass(
  layers: readonly ExpectedLayer[],
  x: Floats,
  labels: ArrayLike<number>,
): ExpectedPass {
  const means = layers.map(meansOf);
  const moments = expectedForward(layers, x, means);
  const last = layers.length - 1;
  const scores = expectedScores(at(moments, last));
  const { O: classes } = at(layers, last);

  const { variance: outputs } = at(moments, last);
  let e = scores.map((score, k) => {
    const y = target(labels[Math.floor(k / classes)], k % classes);
    // y n(0; mean, variance) / Phi(y score), which is -mean / variance where Phi underflows.
    return (y * normalOverPhi(y * score)) / Math.sqrt(el(outputs, k));
  });
  const ascents: Ascent[] = [];
  for (let l = last; l >= 0; l--) {
    const { I, O } = at(layers, l);
    const { v } = at(moments, l);
    const shape = { B: v.length / I, I, O };
    const share = 2 / Math.sqrt(I + 1);
    e = e.map((value) => share * value);
    const bias = floats(O);
    e.forEach((value, k) => {
      bias[k % O] = el(bias, k % O) + value / 2;
    });
    ascents.unshift({ w: denseBackwardWeights(v, e, shape).map((sum) => sum / 2), bias });
    if (l === 0) break;
    const { mean, variance } = at(moments, l - 1);
    const back = denseBackwardInput(e, at(means, l), shape);
    e = back.map((value, k) => value * normalDensity(0, el(mean, k), el(variance, k)));
  }
  return { ...likelihoodLoss(scores, labels, classes), layers: ascents };
}
