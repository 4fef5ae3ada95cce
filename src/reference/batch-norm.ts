/**
 * Batch normalisation (Ioffe and Szegedy 2015), each unit over the minibatch: y = gamma n + beta.
 * Maps [B, height, width, O] are B * height * width rows of O units here: a channel's statistics are
 * over all examples and places, so what is said of B below is said of rows.
 * Two published forms differ in where epsilon stands, and so in their backward pass:
 *   variance:  n = (z - mean) / sqrt(var + eps)
 *   deviation: n = (z - mean) / (sqrt(var) + eps)
 * In form none a bias takes batch norm's place: y = z + beta, and gamma is not used.
 */
import type { BatchNorm } from '../experiment/spec.ts';
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

export const EPSILON = 1e-4;

/** Mean and variance (divided by B, not B - 1) of each unit, [O]. */
export interface Statistics {
  readonly mean: Floats;
  readonly variance: Floats;
}

export interface Affine {
  readonly gamma: Floats;
  readonly beta: Floats;
}

export interface Normalised {
  /** [B, O] */
  readonly y: Floats;
  /** [B, O]: z normalised, before gamma and beta. */
  readonly n: Floats;
  readonly statistics: Statistics;
}

/** What z - mean is divided by. */
export const divisorOf = (form: BatchNorm, variance: number): number =>
  form === 'variance' ? Math.sqrt(variance + EPSILON) : Math.sqrt(variance) + EPSILON;

/** Statistics of z [B, O]; the variance in a second pass, about the mean. */
export function statisticsOf(z: Floats, B: number, O: number): Statistics {
  const mean = floats(O);
  const variance = floats(O);
  for (let b = 0; b < B; b++) {
    for (let o = 0; o < O; o++) mean[o] = el(mean, o) + el(z, b * O + o) / B;
  }
  for (let b = 0; b < B; b++) {
    for (let o = 0; o < O; o++) {
      variance[o] = el(variance, o) + (el(z, b * O + o) - el(mean, o)) ** 2 / B;
    }
  }
  return { mean, variance };
}

/** y [B, O] of z [B, O], normalised by the given statistics: the minibatch's own in training. */
export function normForward(
  form: BatchNorm,
  z: Floats,
  { gamma, beta }: Affine,
  statistics: Statistics,
): Normalised {
  const O = beta.length;
  const n = floats(z.length);
  const y = floats(z.length);
  for (let e = 0; e < z.length; e++) {
    const o = e % O;
    if (form === 'none') {
      n[e] = el(z, e);
      y[e] = el(z, e) + el(beta, o);
    } else {
      const divisor = divisorOf(form, el(statistics.variance, o));
      n[e] = (el(z, e) - el(statistics.mean, o)) / divisor;
      y[e] = el(gamma, o) * el(n, e) + el(beta, o);
    }
  }
  return { y, n, statistics };
}

export interface NormGradients {
  /** [B, O] */
  readonly dz: Floats;
  readonly dgamma: Floats;
  readonly dbeta: Floats;
}

/**
 * From dy [B, O] to dz, dgamma and dbeta, through the minibatch's own statistics:
 *   dz = gamma / divisor * (dy - mean(dy) - r mean(dy n)),
 * with r = n in the variance form and r = (z - mean) / sqrt(var) in the deviation form. A unit that
 * is constant over the minibatch has no derivative there; r is 0 for it.
 */
export function normBackward(
  form: BatchNorm,
  dy: Floats,
  { n, statistics: { variance } }: Normalised,
  { gamma }: Affine,
): NormGradients {
  const O = gamma.length;
  const B = dy.length / O;
  const dgamma = floats(O);
  const dbeta = floats(O);
  for (let e = 0; e < dy.length; e++) {
    const o = e % O;
    dbeta[o] = el(dbeta, o) + el(dy, e);
    if (form !== 'none') dgamma[o] = el(dgamma, o) + el(dy, e) * el(n, e);
  }
  if (form === 'none') return { dz: dy.slice(), dgamma, dbeta };

  const dz = floats(dy.length);
  for (let e = 0; e < dy.length; e++) {
    const o = e % O;
    const deviation = Math.sqrt(el(variance, o));
    const divisor = divisorOf(form, el(variance, o));
    const stretch = form === 'variance' ? 1 : deviation === 0 ? 0 : divisor / deviation;
    const r = el(n, e) * stretch;
    dz[e] = (el(gamma, o) / divisor) * (el(dy, e) - el(dbeta, o) / B - r * (el(dgamma, o) / B));
  }
  return { dz, dgamma, dbeta };
}
