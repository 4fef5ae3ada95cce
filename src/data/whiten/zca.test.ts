import { expect, test } from 'vitest';
import { randomWords, signedUnit } from '../../experiment/random.ts';
import { functionOf } from '../../testing/jacobi.ts';
import { Work } from '../work.ts';
import { applyZca, fitZca, type Rows } from './zca.ts';

/** Rows whose numbers hang together: each is the one before it, halved, and something of its own. */
function rowsOf(count: number, inputs: number): Rows & { readonly all: Float32Array } {
  const own = Float32Array.from(randomWords(count * inputs, 5, 3, 0), signedUnit);
  const all = own.map((x, e) => (e % inputs === 0 ? 2 : 0.7 * (own[e - 1] ?? 0)) + x);
  return {
    all,
    count,
    inputs,
    fill(target, start, n) {
      target.set(all.subarray(start * inputs, (start + n) * inputs));
    },
  };
}

/** The definition, in float64: (x - mu) V diag(1 / sqrt(lambda + 0.1)) V^T. */
function whitened({ all, count, inputs }: ReturnType<typeof rowsOf>): Float64Array {
  const mean = new Float64Array(inputs);
  all.forEach((x, e) => (mean[e % inputs] = (mean[e % inputs] ?? 0) + x / count));
  const x = Float64Array.from(all, (value, e) => value - (mean[e % inputs] ?? 0));
  const covariance = new Float64Array(inputs * inputs);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < inputs; j++) {
        const e = i * inputs + j;
        const product = (x[n * inputs + i] ?? 0) * (x[n * inputs + j] ?? 0);
        covariance[e] = (covariance[e] ?? 0) + product / count;
      }
    }
  }
  const matrix = functionOf(inputs, covariance, (lambda) => 1 / Math.sqrt(lambda + 0.1));
  return x.map((_, e) => {
    const row = Math.floor(e / inputs) * inputs;
    let sum = 0;
    for (let k = 0; k < inputs; k++) {
      sum += (x[row + k] ?? 0) * (matrix[k * inputs + (e % inputs)] ?? 0);
    }
    return sum;
  });
}

// Awkward on purpose: inputs that fill no tile, rows that fill no block.
test.each([
  [1, 3],
  [7, 5],
  [300, 12],
  [259, 33],
])('%i rows of %i agree with the definition', async (count, inputs) => {
  const rows = rowsOf(count, inputs);
  const zca = await fitZca(rows, new Work());
  if (zca === null) throw new Error('nobody called it off');
  const found = new Float32Array(count * inputs);
  const seen: number[] = [];
  await applyZca(
    zca,
    rows,
    (values, start, n) => {
      found.set(values.subarray(0, n * inputs), start * inputs);
      seen.push(n);
    },
    new Work(),
  );
  expect(seen.reduce((sum, n) => sum + n, 0)).toBe(count);
  const worst = whitened(rows).reduce(
    (most, x, e) => Math.max(most, Math.abs(x - (found[e] ?? NaN))),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
});

test('is called off', async () => {
  const work = new Work({ signal: AbortSignal.abort() });
  const rows = rowsOf(10, 4);
  expect(await fitZca(rows, work)).toBeNull();
  const zca = await fitZca(rows, new Work());
  expect(zca && (await applyZca(zca, rows, () => undefined, work))).toBe(false);
});
