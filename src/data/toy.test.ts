import { describe, expect, test } from 'vitest';
import { type ToyId, TOY_IDS } from '../experiment/datasets.ts';
import { type Examples, halfToNumber } from './dataset.ts';
import { toyDataset } from './toy.ts';

const pointsOf = ({ count, images, labels }: Examples) =>
  Array.from({ length: count }, (_, n) => ({
    x: halfToNumber(images[2 * n] ?? NaN),
    y: halfToNumber(images[2 * n + 1] ?? NaN),
    label: labels[n],
  }));

/** A rule that a person would write down for a task; how often it is right. */
const RULES: Readonly<Record<ToyId, (x: number, y: number) => number>> = {
  // The nearer of the two half circles.
  moons: (x, y) => {
    const upper = Math.hypot(x + 0.3, Math.max(y + 0.15, 0)) - 0.6;
    const lower = Math.hypot(x - 0.3, Math.min(y - 0.15, 0)) - 0.6;
    return Math.abs(upper) < Math.abs(lower) ? 0 : 1;
  },
  circles: (x, y) => (Math.hypot(x, y) > 0.675 ? 0 : 1),
  xor: (x, y) => (x * y > 0 ? 0 : 1),
  spiral: (x, y) => {
    const turns = Math.hypot(x, y) * (1.5 / 0.95);
    const rest = Math.atan2(y, x) / (2 * Math.PI) - turns;
    return Math.abs(rest - Math.round(rest)) < 0.25 ? 0 : 1;
  },
};

describe.each(TOY_IDS)('%s', (id) => {
  const data = toyDataset(id);

  test('has 2,000 / 500 / 500 points of both classes in and near [-1, 1]', () => {
    expect(data).toMatchObject({ id, inputs: 2, shape: { height: 1, width: 2, channels: 1 } });
    for (const [split, count] of [
      [data.train, 2000],
      [data.validation, 500],
      [data.test, 500],
    ] as const) {
      const points = pointsOf(split);
      expect([split.count, split.images.length, points.length]).toEqual([count, 2 * count, count]);
      expect(points.filter(({ label }) => label === 1)).toHaveLength(count / 2);
      expect(points.every(({ x, y }) => Math.abs(x) < 1.25 && Math.abs(y) < 1.25)).toBe(true);
    }
  });

  test('follows its rule but for the noise', () => {
    const points = pointsOf(data.test);
    const right = points.filter(({ x, y, label }) => RULES[id](x, y) === label).length;
    expect(right / points.length).toBeGreaterThan(0.93);
  });

  test('is the same every time, and its splits differ', () => {
    expect(toyDataset(id)).toEqual(data);
    expect(data.validation.images).not.toEqual(data.test.images);
  });
});
