/** Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: slow, simple, exact. */

type Floats = Float64Array<ArrayBuffer>;

/** `vectors` holds an eigenvector a column, [n, n]; A = V diag(values) V^T. */
export function jacobi(n: number, matrix: Floats): { values: Floats; vectors: Floats } {
  const A = matrix.slice();
  const V = new Float64Array(n * n);
  const el = (M: Floats, i: number, j: number) => M[i * n + j] ?? NaN;
  for (let i = 0; i < n; i++) V[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += el(A, i, j) ** 2;
    if (off < 1e-22) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = el(A, p, q);
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (el(A, q, q) - el(A, p, p)) / (2 * apq);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let i = 0; i < n; i++) {
          const [x, y] = [el(A, i, p), el(A, i, q)];
          A[i * n + p] = c * x - s * y;
          A[i * n + q] = s * x + c * y;
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [el(A, p, i), el(A, q, i)];
          A[p * n + i] = c * x - s * y;
          A[q * n + i] = s * x + c * y;
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [el(V, i, p), el(V, i, q)];
          V[i * n + p] = c * x - s * y;
          V[i * n + q] = s * x + c * y;
        }
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => el(A, i, i)), vectors: V };
}

/** V diag(f(values)) V^T, [n, n]. */
export function functionOf(n: number, matrix: Floats, f: (x: number) => number): Floats {
  const { values, vectors } = jacobi(n, matrix);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const factor = f(values[k] ?? NaN);
    for (let i = 0; i < n; i++) {
      const x = factor * (vectors[i * n + k] ?? NaN);
      for (let j = 0; j < n; j++) {
        out[i * n + j] = (out[i * n + j] ?? 0) + x * (vectors[j * n + k] ?? NaN);
      }
    }
  }
  return out;
}
