/** The three matrix products, every family of kernels, at shapes that fit no tile. */
import { describe } from 'vitest';
import { packSigns, propagated } from '../../reference/binarise.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from '../../reference/dense.ts';
import { toFloats, type Floats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest, kernelFamilies } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { forward } from './forward.ts';
import { inputGradient } from './input-gradient.ts';
import { weightGradient } from './weight-gradient.ts';

const SHAPES = [
  { B: 1, I: 1, O: 1 },
  { B: 1, I: 63, O: 10 },
  { B: 63, I: 64, O: 65 },
  { B: 64, I: 65, O: 63 },
  { B: 65, I: 1000, O: 33 },
  { B: 7, I: 30, O: 1000 },
] as const;

const H = 0.25;
const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

/** Sums of K products of numbers below 1: float32 rounding grows like sqrt(K). */
const tolerance = (K: number) => ({ atol: 3e-7 * Math.sqrt(K), rtol: 1e-5 });

const families = await kernelFamilies();

describe.each(families)('%s kernels', (kernels) => {
  for (const shape of SHAPES) {
    const { B, I, O } = shape;
    const name = `[${B}, ${I}, ${O}]`;
    const x = random(B * I, 1);
    const dz = random(B * O, 2);
    const w = random(I * O, 3);
    const sample = { ...shape, H, seed: 3, layer: 0, step: 5 };

    for (const mode of ['none', 'deterministic', 'stochastic'] as const) {
      const wb = propagated(w, mode, sample);
      const magnitude = mode === 'none' ? null : H;
      gpuTest(`forward and input gradient ${name}, ${mode}`, async (gpu) => {
        const bench = new Bench(gpu, kernels);
        const buffers = {
          w: bench.floats('w', w),
          // In mode none the bits must not matter.
          wBits: bench.words('wBits', packSigns(wb, I, O)),
        };
        const z = bench.arena.storage('z', B * O);
        const dx = bench.arena.storage('dx', B * I);
        const common = { ...shape, ...buffers, H: magnitude };
        const zDispatch = await forward(bench.builder, {
          ...common,
          label: 'forward',
          x: bench.floats('x', x),
          z,
        });
        const dxDispatch = await inputGradient(bench.builder, {
          ...common,
          label: 'dx',
          dz: bench.floats('dz', dz),
          dx,
        });
        expectClose(
          asFloats(await bench.run([zDispatch], z, B * O)),
          denseForward(x, wb, shape),
          tolerance(I),
        );
        expectClose(
          asFloats(await bench.run([dxDispatch], dx, B * I)),
          denseBackwardInput(dz, wb, shape),
          tolerance(O),
        );
        bench.destroy();
      });
    }

    gpuTest(`weight gradient ${name}`, async (gpu) => {
      const bench = new Bench(gpu, kernels);
      const dwb = bench.arena.storage('dwb', I * O);
      const dispatch = await weightGradient(bench.builder, {
        ...shape,
        label: 'dwb',
        x: bench.floats('x', x),
        dz: bench.floats('dz', dz),
        dwb,
      });
      expectClose(
        asFloats(await bench.run([dispatch], dwb, I * O)),
        denseBackwardWeights(x, dz, shape),
        tolerance(B),
      );
      bench.destroy();
    });
  }
});
