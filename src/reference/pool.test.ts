import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { sizeOf } from '../experiment/datasets.ts';
import { layerShapes, type PoolShape } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type PoolSpec } from '../experiment/spec.ts';
import { el, type Floats, toFloats } from './floats.ts';
import { poolBackward, poolForward } from './pool.ts';
import { randomWords, signedUnit } from './random.ts';

/** A pool behind a 1x1 convolution of maps height x width x channels. */
function poolOf(pool: PoolSpec, height: number, width: number, channels: number): PoolShape {
  const conv = { type: 'conv', channels, kernel: 1, stride: 1, padding: 0 } as const;
  const network = { ...DEFAULT_SPEC.network, hidden: [conv, pool] };
  const data = { height, width, channels: 1, classes: 2 };
  return at(at(layerShapes({ ...DEFAULT_SPEC, network }, data), 0).pools, 0);
}
const pool = (kind: 'max' | 'average', size: number, stride: number, ceil = false): PoolSpec => ({
  ...{ type: 'pool', kind, size, stride, ceil },
});

// prettier-ignore
const MAP = toFloats([
  1, 5, 2, 4, 9,
  3, 2, 8, 8, 0,
  7, 6, 8, 1, 5,
]);

describe('by hand, a map of 3 x 5', () => {
  test.each([
    ['max 2, stride 2: the last row and column are left out', pool('max', 2, 2), [5, 8]],
    ['max 2, stride 2, ceil', pool('max', 2, 2, true), [5, 8, 9, 7, 8, 5]],
    ['max 3, stride 2: windows overlap', pool('max', 3, 2), [8, 9]],
    ['average 2, stride 2', pool('average', 2, 2), [11 / 4, 22 / 4]],
    [
      'average 2, stride 2, ceil: of what is there',
      pool('average', 2, 2, true),
      [11 / 4, 22 / 4, 9 / 2, 13 / 2, 9 / 2, 5],
    ],
    ['average 3, stride 2', pool('average', 3, 2), [42 / 9, 45 / 9]],
    ['max 4, ceil: a window higher than the map', pool('max', 4, 4, true), [8, 9]],
    ['max of a single place, stride 3', pool('max', 1, 3), [1, 4]],
    ['global average', { type: 'pool', kind: 'global-average' } as const, [69 / 15]],
  ])('%s', (_, spec, expected) => {
    const y = poolForward(poolOf(spec, 3, 5, 1), MAP);
    expect(y).toHaveLength(expected.length);
    expected.forEach((value, e) => {
      expect(el(y, e)).toBeCloseTo(value, 14);
    });
  });

  test('of equal elements the first, by row and then column, gets the gradient', () => {
    const overlapping = poolOf(pool('max', 2, 1), 3, 5, 1);
    // Of the five windows whose largest is 8, four see the one in row 1, column 2 first.
    expect(Array.from(poolForward(overlapping, MAP))).toEqual([5, 8, 8, 9, 7, 8, 8, 8]);
    const dx = poolBackward(overlapping, MAP, toFloats([1, 2, 3, 4, 5, 6, 7, 8]));
    // prettier-ignore
    expect(Array.from(dx)).toEqual([
      0, 1, 0, 0, 4,
      0, 0, 2 + 3 + 6 + 7, 8, 0,
      5, 0, 0, 0, 0,
    ]);
  });

  test('an average hands on equal parts, larger ones where its window hangs over the edge', () => {
    const dx = poolBackward(
      poolOf(pool('average', 2, 2, true), 3, 5, 1),
      MAP,
      toFloats([4, 8, 2, 6, 10, 3]),
    );
    // prettier-ignore
    expect(Array.from(dx)).toEqual([
      1, 1, 2, 2, 1,
      1, 1, 2, 2, 1,
      3, 3, 5, 5, 3,
    ]);
  });
});

describe.each([
  pool('max', 2, 2),
  pool('max', 3, 2, true),
  pool('average', 3, 1),
  pool('average', 3, 2, true),
  { type: 'pool', kind: 'global-average' } as const,
])('%o', (spec) => {
  const [B, channels] = [3, 4];
  const shape = poolOf(spec, 6, 7, channels);
  const x: Floats = Float64Array.from(randomWords(B * 42 * channels, 3, 1, 0), signedUnit);
  const y = poolForward(shape, x);
  const dy: Floats = Float64Array.from(randomWords(y.length, 3, 2, 0), signedUnit);

  test('each channel of each example is pooled by itself', () => {
    const plane = {
      ...shape,
      from: { ...shape.from, channels: 1 },
      to: { ...shape.to, channels: 1 },
    };
    const dx = poolBackward(shape, x, dy);
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < channels; c++) {
        const own = (values: Floats) =>
          values
            .subarray((b * values.length) / B, ((b + 1) * values.length) / B)
            .filter((_, e) => e % channels === c);
        expect(poolForward(plane, own(x))).toEqual(own(y));
        expect(poolBackward(plane, own(x), own(dy))).toEqual(own(dx));
      }
    }
  });

  // Both kinds are linear where no order changes: y = J x, so <y, dy> = <x, J^T dy>.
  test('its gradient belongs to it', () => {
    const dx = poolBackward(shape, x, dy);
    expect(dx).toHaveLength(B * sizeOf(shape.from));
    const dot = (a: Floats, b: Floats) => a.reduce((sum, value, e) => sum + value * el(b, e), 0);
    expect(dot(x, dx)).toBeCloseTo(dot(y, dy), 12);
  });
});
