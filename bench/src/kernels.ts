/** The workshop: every variant of a matrix product at several shapes, checked, then timed. */
import { at } from '../../src/experiment/at.ts';
import { VARIANTS, type VariantId } from '../../src/experiment/kernels.ts';
import type { Adapter } from '../../src/gpu/device.ts';
import type { Dispatch } from '../../src/gpu/kernel.ts';
import { forward } from '../../src/gpu/ops/forward.ts';
import { inputGradient } from '../../src/gpu/ops/input-gradient.ts';
import { weightGradient } from '../../src/gpu/ops/weight-gradient.ts';
import { runs } from '../../src/gpu/profile.ts';
import { packSigns, signs } from '../../src/reference/binarise.ts';
import {
  denseBackwardInput,
  denseBackwardWeights,
  denseForward,
} from '../../src/reference/dense.ts';
import type { Floats } from '../../src/reference/floats.ts';
import { randomWords, signedUnit } from '../../src/reference/random.ts';
import { asFloats, Bench } from '../../src/testing/run-dispatches.ts';
import { stepsFor, type Timing } from './measure.ts';
import type { Gpu } from './ours.ts';
import { median, type KernelRow } from './table.ts';

export const ROLES = ['forward', 'input-gradient', 'weight-gradient'] as const;
export type Role = (typeof ROLES)[number];

export interface Shape {
  readonly B: number;
  readonly I: number;
  readonly O: number;
}

/** The layers of W1 and W2, a larger batch, a narrow one, and the ceiling's cube. */
export const SHAPES: readonly Shape[] = [
  { B: 100, I: 784, O: 256 },
  { B: 100, I: 784, O: 1024 },
  { B: 100, I: 1024, O: 1024 },
  { B: 100, I: 1024, O: 10 },
  { B: 10, I: 1024, O: 1024 },
  { B: 1024, I: 1024, O: 1024 },
];
export const CUBE: Shape = { B: 1024, I: 1024, O: 1024 };

const H = 0.25;

/** A product with its operands and what must come out. */
interface Product {
  readonly role: Role;
  readonly shape: Shape;
  readonly binary: boolean;
  readonly x: Floats;
  readonly w: Floats;
  readonly dz: Floats;
  readonly expected: Floats;
  /** What an element may be off: float32 sums of so many products of numbers in [-1, 1). */
  readonly tolerance: number;
}

const random = (count: number, stream: number): Floats =>
  Float64Array.from(randomWords(count, 3, stream, 0), signedUnit);

function productOf(role: Role, shape: Shape, binary: boolean): Product {
  const { B, I, O } = shape;
  const x = random(B * I, 1);
  const w = random(I * O, 2);
  const dz = random(B * O, 3);
  const wb = binary ? signs(w, H) : w;
  const operands = { role, shape, binary, x, w, dz };
  // Partial sums grow like the root of the terms, and so does what their roundings add up to.
  const within = (terms: number) => 1e-6 + 2e-7 * terms;
  switch (role) {
    case 'forward':
      return { ...operands, expected: denseForward(x, wb, shape), tolerance: within(I) };
    case 'input-gradient':
      return { ...operands, expected: denseBackwardInput(dz, wb, shape), tolerance: within(O) };
    case 'weight-gradient':
      return { ...operands, expected: denseBackwardWeights(x, dz, shape), tolerance: within(B) };
  }
}

const NAMES = {
  forward: 'forward',
  'input-gradient': 'inputGradient',
  'weight-gradient': 'weightGradient',
} as const satisfies Record<Role, keyof typeof VARIANTS>;

/** Kernels for a product that this adapter runs; with real weights one for halves is its float32 twin. */
const variantsOf = (role: Role, adapter: Adapter, binary: boolean): VariantId[] =>
  VARIANTS[NAMES[role]].filter((id) => runs(adapter, id) && (binary || !isHalf(id)));

const isHalf = (id: VariantId): boolean => id.startsWith('h');

async function dispatchesOf(
  bench: Bench,
  product: Product,
  variant: VariantId,
  output: GPUBuffer,
): Promise<Dispatch[]> {
  const { role, shape, binary, w, x, dz } = product;
  const common = { ...shape, label: role, variant };
  const weights = () => ({
    H: binary ? H : null,
    w: bench.floats('w', w),
    wBits: bench.words('wBits', packSigns(w, shape.I, shape.O)),
  });
  switch (role) {
    case 'forward':
      return [
        await forward(bench.builder, {
          ...common,
          ...weights(),
          x: bench.floats('x', x),
          z: output,
        }),
      ];
    case 'input-gradient':
      return inputGradient(bench.builder, {
        ...common,
        ...weights(),
        dz: bench.floats('dz', dz),
        dx: output,
        scratch: bench.arena.storage('scratch', shape.I * shape.O),
      });
    case 'weight-gradient':
      return [
        await weightGradient(bench.builder, {
          ...common,
          x: bench.floats('x', x),
          dz: bench.floats('dz', dz),
          dwb: output,
        }),
      ];
  }
}

function largestError(
  actual: ArrayLike<number>,
  { role, shape, expected, tolerance: ofSums }: Product,
  kernel: VariantId,
): number {
  // Halves keep 11 bits of numbers below 1, each of which counts H times.
  const terms = role === 'forward' ? shape.I : shape.O;
  const tolerance = ofSums + (isHalf(kernel) ? 2 ** -11 * H * terms : 0);
  let largest = 0;
  for (let e = 0; e < expected.length; e++) {
    const error = Math.abs((actual[e] ?? NaN) - at(expected, e)) / tolerance;
    if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error;
  }
  return largest;
}

/** Check one variant of a product, then time it: many in a submit, one word read back at its end. */
async function measure(
  gpu: Gpu,
  product: Product,
  kernel: VariantId,
  timing: Timing,
): Promise<KernelRow> {
  const { role, shape, binary, expected } = product;
  const bench = new Bench(gpu);
  try {
    const output = bench.arena.storage('output', expected.length);
    const dispatches = await dispatchesOf(bench, product, kernel, output);
    const started = performance.now();
    const once = asFloats(await bench.run(dispatches, output, expected.length));
    let pace = (performance.now() - started) / 1000;
    const timed = async (count: number) => {
      const list = Array.from({ length: count }, () => dispatches).flat();
      const begun = performance.now();
      await bench.run(list, output, 1);
      return (performance.now() - begun) / 1000;
    };
    // The first run may have compiled; where it was long nevertheless, once is enough.
    if (pace < timing.seconds) pace = await timed(1);
    const rates: number[] = [];
    let spent = 0;
    // A variant that is slow on this adapter is not worth much more than it is due.
    const cap = Math.min(timing.cap, 2 * timing.windows * timing.seconds);
    for (let k = 0; k < timing.windows && (k === 0 || spent < cap); k++) {
      // No submit of many seconds, however fast the kernel looked at first.
      const count = Math.min(1000, stepsFor(timing.seconds, pace));
      const seconds = await timed(count);
      pace = seconds / count;
      spent += seconds;
      rates.push((2 * shape.B * shape.I * shape.O) / pace / 1e9);
    }
    return {
      type: 'kernel',
      role,
      kernel,
      weights: binary ? 'binary' : 'real',
      ...shape,
      gflops: median(rates),
      min: Math.min(...rates),
      max: Math.max(...rates),
      error: largestError(once, product, kernel),
    };
  } finally {
    bench.destroy();
  }
}

/** All variants of the roles at the shapes, a row each as it is done. */
export async function workshop(
  gpu: Gpu,
  roles: readonly Role[],
  shapes: readonly Shape[],
  timing: Timing,
  emit: (row: KernelRow) => void,
): Promise<void> {
  for (const role of roles) {
    for (const shape of shapes) {
      // The weight gradient reads no weights.
      for (const binary of role === 'weight-gradient' ? [false] : [false, true]) {
        const product = productOf(role, shape, binary);
        for (const kernel of variantsOf(role, gpu.adapter, binary)) {
          emit(await measure(gpu, product, kernel, timing));
        }
      }
    }
  }
}

/** The best right float32 product of 1024 x 1024 x 1024 that our forward kernels reach. */
export async function ceiling(gpu: Gpu, timing: Timing): Promise<KernelRow> {
  const product = productOf('forward', CUBE, false);
  const rows: KernelRow[] = [];
  for (const kernel of variantsOf('forward', gpu.adapter, false)) {
    rows.push(await measure(gpu, product, kernel, timing));
  }
  const right = rows.filter(({ error }) => error <= 1).toSorted((a, b) => b.gflops - a.gflops);
  const [best] = right;
  if (best === undefined) throw new Error('No forward kernel computes the 1024^3 product right.');
  return best;
}
