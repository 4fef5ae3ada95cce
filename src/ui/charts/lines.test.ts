import { describe, expect, it } from 'vitest';
import { Streams } from '../state/streams.ts';
import { frameEvent } from '../testing.ts';
import { legendOf, type PlotLine, smoothed, thinned, trainLines, trainRows } from './lines.ts';
import { onScale, zerosText } from './chart-model.ts';
import { lineEnds } from './ends.ts';
import { errorTables, flipTables, lossTables } from './tables.ts';
import { axisOf, axisTicks, placeText } from './axis.ts';
import { decadesOf } from './levels.ts';
import { percentPower, percentTick, roundTicks, shortTick } from './ticks.ts';
import { readTools, USUAL_TOOLS, writeTools } from './tools.ts';

const SEEN = { axis: axisOf('step', 30, []), smoothing: 0.6 };

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
    const rows = trainRows(streams.loss, streams, SEEN, () => ({}));
    expect(rows[39]).toHaveProperty('train-deterministic');
    expect(rows[39]).not.toHaveProperty('train-stochastic');
    expect(rows[40]).toHaveProperty('train-stochastic');
    expect(trainLines(streams, 0.6).map(({ key }) => key)).toEqual([
      'raw-train-deterministic',
      'train-deterministic',
      'raw-train-stochastic',
      'train-stochastic',
    ]);
  });

  it('carries an epoch’s figures at the step the epoch ended', () => {
    const streams = trained();
    const rows = trainRows(streams.loss, streams, SEEN, ({ validationLoss }) => ({
      ...validationLoss,
    }));
    expect(rows[29]).toMatchObject({ step: 30, binary: 0.3, real: 1.3 });
    expect(rows[28]).not.toHaveProperty('binary');
    const lines = trainLines(streams, 0.6);
    expect(legendOf(lines, rows, String).map(({ latest }) => latest)).toEqual(['0.5', '0.5']);
  });

  it('smooths without moving a constant', () => {
    const points = Array.from({ length: 30 }, (_, i) => ({ from: i, to: i, value: 7 }));
    expect(smoothed(points, 0.9).every((value) => Math.abs(value - 7) < 1e-12)).toBe(true);
  });

  it('smooths by means that neither lag nor lead, and not at all by 0', () => {
    const at = (k: number, value: number) => ({ from: k, to: k, value });
    const points = Array.from({ length: 41 }, (_, k) => at(k, k === 20 ? 1 : 0));
    const means = smoothed(points, 0.5);
    for (let d = 0; d < 10; d++) expect(means[20 + d]).toBeCloseTo(means[20 - d] ?? NaN, 12);
    // A neighbour counts half as much; both sides together three times as much as the point itself.
    expect(means[20]).toBeCloseTo(1 / 3, 4);
    expect(means[21]).toBeCloseTo(1 / 6, 4);
    expect(smoothed(points, 0)).toEqual(points.map(({ value }) => value));
    const streams = trained();
    const [row] = trainRows(streams.loss, streams, { ...SEEN, smoothing: 0 }, () => ({}));
    expect(row).toEqual({ x: 1, step: 1, from: 1, 'train-deterministic': 0.5 });
    expect(trainLines(streams, 0).map(({ look }) => look)).toEqual(['plain', 'plain']);
  });

  it('is not smoothed across a change of mode', () => {
    const streams = new Streams();
    streams.reset(3, 'deterministic');
    for (const [first, loss] of [
      [0, 0.5],
      [40, 4],
    ] as const) {
      const frame = frameEvent(first, 40, 3, loss);
      if (frame.type === 'frame') streams.frame(frame);
    }
    streams.mark({ step: 40, field: 'mode', value: 'stochastic' });
    const rows = trainRows(streams.loss, streams, SEEN, () => ({}));
    expect(rows[39]?.['train-deterministic']).toBeCloseTo(0.5, 6);
    expect(rows[40]?.['train-stochastic']).toBeCloseTo(4, 6);
  });

  it('has its places on each axis, and so have the marks', () => {
    const streams = trained();
    const place = (kind: 'step' | 'epoch' | 'seconds') =>
      axisOf(kind, 30, streams.clock.knots()).at(45);
    expect([place('step'), place('epoch'), place('seconds')]).toEqual([45, 1.5, 0.45]);
    const axis = axisOf('epoch', 30, []);
    const rows = trainRows(streams.loss, streams, { axis, smoothing: 0 }, () => ({}));
    expect(rows.at(-1)?.x).toBe(2);
    expect(placeText('epoch', { x: 1.5, from: 41, step: 45 })).toBe('epoch 1.5, step 41–45');
    expect(placeText('seconds', { x: 0.45, from: 0, step: 0 })).toBe('0.450 s');
    expect(axisTicks('seconds', 1500).values.map(axisTicks('seconds', 1500).print)).toEqual([
      ...['0 min', '5 min', '10 min', '15 min', '20 min', '25 min'],
    ]);
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

  it('have room beside a chart, however large or small', () => {
    expect([0, 0.05, 1500, 12_345, 3.4e12, -2e7].map(shortTick)).toEqual([
      ...['0', '0.05', '1500', '12000', '3.4×10¹²', '−2.0×10⁷'],
    ]);
    expect([1, 0.01, 1e-5, 1e-6].map(percentPower)).toEqual(['100 %', '1 %', '0.001 %', '10⁻⁴ %']);
    expect(percentTick(0.125)).toBe('12.5 %');
  });

  it('of a log axis enclose all values', () => {
    const line = { key: 'a', name: 'a', colour: '', dash: '', look: 'plain' } as const;
    const rows = [3e-4, 2e-2].map((a, step) => ({ x: step, step, from: step, a }));
    expect(decadesOf(rows, [line]).map((n) => Math.round(Math.log10(n)))).toEqual([-4, -3, -2, -1]);
    expect(decadesOf([], [line]).length).toBeGreaterThan(1);
  });

  it('says of a log axis which lines are below it', () => {
    const line = (key: string, look: PlotLine['look'] = 'plain'): PlotLine => ({
      ...{ key, name: key, colour: '', dash: '', look },
    });
    const drawn = {
      ...({ title: '', kind: 'step', end: 2, exact: String, marks: [], references: [] } as const),
      rows: [
        { x: 1, step: 1, from: 1, a: 0.1, b: 0, raw: 0 },
        { x: 2, step: 2, from: 2, a: 0.2, b: 0.1 },
      ],
      lines: [line('a'), line('b'), line('raw', 'faint')],
    };
    const scaled = { tick: String, logTick: String, usual: 'log' } as const;
    const log = onScale(drawn, scaled, USUAL_TOOLS);
    expect(zerosText(log)).toBe('At 0, below the axis, at times: b.');
    const linear = onScale(drawn, scaled, { ...USUAL_TOOLS, scale: 'linear' });
    expect(zerosText(linear)).toBeNull();
  });

  it('labels of lines stand where they end, and not on top of each other', () => {
    const labelled = (key: string): PlotLine => ({
      ...{ key, name: key, colour: '', dash: '', look: 'kept', label: key },
    });
    const drawn = {
      ...({ title: '', kind: 'step', end: 4, exact: String, marks: [], references: [] } as const),
      rows: [
        { x: 2, step: 2, from: 1, a: 10, b: 10, c: 0, d: 5 },
        { x: 4, step: 4, from: 3, a: 0, b: 0, c: 0, e: 10 },
      ],
      lines: [...['a', 'b', 'c', 'd', 'e'].map(labelled), { ...labelled('f'), label: undefined }],
    };
    const scaled = { tick: String, logTick: String, usual: 'linear' } as const;
    const ends = lineEnds(
      onScale(drawn as Parameters<typeof onScale>[0], scaled, USUAL_TOOLS),
      0.1,
    );
    const at = new Map(ends.map((end) => [end.label, [end.x, Number(end.y.toFixed(3))]]));
    expect(Object.fromEntries(at)).toEqual({
      ...{ a: [1, 0.8], b: [1, 0.9], c: [1, 1], d: [0.5, 0.5], e: [1, 0] },
    });
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

describe('what was chosen for the charts', () => {
  it('is read again as it was written, and anything else is as usual', () => {
    const chosen = { smoothing: 0.85, scale: 'log', across: 'seconds' } as const;
    expect(readTools(writeTools(chosen))).toEqual(chosen);
    for (const text of [null, '', 'x y z', '1.5 log hours', '-1 cubic step', 'NaN']) {
      const { smoothing, across } = readTools(text);
      expect([smoothing, across]).toEqual([USUAL_TOOLS.smoothing, 'step']);
    }
  });
});
