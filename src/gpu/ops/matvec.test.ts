/** One example times the weights, both kernels, at shapes that fit no workgroup and no word. */
import { describe } from 'vitest';
import { packSigns, signs } from '../../reference/binarise.ts';
import { denseForward } from '../../reference/dense.ts';
import { toFloats, type Floats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest, kernelFamilies } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { matvec } from './matvec.ts';

const SHAPES = [
  { I: 1, O: 1 },
  { I: 63, O: 1000 },
  { I: 64, O: 65 },
  { I: 65, O: 63 },
  { I: 1000, O: 64 },
] as const;
const H = 0.25;

const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

/** Sums of I products of numbers below 1: float32 rounding grows like sqrt(I). */
const tolerance = (I: number) => ({ atol: 3e-7 * Math.sqrt(I), rtol: 1e-5 });

const families = await kernelFamilies();

describe.each(families)('one example by %s kernels', (family) => {
  for (const { I, O } of SHAPES) {
    gpuTest(`[${I}, ${O}], real and binary weights`, async (gpu) => {
      const bench = new Bench(gpu, family);
      const x = random(I, 1);
      const w = random(I * O, 2);
      // Zero is +, and must be in the bits too.
      w[0] = 0;
      const buffers = {
        x: bench.floats('x', x),
        w: bench.floats('w', w),
        wBits: bench.words('wBits', packSigns(signs(w, H), I, O)),
        z: bench.arena.storage('z', O),
      };
      for (const magnitude of [null, H]) {
        const wb = magnitude === null ? w : signs(w, magnitude);
        const request = { label: 'z', I, O, H: magnitude, ...buffers };
        const z = asFloats(await bench.run([await matvec(bench.builder, request)], buffers.z, O));
        expectClose(z, denseForward(x, wb, { B: 1, I, O }), tolerance(I));
      }
      bench.destroy();
    });
  }

  gpuTest(
    'reads bits alone where weights are binary, and none where they are real',
    async (gpu) => {
      const [I, O] = [65, 33];
      const bench = new Bench(gpu, family);
      const x = random(I, 1);
      const w = random(I * O, 2);
      const opposite = w.map((value) => -value);
      // The two disagree about every sign: whichever is read shows.
      const buffers = {
        x: bench.floats('x', x),
        w: bench.floats('w', w),
        wBits: bench.words('wBits', packSigns(opposite, I, O)),
        z: bench.arena.storage('z', O),
      };
      for (const [magnitude, wb] of [
        [null, w],
        [H, signs(opposite, H)],
      ] as const) {
        const request = { label: 'z', I, O, H: magnitude, ...buffers };
        const z = asFloats(await bench.run([await matvec(bench.builder, request)], buffers.z, O));
        expectClose(z, denseForward(x, wb, { B: 1, I, O }), tolerance(I));
      }
      bench.destroy();
    },
  );
});
