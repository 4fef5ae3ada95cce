/** One example through one layer: weights as bits against weights as they are, windows in turn. */
import { at } from '../../src/experiment/at.ts';
import type { Dispatch } from '../../src/gpu/kernel.ts';
import { MATVEC, matvec } from '../../src/gpu/ops/matvec.ts';
import { packSigns, signs } from '../../src/reference/binarise.ts';
import { denseForward } from '../../src/reference/dense.ts';
import { randomWords, signedUnit } from '../../src/reference/random.ts';
import { asFloats, Bench } from '../../src/testing/run-dispatches.ts';
import { stepsFor, type Timing } from './measure.ts';
import type { Gpu } from './ours.ts';
import { median, type ImageRow } from './table.ts';

/** Widths of a layer that is as wide as it is long. */
export const IMAGE_SIZES = [1024, 4096] as const;

const H = 0.25;
const random = (count: number, stream: number) =>
  Float64Array.from(randomWords(count, 3, stream, 0), signedUnit);

/** One way to multiply, and what is known of it. */
interface Racer {
  readonly dispatch: Dispatch;
  readonly z: GPUBuffer;
  /** Seconds an image, as last seen. */
  pace: number;
  /** Milliseconds an image, of each window. */
  readonly times: number[];
  /** Largest error over what is tolerated. */
  error: number;
}

async function seconds(bench: Bench, { dispatch, z }: Racer, count: number): Promise<number> {
  const list = new Array<Dispatch>(count).fill(dispatch);
  const begun = performance.now();
  await bench.run(list, z, 1);
  return (performance.now() - begun) / 1000;
}

/** Check both ways on a layer [size, size], then time them. */
export async function imageRow(gpu: Gpu, size: number, timing: Timing): Promise<ImageRow> {
  const [I, O] = [size, size];
  const bench = new Bench(gpu);
  try {
    const x = random(I, 1);
    const w = random(I * O, 2);
    const buffers = {
      x: bench.floats('x', x),
      w: bench.floats('w', w),
      wBits: bench.words('wBits', packSigns(w, I, O)),
    };
    const racer = async (magnitude: number | null): Promise<Racer> => {
      const z = bench.arena.storage('z', O);
      const request = { label: 'z', I, O, H: magnitude, ...buffers, z };
      const dispatch = await matvec(bench.builder, request);
      const wb = magnitude === null ? w : signs(w, magnitude);
      const expected = denseForward(x, wb, { B: 1, I, O });
      const got = asFloats(await bench.run([dispatch], z, O));
      // As in the workshop: roundings of float32 sums of so many numbers in [-1, 1).
      const tolerance = 1e-6 + 2e-7 * I;
      const errors = Array.from(got, (value, o) => Math.abs(value - at(expected, o)) / tolerance);
      const error = errors.some(Number.isNaN) ? Infinity : Math.max(...errors);
      return { dispatch, z, pace: Infinity, times: [], error };
    };
    const racers = [await racer(null), await racer(H)] as const;
    for (const one of racers) one.pace = await seconds(bench, one, 1);
    for (let window = 0; window < timing.windows; window++) {
      for (const one of racers) {
        // No submit of many seconds, however fast the kernel looked at first.
        const count = Math.min(10_000, stepsFor(timing.seconds, one.pace));
        one.pace = (await seconds(bench, one, count)) / count;
        one.times.push(1000 * one.pace);
      }
    }
    const [real, binary] = racers.map(({ times }) => median(times));
    if (real === undefined || binary === undefined) throw new Error('Nothing was measured.');
    return {
      type: 'image',
      kernel: MATVEC[bench.builder.profile.family].name,
      ...{ I, O, real, binary },
      ratio: real / binary,
      error: Math.max(...racers.map(({ error }) => error)),
    };
  } finally {
    bench.destroy();
  }
}
