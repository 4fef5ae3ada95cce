/** What retraining takes of a spec, what it refuses, and how the schedules go through its phases. */
import { describe, expect, test } from 'vitest';
import { decodeLink, encodeLink } from './link.ts';
import { parseSpec } from './parse-spec.ts';
import { firstPhaseOf, phaseAt, phasesOf, retrained } from './retraining.ts';
import { type Change, isChange, runOf } from './run.ts';
import { momentumAt, rateAt, withEpochs } from './schedule.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from './spec.ts';

const spec = retrained({ ...DEFAULT_SPEC, mode: 'none', epochs: 4 });
const { network } = spec;
const errorOf = (made: unknown): string => {
  const parsed = parseSpec(made);
  return parsed.ok ? '' : parsed.error;
};

test('as many epochs of retraining are put behind those there are', () => {
  expect(spec).toMatchObject({ epochs: 8, retraining: { after: 4, signalLevels: 8 } });
  expect(parseSpec(spec)).toEqual({ ok: true, value: spec });
  expect(phasesOf(spec)).toEqual([
    { first: 0, epochs: 4 },
    { first: 4, epochs: 4 },
  ]);
  expect([0, 3, 4, 7, 8].map((epoch) => phaseAt(spec, epoch).first)).toEqual([0, 0, 4, 4, 4]);
  expect(firstPhaseOf(spec)).toEqual({ ...DEFAULT_SPEC, mode: 'none', epochs: 4 });
  expect(firstPhaseOf(DEFAULT_SPEC)).toBe(DEFAULT_SPEC);
});

test.each<[Partial<ExperimentSpec>, string]>([
  [
    { mode: 'stochastic' },
    "The experiment's mode does not fit retraining; allowed with it is none.",
  ],
  [
    { magnitude: 'mean' },
    "The experiment's magnitude does not fit retraining; allowed with it is bound.",
  ],
  [
    { learning: 'expectation', network: { ...network, batchNorm: 'none' } },
    "The experiment's learning does not fit retraining; allowed with it is backprop.",
  ],
  [
    { network: { ...network, dropout: { input: 0.2, hidden: 0 } } },
    "The experiment's network.dropout.input does not fit retraining; allowed with it is 0.",
  ],
  [
    { network: { ...network, dropout: { input: 0, hidden: 0.5 } } },
    "The experiment's network.dropout.hidden does not fit retraining; allowed with it is 0.",
  ],
  [
    { network: { ...network, dropConnect: 0.5 } },
    "The experiment's network.dropConnect does not fit retraining; allowed with it is none.",
  ],
  [
    { network: { ...network, companions: { at: ['dense1'], rate: 1 } } },
    "The experiment's network.companions does not fit retraining; allowed with it is none.",
  ],
  [
    { network: { ...network, output: { type: 'dense', maxNorm: 2 } } },
    "The experiment's network.output.maxNorm does not fit retraining; allowed with it is none.",
  ],
  [
    { network: { ...network, hidden: [{ type: 'dense', units: 8, pieces: 2 }] } },
    "The experiment's network.hidden[0].pieces does not fit retraining; allowed with it is 1.",
  ],
  [
    { network: { ...network, hidden: [{ type: 'dense', units: 8, maxNorm: 1 }] } },
    "The experiment's network.hidden[0].maxNorm does not fit retraining; allowed with it is none.",
  ],
  [
    { network: { ...network, hidden: [{ type: 'dense', units: 8, dropout: 0.1 }] } },
    "The experiment's network.hidden[0].dropout does not fit retraining; allowed with it is none.",
  ],
  [
    { epochs: 4 },
    "The experiment's retraining.after is 4 of 4 epochs; allowed are fewer than all of them.",
  ],
])('%j gets one sentence', (changed, sentence) => {
  expect(errorOf({ ...spec, ...changed })).toBe(sentence);
});

test.each([
  [
    { after: 0, signalLevels: 8 },
    'retraining.after is 0; allowed is a whole number from 1 to 10000.',
  ],
  [
    { after: 1, signalLevels: 1 },
    'retraining.signalLevels is 1; allowed is a whole number from 2 to 256.',
  ],
  [{ after: 1 }, 'The experiment lacks the field "retraining.signalLevels".'],
])('bounds of %j', (retraining, sentence) => {
  expect(errorOf({ ...spec, retraining })).toContain(sentence);
});

describe('links', () => {
  test('carry it', () => {
    const link = { run: runOf(spec), autoplay: false, embed: false, hide: [] };
    expect(encodeLink(link.run)).toContain('retrain=4:8');
    expect(decodeLink(encodeLink(link.run))).toEqual({ ok: true, value: link });
  });

  test.each([
    ['#v=1&mode=none&retrain=4', 'such as 10:8.'],
    ['#v=1&mode=none&retrain=4:1', 'such as 10:8.'],
    ['#v=1&retrain=4:8', "The link's mode does not fit retrain; allowed with it is none."],
    ['#v=1&mode=none&epochs=3&retrain=4:8', "The link's retrain is 4 of 3 epochs"],
    ['#v=1&mode=none&retrain=4:8&changes=5.mode.det', 'no mode with retrain'],
  ])('%s gets one sentence', (text, sentence) => {
    const read = decodeLink(text);
    expect(read.ok ? '' : read.error).toContain(sentence);
  });
});

test('a run takes changes of its rate, none of its mode', () => {
  expect(isChange({ step: 3, field: 'rate', value: 0.01 }, spec)).toBe(true);
  expect(isChange({ step: 3, field: 'mode', value: 'deterministic' }, spec)).toBe(false);
});

describe('each phase goes through the schedules by itself', () => {
  const rates = (of: ExperimentSpec, changes: readonly Change[] = []) =>
    Array.from({ length: 8 }, (_, epoch) => rateAt(of, changes, 10 * epoch, 10));

  test.each<ExperimentSpec['rate']>([
    { start: 0.01, end: 0.0001 },
    { start: 0.01, end: 0.0001, decay: { kind: 'linear', epochs: 3 } },
    { start: 0.01, end: 0.0001, decay: { kind: 'division', by: 1.1 } },
    { start: 0.01, end: 0.0001, decay: { kind: 'steps', at: [1, 3] } },
  ])('%j', (rate) => {
    const once = { ...DEFAULT_SPEC, epochs: 4, rate };
    const expected = rates(once).slice(0, 4);
    expect(rates({ ...spec, rate })).toEqual([...expected, ...expected]);
    expect(new Set(expected).size).toBeGreaterThan(2);
  });

  test('a changed rate stays in its phase', () => {
    const change: Change = { step: 20, field: 'rate', value: 1 };
    const [, , third, fourth, fifth] = rates(spec, [change]);
    expect(third).toBe(1);
    expect(fourth).toBeLessThan(1);
    expect(fifth).toBe(spec.rate.start);
    const behind: Change = { step: 40, field: 'rate', value: 1 };
    expect(rates(spec, [behind])[4]).toBe(1);
  });

  test('so does momentum', () => {
    const ramp = { end: 0.9, epochs: 2 };
    const ramped: ExperimentSpec = {
      ...spec,
      optimizer: { kind: 'momentum', momentum: 0.5, ramp },
    };
    const change: Change = { step: 30, field: 'momentum', value: 0.1 };
    const momenta = Array.from({ length: 8 }, (_, e) => momentumAt(ramped, [change], 10 * e, 10));
    const expected = [0.5, 0.7, 0.9, 0.1, 0.5, 0.7, 0.9, 0.9];
    momenta.forEach((momentum, e) => {
      expect(momentum).toBeCloseTo(expected[e] ?? NaN, 12);
    });
  });
});

test('fewer epochs keep the phases in proportion, and a single one is refused', () => {
  expect(withEpochs(spec, 2).retraining?.after).toBe(1);
  expect(withEpochs(spec, 3).retraining?.after).toBe(2);
  expect(withEpochs(spec, 80).retraining?.after).toBe(40);
  expect(errorOf(withEpochs(spec, 1))).toBe(
    "The experiment's retraining.after is 1 of 1 epochs; allowed are fewer than all of them.",
  );
});
