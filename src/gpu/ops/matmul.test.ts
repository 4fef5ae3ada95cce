/** The three matrix products, every family of kernels, at shapes that fit no tile. */
import { describe } from 'vitest';
import { computes } from '../../experiment/kernels.ts';
import { packSigns, signs } from '../../reference/binarise.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from '../../reference/dense.ts';
import { toFloats, type Floats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest, kernelCases } from '../../testing/gpu.ts';
import type { Dispatch } from '../kernel.ts';
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

const cases = await kernelCases();

describe.each(cases)('$name kernels', ({ variant, longFrom }) => {
  for (const shape of SHAPES) {
    const { B, I, O } = shape;
    const name = `[${B}, ${I}, ${O}]`;
    gpuTest(`${name}, real and binary weights`, async (gpu) => {
      const x = random(B * I, 1);
      const dz = random(B * O, 2);
      const w = random(I * O, 3);
      const bench = new Bench(gpu, 'auto', { longFrom });
      const buffers = {
        x: bench.floats('x', x),
        dz: bench.floats('dz', dz),
        w: bench.floats('w', w),
        wBits: bench.words('wBits', packSigns(signs(w, H), I, O)),
        z: bench.arena.storage('z', B * O),
        dx: bench.arena.storage('dx', B * I),
        dwb: bench.arena.storage('dwb', I * O),
        scratch: bench.arena.storage('scratch', I * O),
      };
      const request = { ...shape, ...buffers, variant, label: variant };
      const compute = async (
        dispatches: readonly Dispatch[],
        output: GPUBuffer,
        words: number,
      ): Promise<Float32Array> => asFloats(await bench.run(dispatches, output, words));

      for (const magnitude of [null, H]) {
        const wb = magnitude === null ? w : signs(w, magnitude);
        if (computes('forward', variant)) {
          const dispatch = await forward(bench.builder, { ...request, H: magnitude });
          const z = await compute([dispatch], buffers.z, B * O);
          expectClose(z, denseForward(x, wb, shape), tolerance(I));
        }
        if (computes('inputGradient', variant)) {
          const dispatches = await inputGradient(bench.builder, { ...request, H: magnitude });
          const dx = await compute(dispatches, buffers.dx, B * I);
          expectClose(dx, denseBackwardInput(dz, wb, shape), tolerance(O));
        }
      }
      if (computes('weightGradient', variant)) {
        const dispatch = await weightGradient(bench.builder, request);
        const dwb = await compute([dispatch], buffers.dwb, I * O);
        expectClose(dwb, denseBackwardWeights(x, dz, shape), tolerance(B));
      }
      bench.destroy();
    });
  }
});
