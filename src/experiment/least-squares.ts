/**
 * The step of equally spaced levels that represents numbers with the least squared error, by alternation:
 *   k_i = min(floor(a_i / step + 1/2), top),    step <- sum a_i k_i / sum k_i^2
 * until it stays. With top = 1 and a = |w| this is Delta of ternary weights: those below Delta / 2 are zero,
 * and Delta is the mean of the others.
 */
import { at } from './at.ts';

/**
 * Finite numbers leave many places where the alternation stays. So it begins with the best of some steps:
 * first largest number / top and so often times 3 / 4, then finer and finer ones around the best so far.
 */
const STARTS = 12;
const SHRINKING = 0.75;
const FINER = [0.75, 0.98, 0.998] as const;
const AROUND = 32;
/** Far more than any alternation takes; bounds what no proof does. */
const MOST_ROUNDS = 1000;

/** Numbers in descending order, and the sums of the first so many of them and of their squares. */
interface Sorted {
  readonly values: Float32Array;
  readonly sums: Float64Array;
  readonly squares: number;
}

function sortedOf(values: Float32Array): Sorted {
  const descending = values.slice().sort().reverse();
  const sums = new Float64Array(values.length + 1);
  let squares = 0;
  for (let i = 0; i < descending.length; i++) {
    const value = at(descending, i);
    sums[i + 1] = at(sums, i) + value;
    squares += value ** 2;
  }
  return { values: descending, sums, squares };
}

/** How many numbers are at least `threshold`. */
function reaching({ values }: Sorted, threshold: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(values, middle) >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** sum a k and sum k^2 of the levels that a step gives. */
function products(sorted: Sorted, step: number, top: number): { ak: number; kk: number } {
  let ak = 0;
  let kk = 0;
  for (let level = 1; level <= top; level++) {
    const count = reaching(sorted, (level - 0.5) * step);
    // A number that reaches a level has one more than at the level below.
    ak += at(sorted.sums, count);
    kk += (2 * level - 1) * count;
  }
  return { ak, kk };
}

/**
 * @param values none negative and all finite; the order is of no matter.
 * @param top the highest level, at least 1; the lowest is 0.
 * @returns the step as a float32; 0 where all numbers are 0 or there are none.
 */
export function leastSquaresStep(values: Float32Array, top: number): number {
  const sorted = sortedOf(values);
  const largest = sorted.values[0] ?? 0;
  if (largest === 0) return 0;
  const errorOf = (step: number): number => {
    const { ak, kk } = products(sorted, step, top);
    return sorted.squares - 2 * step * ak + step ** 2 * kk;
  };
  const bestOf = (steps: readonly number[]): number =>
    steps.reduce((best, other) => (errorOf(other) < errorOf(best) ? other : best));
  let step = bestOf(Array.from({ length: STARTS }, (_, k) => (largest / top) * SHRINKING ** k));
  for (const factor of FINER) {
    const middle = step;
    const powers = Array.from({ length: 2 * AROUND + 1 }, (_, k) => k / AROUND - 1);
    step = bestOf(powers.map((power) => middle * factor ** power));
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { ak, kk } = products(sorted, step, top);
    const next = ak / kk;
    if (next === step) break;
    step = next;
  }
  return Math.fround(step);
}
