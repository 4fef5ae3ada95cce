/** The three products of convolutions, every variant, at geometries that fit no tile. */
import { describe, expect, it } from 'vitest';
import { computes, type LayerKernels, type VariantId } from '../../experiment/kernels.ts';
import { type Maps, sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import { packSigns, signs } from '../../reference/binarise.ts';
import {
  convBackwardInput,
  convBackwardWeights,
  convForward as expectedForward,
} from '../../reference/conv.ts';
import { toFloats, type Floats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest, kernelCases } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { denseShape } from '../../testing/synthetic.ts';
import type { Activation } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import { convForward } from './conv-forward.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import { convScratchWords, convWeightGradient } from './conv-weight-gradient.ts';
import { foldedGrid } from './product.ts';

const H = 0.25;

/** B, height x width x channels, kernel, stride, padding, O. */
const GEOMETRIES = [
  [3, [5, 4, 1], 3, 1, 1, 3],
  [2, [7, 6, 3], 3, 1, 1, 17],
  [1, [9, 9, 5], 5, 2, 2, 33],
  [2, [6, 8, 20], 3, 1, 0, 33],
  [1, [4, 5, 33], 2, 2, 1, 40],
  [2, [3, 11, 16], 3, 3, 1, 16],
  [1, [1, 1, 7], 1, 1, 0, 1],
  [3, [10, 10, 32], 3, 1, 1, 64],
  [2, [5, 9, 4], 5, 1, 4, 8],
] as const;

function convShape(
  [height, width, channels]: readonly [number, number, number],
  kernel: number,
  stride: number,
  padding: number,
  O: number,
): LayerShape {
  const from: Maps = { height, width, channels };
  const side = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const to = { height: side(height), width: side(width), channels: O };
  return denseShape(kernel ** 2 * channels, O, {
    ...{ name: 'conv1', kind: 'conv', kernel, stride, padding, from, to, out: to },
  });
}

const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

/** Sums of n products of numbers below 1: float32 rounding grows like sqrt(n). */
const tolerance = (n: number) => ({ atol: 5e-7 * Math.sqrt(n), rtol: 1e-5 });

const cases = await kernelCases();

/** The operands of a convolution on the device, and where its products go. */
function operands(bench: Bench, B: number, layer: LayerShape, variant: VariantId) {
  const { I, O, from, to } = layer;
  const x = random(B * sizeOf(from), 1);
  const dz = random(B * sizeOf(to), 2);
  const w = random(I * O, 3);
  /** Not-a-number all around what may be read. */
  const activation = (label: string, values: Floats, channels: number): Activation => {
    const zero = Math.ceil(values.length / 4) * 4 + 4;
    const all = new Float32Array(zero + Math.ceil(channels / 4) * 4 + 4).fill(NaN);
    all.set(values);
    all.fill(0, zero, zero + Math.ceil(channels / 4) * 4);
    return { buffer: bench.floats(label, all), zero };
  };
  const kernels: LayerKernels = {
    forward: variant,
    inputGradient: variant,
    weightGradient: variant,
  };
  return {
    numbers: { x, dz, w },
    request: {
      x: activation('x', x, from.channels),
      dz: activation('dz', dz, to.channels),
      w: bench.floats('w', w),
      wBits: bench.words('wBits', packSigns(signs(w, H), I, O)),
      z: bench.arena.storage('z', B * sizeOf(to)),
      dx: bench.arena.storage('dx', B * sizeOf(from)),
      dwb: bench.arena.storage('dwb', I * O),
      scratch: bench.arena.storage('scratch', convScratchWords(layer, B, kernels)),
      ...{ label: variant, variant, B, layer },
    },
  };
}

describe.each(cases)('$name kernels of convolutions', ({ variant, longFrom }) => {
  for (const [B, from, kernel, stride, padding, O] of GEOMETRIES) {
    const layer = convShape(from, kernel, stride, padding, O);
    const name = `[${B}, ${from.join('x')}], ${kernel}x${kernel}, stride ${stride}, padding ${padding}, to ${O}`;
    gpuTest(`${name}: real and binary weights`, async (gpu) => {
      const bench = new Bench(gpu, 'auto', { longFrom });
      const { numbers, request } = operands(bench, B, layer, variant);
      const { x, dz, w } = numbers;
      const { z, dx, dwb } = request;
      const compute = async (dispatches: readonly Dispatch[], output: GPUBuffer) => {
        const words = await bench.run(dispatches, output, output.size / 4);
        // The same dispatches again give the same numbers to the bit.
        expect(await bench.run(dispatches, output, output.size / 4)).toEqual(words);
        return asFloats(words);
      };
      const first = (numbers: Float32Array, count: number) => numbers.subarray(0, count);

      for (const magnitude of [null, H]) {
        const wb = magnitude === null ? w : signs(w, magnitude);
        if (computes('forward', variant)) {
          const dispatches = await convForward(bench.builder, { ...request, H: magnitude });
          const expected = expectedForward(x, wb, layer);
          expectClose(
            first(await compute(dispatches, z), expected.length),
            expected,
            tolerance(layer.I),
          );
        }
        if (computes('inputGradient', variant)) {
          const dispatches = await convInputGradient(bench.builder, { ...request, H: magnitude });
          const expected = convBackwardInput(dz, wb, layer);
          expectClose(
            first(await compute(dispatches, dx), expected.length),
            expected,
            tolerance(kernel ** 2 * O),
          );
        }
      }
      if (computes('weightGradient', variant)) {
        const dispatches = await convWeightGradient(bench.builder, request);
        const expected = convBackwardWeights(x, dz, layer);
        const terms = B * layer.to.height * layer.to.width;
        expectClose(
          first(await compute(dispatches, dwb), expected.length),
          expected,
          tolerance(terms),
        );
      }
      bench.destroy();
    });
  }
});

describe('grids', () => {
  it('fold where they have more rows than WebGPU allows', () => {
    expect(foldedGrid(3, 65_535)).toEqual([3, 65_535]);
    expect(foldedGrid(3, 65_536)).toEqual([6, 32_768]);
    expect(foldedGrid(1, 200_000)).toEqual([4, 50_000]);
  });
});
