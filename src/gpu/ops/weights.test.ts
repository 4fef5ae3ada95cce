/** Kernels that work on a layer's weights: what is discrete must be equal to the bit. */
import { describe, expect } from 'vitest';
import { at } from '../../experiment/at.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import { packSigns, propagated } from '../../reference/binarise.ts';
import { toFloats } from '../../reference/floats.ts';
import { initialWeights, randomWords, signedUnit } from '../../reference/random.ts';
import { gpuTest } from '../../testing/gpu.ts';
import { denseShape } from '../../testing/synthetic.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { createLayer } from '../layers/parameters.ts';
import { PROBE_WORDS, binarise, histogram, initialise, rescale } from './weights.ts';

const SHAPES = [
  [1, 1],
  [63, 10],
  [64, 64],
  [65, 33],
  [3, 1000],
] as const;

const shapeOf = (I: number, O: number, H: number): LayerShape => denseShape(I, O, { H });

const plain = { momentsPerWeight: 2, norm: 'none', keep: 1 } as const;

describe('initial weights', () => {
  for (const [I, O] of SHAPES) {
    gpuTest(`[${I}, ${O}] are the reference's to the bit`, async (gpu) => {
      const bench = new Bench(gpu);
      const layer = createLayer(bench.arena, shapeOf(I, O, 1), 2, plain);
      const dispatch = await initialise(bench.builder, layer, 0.3);
      const w = asFloats(await bench.run([dispatch], layer.w, I * O, { seed: 11 }));
      expect([...w]).toEqual([...initialWeights(I, O, 0.3, 11, 2)]);
      bench.destroy();
    });
  }
});

describe('bits', () => {
  for (const [I, O] of SHAPES) {
    for (const mode of ['deterministic', 'stochastic'] as const) {
      gpuTest(`[${I}, ${O}] ${mode} are the reference's to the bit`, async (gpu) => {
        const H = 0.7;
        const w = toFloats(
          Array.from(randomWords(I * O, 5, 1, 0), (word, e) =>
            // Zero, both ends and values beyond them among the rest.
            e % 7 === 0 ? at([0, -0, H, -H, 1, -1], (e / 7) % 6) : signedUnit(word),
          ),
        ).map(Math.fround);
        const bench = new Bench(gpu);
        const layer = createLayer(bench.arena, shapeOf(I, O, H), 1, plain);
        const from = { ...layer, w: bench.floats('w', w) };
        const stochastic = mode === 'stochastic';
        const dispatch = await binarise(bench.builder, from, stochastic, layer.wBits);
        const words = I * Math.ceil(O / 32);
        const bits = await bench.run([dispatch], layer.wBits, words, { seed: 9, step: 4 });
        const sample = { I, O, H, seed: 9, layer: 1, step: 4 };
        expect([...bits]).toEqual([...packSigns(propagated(w, mode, sample), I, O)]);
        bench.destroy();
      });
    }
  }
});

gpuTest('rescaling multiplies, clips and clears moments', async (gpu) => {
  const bench = new Bench(gpu);
  const layer = createLayer(bench.arena, shapeOf(3, 5, 1), 0, plain);
  const w = Float32Array.from({ length: 15 }, (_, e) => (e - 7) / 4);
  const from = {
    ...layer,
    w: bench.floats('w', w),
    moments: bench.floats('moments', new Float32Array(30).fill(3)),
  };
  const change = { factor: 2, clip: true, clearMoments: true };
  const dispatch = await rescale(bench.builder, from, change);
  const after = asFloats(await bench.run([dispatch], from.w, 15));
  expect([...after]).toEqual([...w].map((value) => Math.min(Math.max(2 * value, -1), 1)));
  const moments = asFloats(await bench.run([], from.moments, 30));
  expect([...moments]).toEqual(new Array(30).fill(0));
  bench.destroy();
});

describe('probe', () => {
  for (const ownRange of [false, true]) {
    gpuTest(`histogram over ${ownRange ? 'the own range' : 'H'}, and saturation`, async (gpu) => {
      const [I, O, H] = [37, 41, 0.5];
      const w = Float32Array.from(randomWords(I * O, 8, 1, 0), (word, e) =>
        e % 10 === 0 ? H : H * signedUnit(word),
      );
      const bench = new Bench(gpu);
      const layer = createLayer(bench.arena, shapeOf(I, O, H), 0, plain);
      const probe = bench.arena.storage('probe', PROBE_WORDS);
      const from = { ...layer, w: bench.floats('w', w) };
      const dispatches = await histogram(bench.builder, from, ownRange, probe);
      const words = await bench.run(dispatches, probe, PROBE_WORDS);
      const largest = Math.max(...w.map(Math.abs));
      const range = ownRange ? largest : H;
      const bins = new Array<number>(64).fill(0);
      for (const value of w) {
        const bin = Math.min(63, Math.max(0, Math.floor((value / range + 1) * 32)));
        bins[bin] = at(bins, bin) + 1;
      }
      expect(at(asFloats(words), 0)).toBe(largest);
      expect(at(words, 1)).toBe(w.filter((value) => Math.abs(value) >= 0.999 * H).length);
      expect([...words.slice(2)]).toEqual(bins);
      bench.destroy();
    });
  }
});
