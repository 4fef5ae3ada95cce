/**
 * Companions of hidden layers (Lee et al. 2015, deeply supervised nets): linear classifiers of what a
 * layer makes before ReLU, each with a squared hinge loss of its own, in training only.
 */
import type { LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from './dense.ts';
import { el, type Floats, floats } from './floats.ts';
import { lossOf } from './losses.ts';
import { type Moments, noMoments, type Step, update } from './optimizers.ts';
import { initialWeights } from './random.ts';

export interface CompanionState {
  readonly shape: LayerShape;
  /** [I, O] */
  readonly w: Floats;
  /** [O] */
  readonly beta: Floats;
  readonly moments: { readonly w: Moments; readonly beta: Moments };
}

export interface CompanionGradients {
  readonly dwb: Floats;
  readonly dbeta: Floats;
  /** [B, I], to be added to the layer's gradient before ReLU. */
  readonly dx: Floats;
}

/** A layer's companion at step 0; `index`: its place in the random streams. Null where it has none. */
export function createCompanion(
  { optimizer, seed }: ExperimentSpec,
  { companion: shape }: LayerShape,
  index: number,
): CompanionState | null {
  if (shape === null) return null;
  const { I, O, c } = shape;
  return {
    shape,
    w: initialWeights(I, O, 2 * c, seed, index),
    beta: floats(O),
    moments: { w: noMoments(optimizer, I * O), beta: noMoments(optimizer, O) },
  };
}

/** x [B, I] */
export function companionGradients(
  { shape: { I, O }, w, beta }: CompanionState,
  x: Floats,
  labels: ArrayLike<number>,
): CompanionGradients {
  const size = { B: labels.length, I, O };
  const scores = denseForward(x, w, size).map((value, e) => value + el(beta, e % O));
  const { dz } = lossOf('hinge-sum', scores, labels, O);
  const dbeta = floats(O);
  dz.forEach((value, e) => {
    dbeta[e % O] = el(dbeta, e % O) + value;
  });
  return {
    dwb: denseBackwardWeights(x, dz, size),
    dbeta,
    dx: denseBackwardInput(dz, w, size),
  };
}

/** Its step, at the rate and momentum of its network's; `scales` are of the rate, for w and beta. */
export function updateCompanion(
  { optimizer, weightDecay = 0 }: ExperimentSpec,
  { w, beta, moments }: CompanionState,
  { dwb, dbeta }: CompanionGradients,
  step: Pick<Step, 'rate' | 'momentum'>,
  scales: { readonly w: number; readonly beta: number },
): void {
  const g = dwb.map((value, e) => value + weightDecay * el(w, e));
  update(optimizer, w, g, moments.w, { ...step, scale: scales.w, limit: Infinity });
  update(optimizer, beta, dbeta, moments.beta, { ...step, scale: scales.beta, limit: Infinity });
}
