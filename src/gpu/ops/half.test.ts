/**
 * The products of real numbers and signs that keep those numbers as half floats: how far they may be
 * off, and that nothing but the numbers' last bits is lost.
 */
import { describe, expect, it } from 'vitest';
import { halfToNumber, numberToHalf } from '../../data/dataset.ts';
import { at } from '../../experiment/at.ts';
import { VARIANTS, type VariantId } from '../../experiment/kernels.ts';
import { packSigns, signs } from '../../reference/binarise.ts';
import { denseBackwardInput, denseForward } from '../../reference/dense.ts';
import { toFloats, type Floats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { adapterHere, gpuTest, type Gpu } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import type { Dispatch } from '../kernel.ts';
import { FORWARD, forward } from './forward.ts';
import { INPUT_GRADIENT, inputGradient } from './input-gradient.ts';
import { GRADIENT_RANGE } from './product.ts';

const H = 0.25;
const SHAPES = [
  { B: 1, I: 1, O: 1 },
  { B: 63, I: 64, O: 65 },
  { B: 65, I: 1000, O: 33 },
] as const;

const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

/** One rounding to a half: 2^-11 to nearest, twice that the other way, which WGSL leaves open. */
const ROUNDING = 2 ** -10;
/** The smallest normal half: what is below may become zero. */
const SMALLEST = 2 ** -14;
/** And float32 sums of K numbers, as in matmul.test.ts. */
const sums = (K: number): number => 3e-7 * Math.sqrt(K);

/**
 * What each of C [M, N] = H A [M, K] times signs may be off: the roundings of its row of A, and those
 * of the sum. `range` is what A is multiplied by before.
 */
function bounds(a: Floats, M: number, N: number, K: number, range: number): Floats {
  const bound = new Float64Array(M * N);
  for (let m = 0; m < M; m++) {
    let lost = 0;
    for (const value of a.subarray(m * K, (m + 1) * K)) {
      lost += Math.max(ROUNDING * Math.abs(value), SMALLEST / range);
    }
    bound.fill(H * lost + sums(K), m * N, (m + 1) * N);
  }
  return bound;
}

function expectWithin(actual: Floats | Float32Array, expected: Floats, bound: Floats): void {
  const worst = Math.max(
    ...expected.map((want, e) => {
      const off = Math.abs(at(actual, e) - want) / at(bound, e);
      return Number.isNaN(off) ? Infinity : off;
    }),
  );
  expect(worst).toBeLessThanOrEqual(1);
}

/** Both products by one variant. */
async function compute(
  gpu: Gpu,
  variant: VariantId,
  { B, I, O }: (typeof SHAPES)[number],
  { x, dz, w, binary = true }: { x: Floats; dz: Floats; w: Floats; binary?: boolean },
) {
  const bench = new Bench(gpu);
  const buffers = {
    x: bench.floats('x', x),
    dz: bench.floats('dz', dz),
    w: bench.floats('w', w),
    wBits: bench.words('wBits', packSigns(w, I, O)),
    z: bench.arena.storage('z', B * O),
    dx: bench.arena.storage('dx', B * I),
    scratch: bench.arena.storage('scratch', I * O),
  };
  const request = { ...buffers, label: variant, variant, B, I, O, H: binary ? H : null };
  const run = async (dispatches: readonly Dispatch[], output: GPUBuffer, words: number) =>
    asFloats(await bench.run(dispatches, output, words));
  const z = await run([await forward(bench.builder, request)], buffers.z, B * O);
  const dx = await run(await inputGradient(bench.builder, request), buffers.dx, B * I);
  bench.destroy();
  return { z, dx };
}

const adapter = await adapterHere();
const halves = Object.values(VARIANTS)
  .flat()
  .filter((id, k, all) => id.startsWith('h') && all.indexOf(id) === k);

describe('kernels with half floats', () => {
  it('are those of products with signs only', () => {
    expect(halves).toEqual(['h32', 'h64']);
    for (const id of halves) expect(id in FORWARD && id in INPUT_GRADIENT).toBe(true);
    expect(VARIANTS.weightGradient.some((id) => id.startsWith('h'))).toBe(false);
  });
});

describe.skipIf(!adapter.f16)(
  adapter.f16
    ? 'products with half floats'
    : `products with half floats: skipped, ${adapter.name} has no shader-f16`,
  () => {
    describe.each(halves)('%s', (variant) => {
      for (const shape of SHAPES) {
        const { B, I, O } = shape;
        gpuTest(`[${B}, ${I}, ${O}] within the roundings of its operands`, async (gpu) => {
          const w = random(I * O, 3);
          const wb = signs(w, H);
          const x = random(B * I, 1);
          // Gradients are small: a minibatch shares them out.
          const dz = random(B * O, 2).map((value) => Math.fround(value * 1e-6));
          const { z, dx } = await compute(gpu, variant, shape, { x, dz, w });
          expectWithin(z, denseForward(x, wb, shape), bounds(x, B, O, I, 1));
          const bound = bounds(dz, B, I, O, GRADIENT_RANGE);
          // Float32 sums of small numbers are off by as much less.
          const small = bound.map((value) => value - sums(O) * (1 - 1e-6));
          expectWithin(dx, denseBackwardInput(dz, wb, shape), small);
        });
      }

      gpuTest('loses nothing of numbers that are halves, and adds in float32', async (gpu) => {
        const shape = SHAPES[2];
        const { B, I, O } = shape;
        const whole = (count: number, stream: number) =>
          random(count, stream).map((value) => halfToNumber(numberToHalf(value)));
        // Sums beyond 2048 would lose units in half floats.
        const x = whole(B * I, 1).map((value) => value + 8);
        const exact = x.map((value) => halfToNumber(numberToHalf(value)));
        const dz = whole(B * O, 2).map((value) => value / GRADIENT_RANGE);
        const w = random(I * O, 3).map((value) => value + 0.9);
        const wb = signs(w, H);
        const { z, dx } = await compute(gpu, variant, shape, { x: exact, dz, w });
        const expected = denseForward(exact, wb, shape);
        expect(Math.max(...expected)).toBeGreaterThan(1800);
        const tight = (values: Floats, K: number, size: number) =>
          values.map((value) => size * sums(K) + 1e-6 * Math.abs(value));
        expectWithin(z, expected, tight(expected, I, 8));
        const gradient = denseBackwardInput(dz, wb, shape);
        expectWithin(dx, gradient, tight(gradient, O, 1 / GRADIENT_RANGE));
      });

      gpuTest('stops at the largest half, and shows what is not a number', async (gpu) => {
        const shape = SHAPES[0];
        const w = Float64Array.of(-1);
        for (const [value, z, dx] of [
          [1e6, -65504 * H, -65504 * (H / GRADIENT_RANGE)],
          [-1e30, 65504 * H, 65504 * (H / GRADIENT_RANGE)],
          [NaN, NaN, NaN],
        ] as const) {
          const operand = Float64Array.of(value);
          const result = await compute(gpu, variant, shape, { x: operand, dz: operand, w });
          expect([...result.z, ...result.dx]).toEqual([z, dx]);
        }
      });

      gpuTest('takes float32 for real weights', async (gpu) => {
        const shape = SHAPES[1];
        const { B, I, O } = shape;
        const operands = { x: random(B * I, 1), dz: random(B * O, 2), w: random(I * O, 3) };
        const { x, dz, w } = operands;
        const { z, dx } = await compute(gpu, variant, shape, { ...operands, binary: false });
        const within = (values: Floats, K: number) =>
          values.map((value) => sums(K) + 1e-5 * Math.abs(value));
        const expected = denseForward(x, w, shape);
        expectWithin(z, expected, within(expected, I));
        const gradient = denseBackwardInput(dz, w, shape);
        expectWithin(dx, gradient, within(gradient, O));
      });
    });
  },
);
