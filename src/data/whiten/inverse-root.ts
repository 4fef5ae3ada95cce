/**
 * A^(-1/2) of a symmetric positive definite matrix, in float64:
 * 1. A = Q T Q^T with T tridiagonal, by Householder's reflections;
 * 2. T^(-1/2) = 2/pi * integral of e^u (T + e^(2u))^(-1) du over all u, by the trapezoid rule. For an
 *    eigenvalue t the integrand is sech(u - ln sqrt t) / (2 sqrt t), which the rule integrates to
 *    4 exp(-pi^2 / h) of its value with steps of h; and the inverse of a tridiagonal matrix takes one
 *    multiplication an element;
 * 3. A^(-1/2) = Q T^(-1/2) Q^T, the reflections applied backward.
 *
 * No eigenvectors are needed, so the work is about 2 n^3 multiplications where those would take some
 * 9 n^3 (Golub and Van Loan, "Matrix Computations", 8.3). Steps 1 and 3 go through the matrix once a
 * reflection: the pass that applies one also multiplies by the next.
 */
import type { Work } from '../work.ts';

type Floats = Float64Array<ArrayBuffer>;

/** Step of the trapezoid rule: 4 exp(-pi^2 / 0.45) = 1e-9. */
const STEP = 0.45;
/** Where sech is left off: 2 exp(-21) = 1.5e-9. */
const TAIL = 21;
/** Smaller elements of an inverse count as 0; the processor is slow with the smallest numbers. */
const TINY = 1e-60;

export interface Symmetric {
  readonly n: number;
  /** [n, n]; only the lower triangle (and the diagonal) is read. */
  readonly elements: Floats;
}

/**
 * Replace `matrix` by its inverse square root; both triangles are filled in. `least`: no eigenvalue is
 * smaller. False: somebody called it off, and the matrix is spoilt.
 */
export async function invertRoot(matrix: Symmetric, least: number, work: Work): Promise<boolean> {
  const { n, elements } = matrix;
  const total = n * n * n;
  // Passes over rows k..n of the lower triangle: n^3 / 6 elements forward, n^3 / 3 backward.
  const forward = (k: number) => (total - (n - k) ** 3) / 6;
  const backward = (k: number) => total / 6 + (total - (3 * n * k * k - k ** 3) + n * k * k) / 3;
  const what = 'inverse square root';
  const tridiagonal = { diagonal: new Float64Array(n), below: new Float64Array(n) };
  const scales = new Float64Array(n);
  const reduction = reduce(matrix, tridiagonal, scales);
  for (const k of reduction) {
    if (!(await work.goOn(what, Math.min(forward(k), total / 6), total / 2))) return false;
  }
  for (const share of rootOfTridiagonal(matrix, tridiagonal, least)) {
    // Next to nothing beside the passes; told all the same.
    if (!(await work.goOn(what, total / 6 + share, total / 2))) return false;
  }
  for (const k of restore(matrix, scales)) {
    if (!(await work.goOn(what, Math.min(backward(k), total / 2), total / 2))) return false;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) elements[j * n + i] = elements[i * n + j] ?? 0;
  }
  return true;
}

interface Tridiagonal {
  /** [n] */
  readonly diagonal: Floats;
  /** Element i stands below diagonal element i; the last is not used. */
  readonly below: Floats;
}

/**
 * A reflection H = 1 - scale v v^T that takes the numbers from `start` on, all but the first, to 0:
 * makes v out of `x` in place, and gives the scale and what the first becomes.
 */
function reflection(x: Floats, start: number): { scale: number; first: number } {
  let sum = 0;
  for (let i = start; i < x.length; i++) sum += (x[i] ?? 0) ** 2;
  const head = x[start] ?? 0;
  const norm = Math.sqrt(sum);
  if (sum === head * head) {
    x.fill(0, start);
    return { scale: 0, first: head };
  }
  const first = head > 0 ? -norm : norm;
  x[start] = head - first;
  // v . v = norm^2 - 2 first head + first^2
  return { scale: 1 / (norm * norm - first * head), first };
}

/** w of the update A - v w^T - w v^T, out of y = A v: w = s (y - s (v . y) / 2 v); in place. */
function toUpdate(y: Floats, v: Floats, scale: number, start: number): void {
  let dot = 0;
  for (let i = start; i < y.length; i++) dot += (y[i] ?? 0) * (v[i] ?? 0);
  const shift = (scale * dot) / 2;
  for (let i = 0; i < y.length; i++) y[i] = scale * ((y[i] ?? 0) - shift * (v[i] ?? 0));
}

/**
 * Step 1. The lower triangle is used up; row k above the diagonal holds the vector of reflection k,
 * whose support begins at k + 1. Yields k before each pass.
 */
function* reduce(
  { n, elements: A }: Symmetric,
  { diagonal, below }: Tridiagonal,
  scales: Floats,
): Generator<number> {
  let v: Floats = new Float64Array(n);
  let w: Floats = new Float64Array(n);
  let next: Floats = new Float64Array(n);
  let y: Floats = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    yield k;
    // Column k as the reflection before leaves it.
    const [vk, wk] = [v[k] ?? 0, w[k] ?? 0];
    next.fill(0);
    for (let i = k; i < n; i++) {
      next[i] = (A[i * n + k] ?? 0) - (v[i] ?? 0) * wk - (w[i] ?? 0) * vk;
    }
    diagonal[k] = next[k] ?? 0;
    next[k] = 0;
    if (k + 1 === n) return;
    const { scale, first } = reflection(next, k + 1);
    below[k] = first;
    scales[k] = scale;
    y.fill(0);
    for (let i = k + 1; i < n; i++) {
      const [vi, wi, ni] = [v[i] ?? 0, w[i] ?? 0, next[i] ?? 0];
      const row = i * n;
      let sum = 0;
      for (let j = k + 1; j < i; j++) {
        const a = (A[row + j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
        A[row + j] = a;
        sum += a * (next[j] ?? 0);
        y[j] = (y[j] ?? 0) + a * ni;
      }
      const a = (A[row + i] ?? 0) - 2 * vi * wi;
      A[row + i] = a;
      y[i] = (y[i] ?? 0) + sum + a * ni;
    }
    toUpdate(y, next, scale, k + 1);
    A.set(next.subarray(k + 1), k * n + k + 1);
    [v, next] = [next, v];
    [w, y] = [y, w];
  }
}

/** Step 2, into the lower triangle. Yields between the nodes of the rule the share done, 0 to 1. */
function* rootOfTridiagonal(
  { n, elements: F }: Symmetric,
  { diagonal, below }: Tridiagonal,
  least: number,
): Generator<number> {
  let most = least;
  for (let i = 0; i < n; i++) {
    const around = Math.abs(below[i] ?? 0) + Math.abs(i > 0 ? (below[i - 1] ?? 0) : 0);
    most = Math.max(most, (diagonal[i] ?? 0) + around);
  }
  for (let i = 0; i < n; i++) F.fill(0, i * n, i * n + i + 1);
  const down = new Float64Array(n);
  const up = new Float64Array(n);
  const column = new Float64Array(n);
  const first = Math.log(least) / 2 - TAIL;
  const last = Math.log(most) / 2 + TAIL;
  for (let u = first; u < last; u += STEP) {
    yield (u - first) / (last - first);
    const shift = Math.exp(2 * u);
    const weight = (2 / Math.PI) * STEP * Math.exp(u);
    // Pivots of T + shift, eliminated from the first row on and from the last row on.
    for (let i = 0; i < n; i++) {
      const before = i > 0 ? (below[i - 1] ?? 0) ** 2 / (down[i - 1] ?? 1) : 0;
      down[i] = (diagonal[i] ?? 0) + shift - before;
    }
    for (let i = n - 1; i >= 0; i--) {
      const after = i < n - 1 ? (below[i] ?? 0) ** 2 / (up[i + 1] ?? 1) : 0;
      up[i] = (diagonal[i] ?? 0) + shift - after;
    }
    // Row i of the inverse is row i - 1 times a number, and its own diagonal element.
    for (let i = 0; i < n; i++) {
      const ratio = i > 0 ? -(below[i - 1] ?? 0) / (up[i] ?? 1) : 0;
      const row = i * n;
      for (let j = 0; j < i; j++) {
        const g = (column[j] ?? 0) * ratio;
        const kept = g < TINY && g > -TINY ? 0 : g;
        column[j] = kept;
        F[row + j] = (F[row + j] ?? 0) + weight * kept;
      }
      const g = 1 / ((down[i] ?? 1) + (up[i] ?? 1) - (diagonal[i] ?? 0) - shift);
      column[i] = g;
      F[row + i] = (F[row + i] ?? 0) + weight * g;
    }
  }
}

/** Step 3: F <- H F H for the reflections from the last to the first. Yields k before each pass. */
function* restore({ n, elements: F }: Symmetric, scales: Floats): Generator<number> {
  let v: Floats = new Float64Array(n);
  let w: Floats = new Float64Array(n);
  let next: Floats = new Float64Array(n);
  let y: Floats = new Float64Array(n);
  // One more pass than there are reflections: the first only multiplies, the last only applies.
  for (let k = n - 1; k >= 0; k--) {
    yield k;
    // Reflection k - 1, whose support begins at k; the one at hand begins at k + 1.
    next.fill(0);
    if (k > 0) next.set(F.subarray((k - 1) * n + k, k * n), k);
    y.fill(0);
    for (let i = k; i < n; i++) {
      const [vi, wi, ni] = [v[i] ?? 0, w[i] ?? 0, next[i] ?? 0];
      const row = i * n;
      for (let j = 0; j < k; j++) {
        const f = (F[row + j] ?? 0) - vi * (w[j] ?? 0);
        F[row + j] = f;
        y[j] = (y[j] ?? 0) + f * ni;
      }
      let sum = 0;
      for (let j = k; j < i; j++) {
        const f = (F[row + j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
        F[row + j] = f;
        y[j] = (y[j] ?? 0) + f * ni;
        sum += f * (next[j] ?? 0);
      }
      const f = (F[row + i] ?? 0) - 2 * vi * wi;
      F[row + i] = f;
      y[i] = (y[i] ?? 0) + sum + f * ni;
    }
    if (k > 0) toUpdate(y, next, scales[k - 1] ?? 0, k);
    [v, next] = [next, v];
    [w, y] = [y, w];
  }
}
