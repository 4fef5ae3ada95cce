import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from './series.ts';

const filled = (steps: number, capacity: number, value: (step: number) => number): Series => {
  const series = new Series(capacity);
  for (let step = 1; step <= steps; step++) series.push(step, value(step));
  return series;
};

describe('Series', () => {
  it('keeps every step of a short run exactly', () => {
    const points = filled(8, 8, (step) => step * 10).points();
    expect(points.map(({ value }) => value)).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(points.every(({ from, to }) => from === to)).toBe(true);
  });

  it('doubles the width of its buckets when they run out', () => {
    const series = filled(9, 8, (step) => step);
    expect(series.width).toBe(2);
    expect(series.points().at(0)).toEqual({ from: 1, to: 2, value: 1.5 });
    expect(series.points().at(-1)).toEqual({ from: 9, to: 9, value: 9 });
  });

  it('stays bounded for a million steps', () => {
    const series = filled(1_000_000, 512, () => 1);
    expect(series.points().length).toBeLessThanOrEqual(512);
    expect(series.points().length).toBeGreaterThan(200);
  });

  it('keeps the mean of all that was pushed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 }),
        (capacity, values) => {
          const series = filled(values.length, capacity, (step) => values[step - 1] ?? 0);
          const sum = series
            .points()
            .reduce((total, { from, to, value }) => total + value * (to - from + 1), 0);
          expect(sum).toBeCloseTo(
            values.reduce((total, value) => total + value, 0),
            6,
          );
          expect(series.points().length).toBeLessThanOrEqual(capacity);
        },
      ),
    );
  });

  it('leaves out what is not finite', () => {
    const series = filled(3, 8, (step) => (step === 2 ? NaN : step));
    expect(series.points().map(({ from }) => from)).toEqual([1, 3]);
  });
});
