import { describe, expect, it } from 'vitest';
import { Streams } from '../state/streams.ts';
import { frameEvent } from '../testing.ts';
import { legendOf, smoothed, thinned, trainLines, trainRows } from './lines.ts';
import { errorTables, flipTables, lossTables } from './tables.ts';
import { decadesOf, roundTicks } from './ticks.ts';

const both = (value: number) => ({ binary: value, real: value + 1 });

function trained(): Streams {
  const streams = new Streams();
  streams.reset(3, 'deterministic');
  const frame = frameEvent(0, 60);
  if (frame.type === 'frame') streams.frame(frame);
  streams.mark({ step: 40, field: 'mode', value: 'stochastic' });
  streams.epoch({
    epoch: 1,
    step: 30,
    trainLoss: 0.4,
    trainError: 20,
    validationLoss: both(0.3),
    validationError: both(11),
    testError: both(12),
    flipRate: {},
    stepsPerSecond: 100,
  });
  return streams;
}

describe('the training curve', () => {
  it('is cut where the mode changes', () => {
    const streams = trained();
    const rows = trainRows(streams.loss, streams, () => ({}));
    expect(rows[39]).toHaveProperty('train-deterministic');
    expect(rows[39]).not.toHaveProperty('train-stochastic');
    expect(rows[40]).toHaveProperty('train-stochastic');
    expect(trainLines(streams).map(({ key }) => key)).toEqual([
      'raw-deterministic',
      'train-deterministic',
      'raw-stochastic',
      'train-stochastic',
    ]);
  });

  it('carries an epoch’s figures at the step the epoch ended', () => {
    const streams = trained();
    const rows = trainRows(streams.loss, streams, ({ validationLoss }) => ({ ...validationLoss }));
    expect(rows[29]).toMatchObject({ step: 30, binary: 0.3, real: 1.3 });
    expect(rows[28]).not.toHaveProperty('binary');
    const lines = trainLines(streams);
    expect(legendOf(lines, rows, String).map(({ latest }) => latest)).toEqual(['0.5', '0.5']);
  });

  it('smooths without moving a constant', () => {
    const points = Array.from({ length: 30 }, (_, i) => ({ from: i, to: i, value: 7 }));
    expect(smoothed(points).every((value) => Math.abs(value - 7) < 1e-12)).toBe(true);
  });
});

describe('the table twins', () => {
  it('have columns of ternary weights once there are some, from before retraining on', () => {
    const streams = trained();
    expect(errorTables(streams)[1]?.columns).not.toContain('Test, ternary');
    expect(streams.isQuantised).toBe(false);
    const figures = (ternary: number) => ({ ternary, real: 0 });
    streams.quantised({
      ...{ epoch: 1, step: 30, steps: {} },
      validationLoss: figures(0.25),
      ...{ validationError: figures(13), testError: figures(14) },
    });
    const [, loss] = lossTables(streams);
    expect(loss?.columns).toEqual([
      ...['Epoch', 'Train', 'Validation, binary', 'Validation, real', 'Validation, ternary'],
    ]);
    expect(loss?.rows[0]?.cells.at(-1)).toBe('0.2500');
    const [, error] = errorTables(streams);
    expect(error?.columns).toContain('Test, ternary');
    expect(error?.rows[0]?.cells).toEqual([
      ...['1', '20.00 %', '11.00 %', '12.00 %', '13.00 %', '12.00 %', '13.00 %', '14.00 %'],
    ]);
  });

  it('hold at most 20 places of a curve, first and last among them', () => {
    const [steps] = lossTables(trained());
    expect(steps?.rows).toHaveLength(20);
    expect(steps?.rows[0]?.cells).toEqual(['1', '0.50000', 'Deterministic']);
    expect(steps?.rows.at(-1)?.cells).toEqual(['60', '0.50000', 'Stochastic']);
  });

  it('say an error with its weights', () => {
    const epochs = errorTables(trained())[1];
    expect(epochs?.columns).toContain('Test, binary');
    expect(epochs?.rows[0]?.cells.slice(2)).toEqual(['11.00 %', '12.00 %', '12.00 %', '13.00 %']);
  });

  it('have a column a layer for sign flips', () => {
    const [flips, ...others] = flipTables(trained(), ['Layer 1', 'Layer 2', 'Output']);
    expect(flips?.columns).toEqual(['Step', 'Layer 1', 'Layer 2', 'Output']);
    expect(flips?.rows[0]?.cells).toHaveLength(4);
    expect(others).toEqual([]);
  });
});

describe('ticks', () => {
  it('are round and few', () => {
    expect(roundTicks(3240)).toEqual([0, 1000, 2000, 3000]);
    expect(roundTicks(4)).toEqual([0, 1, 2, 3, 4]);
    expect(roundTicks(0)).toEqual([0]);
    for (let last = 1; last < 5000; last += 7) expect(roundTicks(last).length).toBeLessThan(8);
  });

  it('of a log axis enclose all values', () => {
    const line = { key: 'a', name: 'a', colour: '', dash: '', look: 'plain' } as const;
    const rows = [3e-4, 2e-2].map((a, step) => ({ step, from: step, a }));
    expect(decadesOf(rows, [line]).map((n) => Math.round(Math.log10(n)))).toEqual([-4, -3, -2, -1]);
    expect(decadesOf([], [line]).length).toBeGreaterThan(1);
  });

  it('thins to what was asked', () => {
    expect(thinned([1, 2, 3])).toEqual([1, 2, 3]);
    const few = thinned(
      Array.from({ length: 1000 }, (_, i) => i),
      20,
    );
    expect([few.length, few[0], few.at(-1)]).toEqual([20, 0, 999]);
  });
});
