/**
 * The normal distribution and its tails, to about 1e-13: Phi, its logarithm, and n / Phi where Phi
 * itself would underflow. All of it comes from erfcx(a) = exp(a^2) erfc(a), which does neither.
 */

/** From here on the continued fraction; below, the series loses at most three digits to 1 - erf. */
const FAR = 2;
const TERMS = 120;
const ROOT_PI = Math.sqrt(Math.PI);

/** exp(-a^2) times this is erf(a): 2 / sqrt(pi) sum of 2^n a^(2n+1) / (1 * 3 * ... (2n+1)). (DLMF 7.6.2; all terms of one sign.) */
function erfSeries(a: number): number {
  let term = (2 * a) / ROOT_PI;
  let sum = term;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** exp(a^2) erfc(a) for a >= 0. (DLMF 7.9.1: sqrt(pi) erfcx(a) = 1 / (a + (1/2) / (a + 1 / (a + (3/2) / ...))).) */
export function erfcx(a: number): number {
  if (a < FAR) return Math.exp(a * a) - erfSeries(a);
  let below = a;
  for (let n = TERMS; n > 0; n--) below = a + n / 2 / below;
  return 1 / (ROOT_PI * below);
}

export function erf(z: number): number {
  const a = Math.abs(z);
  const decay = Math.exp(-a * a);
  const value = a < FAR ? decay * erfSeries(a) : 1 - decay * erfcx(a);
  return z < 0 ? -value : value;
}

/** log Phi(t): where t is far below zero, about -t^2 / 2. */
export function logPhi(t: number): number {
  const a = Math.abs(t) * Math.SQRT1_2;
  const tail = erfcx(a) / 2;
  return t < 0 ? Math.log(tail) - a * a : Math.log1p(-tail * Math.exp(-a * a));
}

/** n(t; 0, 1) / Phi(t): where t is far below zero, about -t. */
export function normalOverPhi(t: number): number {
  const a = Math.abs(t) * Math.SQRT1_2;
  const root = Math.sqrt(2 / Math.PI);
  if (t < 0) return root / erfcx(a);
  const decay = Math.exp(-a * a);
  return (root / 2) * (decay / (1 - (decay * erfcx(a)) / 2));
}

/** n(x; mean, variance), the density. */
export const normalDensity = (x: number, mean: number, variance: number): number =>
  Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
