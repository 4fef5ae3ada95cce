/** Ternary weights and signals of a few levels: exact, to the bit. */
import { describe, expect } from 'vitest';
import { at } from '../../experiment/at.ts';
import { quantised, ternarised } from '../../reference/quantise.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { quantise, stepsOf, ternarise } from './quantise.ts';

const random = (count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(randomWords(count, 11, 1, 0), signedUnit);

describe('ternarise', () => {
  for (const count of [1, 63, 64, 65, 300_000]) {
    gpuTest(`${count} weights`, async (gpu) => {
      const delta = Math.fround(0.7);
      const w = random(count);
      // On the edge, beside it, and zero of either sign.
      w.set([delta / 2, -delta / 2, Math.fround(delta / 2 - 1e-7), -0, 5].slice(0, count));
      const bench = new Bench(gpu);
      const [wq, steps] = [bench.arena.storage('wq', count), bench.floats('s', stepsOf(delta, 0))];
      const one = await ternarise(bench.builder, {
        ...{ label: 'wq', w: bench.floats('w', w), wq, count, steps },
      });
      const made = asFloats(await bench.run([one], wq, count));
      expect(made).toEqual(Float32Array.from(ternarised(Float64Array.from(w), delta)));
      expect([...new Set(made)].every((level) => [-delta, 0, delta].includes(level))).toBe(true);
      bench.destroy();
    });
  }

  gpuTest('what is not a number stays so', async (gpu) => {
    const bench = new Bench(gpu);
    const wq = bench.arena.storage('wq', 4);
    const one = await ternarise(bench.builder, {
      ...{ label: 'wq', w: bench.floats('w', [NaN, Infinity, -Infinity, 0]), wq, count: 4 },
      steps: bench.floats('s', stepsOf(1, 0)),
    });
    expect([...asFloats(await bench.run([one], wq, 4))]).toEqual([NaN, 1, -1, 0]);
    bench.destroy();
  });
});

describe('quantise', () => {
  for (const [count, levels] of [
    [1, 8],
    [65, 2],
    [1000, 8],
    [300_000, 8],
    [1000, 256],
  ] as const) {
    gpuTest(`${count} signals to ${levels} levels`, async (gpu) => {
      const step = Math.fround(1.1 / levels);
      const a = random(count).map((value) => Math.max(0, 2 * value));
      const bench = new Bench(gpu);
      const signals = bench.floats('a', a);
      const one = await quantise(bench.builder, {
        ...{ label: 'a', a: signals, count, levels, steps: bench.floats('s', stepsOf(0, step)) },
      });
      const made = asFloats(await bench.run([one], signals, count));
      const allowed = new Set(Array.from({ length: levels }, (_, k) => Math.fround(k * step)));
      expect([...made].every((value) => allowed.has(value))).toBe(true);
      // The nearest; in the middle between two, within rounding, either.
      const want = quantised(Float64Array.from(a), { step, levels });
      const apart = made.filter((value, e) => {
        const off = Math.abs((at(a, e) / step) % 1) - 0.5;
        return value !== Math.fround(at(want, e)) && Math.abs(off) > 1e-6 * levels;
      });
      expect([...apart]).toEqual([]);
      bench.destroy();
    });
  }

  gpuTest('what is not a number stays so; without a step all is zero', async (gpu) => {
    const bench = new Bench(gpu);
    const run = async (step: number, values: readonly number[]) => {
      const a = bench.floats('a', values);
      const one = await quantise(bench.builder, {
        ...{ label: 'a', a, count: 4, levels: 8, steps: bench.floats('s', stepsOf(0, step)) },
      });
      return [...asFloats(await bench.run([one], a, 4))];
    };
    expect(await run(1, [NaN, Infinity, 1e30, 0.4])).toEqual([NaN, 7, 7, 0]);
    expect(await run(0, [1, 2, 3, 0])).toEqual([0, 0, 0, 0]);
    bench.destroy();
  });
});
