import { describe, expect, test } from 'vitest';
import { momentumAt, rateAt, withEpochs } from './schedule.ts';
import { type Decay, DEFAULT_SPEC, type ExperimentSpec } from './spec.ts';

const STEPS = 10; // an epoch

const specOf = (decay: Decay, start: number, end: number): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  rate: { start, end, decay },
});
const at = (spec: ExperimentSpec, epoch: number) => rateAt(spec, [], epoch * STEPS + 3, STEPS);

describe('the learning rate', () => {
  test('linear by epoch, then it stays', () => {
    const spec = specOf({ kind: 'linear', epochs: 500 }, 0.17, 0.0017);
    expect(at(spec, 0)).toBe(0.17);
    expect(at(spec, 250)).toBeCloseTo((0.17 + 0.0017) / 2, 12);
    expect(at(spec, 500)).toBeCloseTo(0.0017, 12);
    expect(at(spec, 785)).toBeCloseTo(0.0017, 12);
  });

  test('divided by each step, down to a floor', () => {
    const spec = specOf({ kind: 'division', by: 1.000004 }, 0.1, 0.000001);
    expect(rateAt(spec, [], 0, STEPS)).toBe(0.1);
    expect(rateAt(spec, [], 1, STEPS)).toBeCloseTo(0.1 / 1.000004, 15);
    expect(rateAt(spec, [], 125_000, STEPS)).toBeCloseTo(0.1 / 1.000004 ** 125_000, 12);
    expect(rateAt(spec, [], 10_000_000, STEPS)).toBeCloseTo(0.000001, 15);
  });

  test('in equal factors at epochs', () => {
    const spec = specOf({ kind: 'steps', at: [200, 230] }, 0.1, 0.001);
    expect([0, 199, 200, 229, 230, 259].map((epoch) => at(spec, epoch))).toEqual(
      [0.1, 0.1, 0.01, 0.01, 0.001, 0.001].map((rate) => expect.closeTo(rate, 12) as number),
    );
  });

  test('a changed rate goes on by what the schedule still has', () => {
    const spec = specOf({ kind: 'linear', epochs: 10 }, 1, 0.2);
    const changes = [{ step: 5 * STEPS, field: 'rate', value: 0.3 }] as const;
    const rate = (epoch: number) => rateAt(spec, changes, epoch * STEPS, STEPS);
    expect(rate(4)).toBeCloseTo(0.68, 12);
    expect(rate(5)).toBe(0.3);
    expect(rate(10)).toBeCloseTo(0.3 * (0.2 / 0.6), 12);
  });
});

describe('momentum', () => {
  const optimizer = { kind: 'momentum', momentum: 0.5, ramp: { end: 0.7, epochs: 250 } } as const;
  const spec: ExperimentSpec = { ...DEFAULT_SPEC, optimizer };
  const momentum = (epoch: number) => momentumAt(spec, [], epoch * STEPS, STEPS);

  test('goes up linearly by epoch, then stays', () => {
    expect(momentum(0)).toBe(0.5);
    expect(momentum(125)).toBeCloseTo(0.6, 12);
    expect([250, 999].map(momentum)).toEqual([0.7, 0.7]);
  });

  test('stays where a person set it', () => {
    const changes = [{ step: 7, field: 'momentum', value: 0.2 }] as const;
    expect(momentumAt(spec, changes, 6, STEPS)).toBe(0.5);
    expect(momentumAt(spec, changes, 9999, STEPS)).toBe(0.2);
  });
});

test('other epochs stretch every schedule', () => {
  const spec: ExperimentSpec = {
    ...DEFAULT_SPEC,
    epochs: 1000,
    optimizer: { kind: 'momentum', momentum: 0.5, ramp: { end: 0.7, epochs: 250 } },
  };
  const shrunk = (decay: Decay) =>
    withEpochs({ ...spec, rate: { start: 1, end: 0.01, decay } }, 10).rate.decay;
  expect(withEpochs(spec, 10).optimizer).toMatchObject({ ramp: { end: 0.7, epochs: 3 } });
  expect(shrunk({ kind: 'linear', epochs: 500 })).toEqual({ kind: 'linear', epochs: 5 });
  expect(shrunk({ kind: 'steps', at: [1, 2, 900] })).toEqual({ kind: 'steps', at: [1, 2, 9] });
  expect(shrunk({ kind: 'division', by: 1.001 })).toEqual({
    kind: 'division',
    by: expect.closeTo(1.001 ** 100, 12) as number,
  });
  expect(withEpochs(DEFAULT_SPEC, DEFAULT_SPEC.epochs)).toBe(DEFAULT_SPEC);
});
