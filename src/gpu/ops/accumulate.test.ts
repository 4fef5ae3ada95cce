/** The mean of members' outputs, at shapes that fit no workgroup. */
import { describe, expect } from 'vitest';
import { at } from '../../experiment/at.ts';
import { type Floats, toFloats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { accumulate } from './accumulate.ts';

const outputs = (count: number, member: number): Floats =>
  toFloats(randomWords(count, 3, member, 0)).map((word) => Math.fround(9 * signedUnit(word)));

/** softmax of each row of [B, C]. */
const softmax = (a: Floats, C: number): Floats =>
  a.map((value, e) => {
    const row = e - (e % C);
    const total = a.slice(row, row + C).reduce((sum, other) => sum + Math.exp(other), 0);
    return Math.exp(value) / total;
  });

describe('the mean so far', () => {
  for (const [B, C] of [
    [1, 1],
    [63, 10],
    [65, 33],
  ] as const) {
    for (const probabilities of [false, true]) {
      gpuTest(`[${B}, ${C}]${probabilities ? ', as probabilities' : ''}`, async (gpu) => {
        const bench = new Bench(gpu);
        // The batch begins at example 5 of a split that begins at example 7.
        const sums = bench.floats('sums', new Float32Array((12 + B) * C).fill(1e6));
        const total = new Float64Array(B * C);
        for (const member of [0, 1, 2]) {
          const own = outputs(B * C, member + 1);
          const a = bench.floats('a', own);
          const mean = bench.arena.storage('mean', B * C);
          const request = { B, C, probabilities, first: 7, a, sums, mean };
          const dispatch = await accumulate(bench.builder, request);
          const step = { step: member, start: 5, count: B };
          const got = asFloats(await bench.run([dispatch], mean, B * C, step));
          const values = probabilities ? softmax(own, C) : own;
          values.forEach((value, e) => (total[e] = at(total, e) + value));
          const want = total.map((sum) =>
            probabilities ? Math.log(sum / (member + 1)) : sum / (member + 1),
          );
          expectClose(got, want, { atol: 1e-5, rtol: 1e-5 });
        }
        // What lies around its examples is left alone.
        const all = asFloats(await bench.run([], sums, (12 + B) * C));
        expect(new Set(all.subarray(0, 12 * C))).toEqual(new Set([1e6]));
        bench.destroy();
      });
    }
  }
});
