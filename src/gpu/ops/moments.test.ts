/** Units drawn by their moments, at shapes that fit no workgroup. */
import { describe } from 'vitest';
import { BATCH_NORMS } from '../../experiment/spec.ts';
import { type Floats, toFloats } from '../../reference/floats.ts';
import { drawnStatistics, meanActivations, normals } from '../../reference/moments.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { denseShape } from '../../testing/synthetic.ts';
import { momentsActivation, momentsStatistics } from './moments.ts';

const random = (count: number, stream: number): Floats =>
  toFloats(randomWords(count, 3, stream, 0)).map((word) => Math.fround(3 * signedUnit(word)));

describe('units drawn by their moments', () => {
  for (const [k, [B, O]] of (
    [
      [1, 1],
      [63, 65],
      [130, 33],
    ] as const
  ).entries()) {
    gpuTest(`[${B}, ${O}]: statistics, and mean activations`, async (gpu) => {
      const bench = new Bench(gpu);
      const [mean, spread] = [0.6, 0.24 * 0.09];
      const [z, v] = [random(B * O, 1), random(B * O, 2).map(Math.abs)];
      const affine = random(6 * O, 3);
      const scaled = { z: z.map((value) => mean * value), v: v.map((value) => spread * value) };
      const drawn = {
        ...{ label: 'dense1', B, O, mean, spread },
        ...{ z: bench.floats('z', z), v: bench.floats('v', v) },
      };
      const own = bench.arena.storage('own', 2 * O);
      const collected = bench.floats('collected', new Float32Array(2 * O).fill(1));
      const measured = await momentsStatistics(bench.builder, drawn, {
        ...{ own, collected, share: 0.5 },
      });
      const got = asFloats(await bench.run([measured], own, 2 * O));
      const want = drawnStatistics(scaled.z, scaled.v, B, O);
      const both = [...want.mean, ...want.variance];
      expectClose(got, both, { atol: 1e-5, rtol: 1e-5 });
      const share = asFloats(await bench.run([], collected, 2 * O));
      expectClose(
        share,
        both.map((value) => 1 + value / 2),
        { atol: 1e-5, rtol: 1e-5 },
      );

      const norm = BATCH_NORMS[k] ?? 'none';
      const a = bench.arena.storage('a', B * O);
      const samples = 8;
      const activated = await momentsActivation(bench.builder, {
        ...drawn,
        ...{ layer: 2, samples, norm, affine: bench.floats('affine', affine), stats: own, a },
      });
      // The batch begins at example 5 of its split.
      const active = asFloats(await bench.run([activated], a, B * O, { seed: 9, start: 5 }));
      const layer = {
        ...{ shape: denseShape(1, O), wb: new Float64Array(O) },
        ...{ gamma: affine.slice(0, O), beta: affine.slice(O, 2 * O) },
      };
      const expected = meanActivations(norm, layer, scaled, want, (e) =>
        normals(5 * O + e, 2, { samples, seed: 9 }),
      );
      // Sines, logarithms and roots of the device are good to some 1e-5 here; WGSL promises 2^-11 of a sine.
      expectClose(active, expected, { atol: 2e-3, rtol: 1e-3 });
      bench.destroy();
    });
  }
});
