import { describe, expect, it } from 'vitest';
import { PLANE, planeCoordinate } from '../../session/plane.ts';
import { contourOf, marginsOf, placeOf, planeTable, surenessOf } from './boundary.ts';

/** Margins of a function of x and y over the grid. */
const gridOf = (f: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: PLANE.side ** 2 }, (_, point) =>
    f(planeCoordinate(point % PLANE.side), -planeCoordinate(Math.floor(point / PLANE.side))),
  );

describe('contourOf', () => {
  it('finds a straight line exactly', () => {
    const segments = contourOf(Float32Array.from([-1, 3, -1, 3]), 2);
    expect(segments).toEqual([0.25, 0, 0.25, 1]);
  });

  it('follows a circle', () => {
    const segments = contourOf(
      gridOf((x, y) => 1 - x * x - y * y),
      PLANE.side,
    );
    expect(segments.length % 4).toBe(0);
    let length = 0;
    for (let k = 0; k < segments.length; k += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = segments.slice(k, k + 4);
      length += Math.hypot(x2 - x1, y2 - y1);
      expect(Math.hypot(planeCoordinate(x1), planeCoordinate(y1))).toBeCloseTo(1, 2);
    }
    const unit = planeCoordinate(1) - planeCoordinate(0);
    expect(length * unit).toBeCloseTo(2 * Math.PI, 1);
  });

  it('does not cross itself at a saddle', () => {
    const saddle = (middle: number) => contourOf(Float32Array.from([middle, -1, -1, middle]), 2);
    // The mean is above zero: the positive corners a and c are one piece; b and d are cut off.
    expect(saddle(3)).toEqual([0.75, 0, 1, 0.25, 0.25, 1, 0, 0.75]);
    // Below: a and c are cut off.
    expect(saddle(0.5)).toEqual([
      expect.closeTo(1 / 3),
      0,
      0,
      expect.closeTo(1 / 3),
      1,
      expect.closeTo(2 / 3),
      expect.closeTo(2 / 3),
      1,
    ]);
  });

  it('is empty where one class has everything', () => {
    expect(contourOf(new Float32Array(PLANE.side ** 2).fill(1), PLANE.side)).toEqual([]);
  });
});

describe('the plane', () => {
  it('has margins, places and a table', () => {
    expect([...marginsOf(Float32Array.from([1, -1, 0, 2]))]).toEqual([-2, 2]);
    expect(surenessOf(-1)).toBe(0.5);
    expect(placeOf(0, 0)).toEqual([0.5, 0.5]);
    expect(placeOf(-PLANE.half, PLANE.half)).toEqual([0, 0]);
    const table = planeTable(
      gridOf((_x, y) => y),
      ['low', 'high'],
    );
    expect(table.columns).toEqual(['y \\ x', '−1.5', '−1.1', ...table.columns.slice(3)]);
    expect(table.rows.length).toBe(9);
    expect(table.rows[0]?.cells).toEqual(['1.5', ...Array<string>(9).fill('high')]);
    expect(table.rows[8]?.cells).toEqual(['−1.5', ...Array<string>(9).fill('low')]);
    expect(planeTable(null, []).rows).toEqual([]);
  });
});
