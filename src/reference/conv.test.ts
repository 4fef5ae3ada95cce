/** Convolutions against their definition, and their two gradients against the forward pass. */
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { type Maps, sizeOf } from '../experiment/datasets.ts';
import { convBackwardInput, convBackwardWeights, convForward, type ConvShape } from './conv.ts';
import { el, type Floats } from './floats.ts';
import { randomWords, signedUnit } from './random.ts';

const noise = (n: number, stream: number): Floats =>
  Float64Array.from(randomWords(n, 77, stream, 0), signedUnit);

const dot = (a: Floats, b: Floats): number =>
  a.reduce((sum, value, e) => sum + value * el(b, e), 0);

function shapeOf(
  from: Maps,
  O: number,
  kernel: number,
  stride: number,
  padding: number,
): ConvShape {
  const side = (n: number) => Math.floor((n + 2 * padding - kernel) / stride) + 1;
  const to = { height: side(from.height), width: side(from.width), channels: O };
  return { I: kernel * kernel * from.channels, O, kernel, stride, padding, from, to };
}

/** Maps with their border of zeros written out, [height + 2 p][width + 2 p][channels]. */
function bordered(x: Floats, b: number, { from, padding }: ConvShape): number[][][] {
  const { height, width, channels } = from;
  return Array.from({ length: height + 2 * padding }, (_, y) =>
    Array.from({ length: width + 2 * padding }, (_, x0) =>
      Array.from({ length: channels }, (_, c) => {
        const [row, column] = [y - padding, x0 - padding];
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? el(x, ((b * height + row) * width + column) * channels + c) : 0;
      }),
    ),
  );
}

const CASES: readonly [name: string, shape: ConvShape][] = [
  ['3x3, padding 1', shapeOf({ height: 6, width: 7, channels: 3 }, 5, 3, 1, 1)],
  ['3x3, no padding', shapeOf({ height: 5, width: 8, channels: 2 }, 4, 3, 1, 0)],
  ['2x2, stride 2', shapeOf({ height: 5, width: 6, channels: 3 }, 3, 2, 2, 0)],
  [
    '2x2, padding 1: an even kernel makes larger maps',
    shapeOf({ height: 4, width: 3, channels: 1 }, 2, 2, 1, 1),
  ],
  ['5x5, stride 3, padding 4', shapeOf({ height: 7, width: 4, channels: 2 }, 3, 5, 3, 4)],
  [
    '3x3, stride 4: places between windows',
    shapeOf({ height: 9, width: 8, channels: 2 }, 2, 3, 4, 0),
  ],
  ['1x1', shapeOf({ height: 3, width: 4, channels: 6 }, 7, 1, 1, 0)],
  ['one window over all', shapeOf({ height: 4, width: 4, channels: 2 }, 3, 4, 1, 0)],
  ['one place, mostly padding', shapeOf({ height: 1, width: 1, channels: 1 }, 1, 3, 1, 1)],
];
const B = 3;

describe.each(CASES)('%s', (_, shape) => {
  const { I, O, kernel, stride, from, to } = shape;
  const x = noise(B * sizeOf(from), 1);
  const w = noise(I * O, 2);
  const dz = noise(B * sizeOf(to), 3);
  const z = convForward(x, w, shape);

  test('forward is the sum over each window', () => {
    expect(z).toHaveLength(B * sizeOf(to));
    for (let b = 0; b < B; b++) {
      const maps = bordered(x, b, shape);
      for (let oy = 0; oy < to.height; oy++) {
        for (let ox = 0; ox < to.width; ox++) {
          for (let o = 0; o < O; o++) {
            let sum = 0;
            for (let ky = 0; ky < kernel; ky++) {
              for (let kx = 0; kx < kernel; kx++) {
                at(at(maps, oy * stride + ky), ox * stride + kx).forEach((value, c) => {
                  sum += value * el(w, ((ky * kernel + kx) * from.channels + c) * O + o);
                });
              }
            }
            const e = ((b * to.height + oy) * to.width + ox) * O + o;
            expect(el(z, e)).toBeCloseTo(sum, 12);
          }
        }
      }
    }
  });

  // z is linear in x and in w: <z, dz> = <x, dx> = <w, dwb> for any x, w and dz, with dx independent
  // of x and dwb of w. Together with the forward pass this defines both.
  test('gradients belong to it', () => {
    const dwb = convBackwardWeights(x, dz, shape);
    const dx = convBackwardInput(dz, w, shape);
    expect(dwb).toHaveLength(I * O);
    expect(dx).toHaveLength(x.length);
    expect(dot(w, dwb)).toBeCloseTo(dot(z, dz), 11);
    expect(dot(x, dx)).toBeCloseTo(dot(z, dz), 11);
    const [other, otherWeights] = [noise(x.length, 4), noise(w.length, 5)];
    expect(dot(other, dx)).toBeCloseTo(dot(convForward(other, w, shape), dz), 11);
    expect(dot(otherWeights, dwb)).toBeCloseTo(dot(convForward(x, otherWeights, shape), dz), 11);
  });
});
