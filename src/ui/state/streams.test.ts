/** A run of a million steps in bounded memory, and what its streams hold of it. */
import { describe, expect, it } from 'vitest';
import type { LayerProbe } from '../../session/protocol.ts';
import { frameEvent } from '../testing.ts';
import { Clock, MAX_KNOTS } from './clock.ts';
import { Strip } from './strip.ts';
import { MAX_RECORDS, Streams } from './streams.ts';

const probe = (first: number): LayerProbe => ({
  histogram: Uint32Array.from({ length: 64 }, (_, bin) => (bin === 0 ? first : 1)),
  range: 1,
  saturation: 0.25,
  bits: new Uint32Array(4),
});

const errors = (value: number) => ({ binary: value, real: value });

describe('streams', () => {
  it('stay bounded for a million steps, and still span all of them', () => {
    const STEPS = 1_000_000;
    const FRAME = 500;
    const streams = new Streams();
    streams.reset(2, 'stochastic');
    for (let first = 0; first < STEPS; first += FRAME) {
      const frame = frameEvent(first, FRAME, 2);
      if (frame.type !== 'frame') throw new Error('no frame');
      streams.frame({ ...frame, probes: [probe(first), probe(first)] });
      const step = first + FRAME;
      streams.epoch({
        ...{ epoch: step / FRAME, step, trainLoss: 1, trainError: 20, flipRate: {} },
        ...{ validationLoss: errors(1), validationError: errors(2), testError: errors(3) },
        stepsPerSecond: 100,
      });
    }
    const curves = [
      ...[streams.loss, streams.error],
      ...[...streams.signFlips, ...streams.sampleFlips, ...streams.saturation],
    ];
    for (const series of curves) {
      const points = series.points();
      expect(points.length).toBeLessThanOrEqual(512);
      expect(points.length).toBeGreaterThan(200);
      expect(points.at(-1)?.to).toBe(STEPS);
    }
    expect(streams.epochs.length).toBeLessThanOrEqual(MAX_RECORDS);
    expect(streams.epochs.at(-1)?.step).toBe(STEPS);
    expect(streams.clock.knots().length).toBeLessThanOrEqual(MAX_KNOTS);
    const moments = streams.strip.moments();
    expect(moments.length).toBeLessThanOrEqual(streams.strip.capacity);
    expect(moments.length).toBeGreaterThan(streams.strip.capacity / 3);
    expect(moments.at(-1)?.step).toBe(STEPS);
    // The bits of a look are many: none is kept with a moment.
    expect(Object.keys(moments[0]?.layers[0] ?? {}).sort()).toEqual([
      ...['histogram', 'range', 'saturation'],
    ]);
    // A hundred steps a second all the way.
    for (const step of [1, 12_345, 500_000, STEPS]) {
      expect(streams.clock.at(step) / (step / 100)).toBeCloseTo(1, 9);
    }
  });
});

describe('a run that goes back to an earlier state', () => {
  it('has nothing of the branch it leaves: curves, looks, time and ensembles end at that step', () => {
    const streams = new Streams();
    streams.reset(2, 'deterministic');
    const train = (first: number, count: number, saturation: number) => {
      for (let step = first; step < first + count; step += 10) {
        const frame = frameEvent(step, 10, 2);
        if (frame.type !== 'frame') throw new Error('no frame');
        const look = { ...probe(step), saturation };
        streams.frame({ ...frame, probes: [look, look] });
      }
    };
    const ensemble = (step: number) => {
      streams.ensemble({ step, sizes: [{ members: 1, validation: 1, test: 1 }] });
    };
    train(0, 100, 0.25);
    ensemble(40);
    ensemble(80);
    streams.quantised({
      ...{ step: 80, epoch: 1, steps: {} },
      validationLoss: { real: 1, ternary: 1 },
      ...{ validationError: { real: 1, ternary: 1 }, testError: { real: 1, ternary: 1 } },
    });
    streams.cut(50, 0);
    for (const series of [streams.loss, ...streams.signFlips, ...streams.saturation]) {
      expect(series.points().at(-1)?.to).toBe(50);
    }
    expect(streams.ensembles.map(({ step }) => step)).toEqual([40]);
    expect(streams.strip.last?.step).toBe(50);
    expect(streams.clock.at(99)).toBeCloseTo(0.5);
    expect([streams.ternaryFrom, streams.levels]).toEqual([Infinity, null]);
    // What is trained anew stands alone: it is no mean with what was there.
    train(50, 50, 0.75);
    expect(streams.saturation[0]?.points().map(({ value }) => value)).toEqual([
      ...Array<number>(5).fill(0.25),
      ...Array<number>(5).fill(0.75),
    ]);
    expect(streams.clock.at(100)).toBeCloseTo(1);
    expect(streams.strip.moments().map(({ step }) => step)).toEqual([
      ...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    ]);
  });

  it('has a time of its own for a step between two knots', () => {
    const clock = new Clock();
    clock.push(10, 1);
    clock.push(20, 3);
    clock.cut(15);
    expect(clock.knots()).toEqual([
      [0, 0],
      [10, 1],
      [15, 2.5],
    ]);
    clock.cut(40);
    expect(clock.at(40)).toBe(2.5);
  });
});

describe('the strip of stored weights', () => {
  it('keeps the first look and the last of each span, and finds the moment before a step', () => {
    const strip = new Strip(4);
    for (let step = 0; step <= 9; step++) strip.push(step, [probe(step)], step > 4);
    expect(strip.moments().map(({ step }) => step)).toEqual([0, 7, 9]);
    expect(strip.at(8)?.step).toBe(7);
    expect(strip.at(2)?.step).toBe(0);
    expect(strip.last).toMatchObject({ step: 9, isClipped: true });
    expect(strip.moments()[0]?.isClipped).toBe(false);
    strip.clear();
    expect([strip.moments(), strip.at(3), strip.last]).toEqual([[], null, null]);
  });
});

describe('the clock', () => {
  it('adds up what steps took, with straight lines between', () => {
    const clock = new Clock();
    clock.push(10, 1);
    clock.push(20, 3);
    clock.push(20, 5);
    clock.push(30, NaN);
    expect([0, 5, 10, 15, 20, 99].map((step) => clock.at(step))).toEqual([0, 0.5, 1, 2.5, 4, 4]);
  });
});
