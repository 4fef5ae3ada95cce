/** What Expectation BackPropagation takes of a spec, and what it refuses, in a sentence. */
import { expect, test } from 'vitest';
import {
  expectedRange,
  learningRefusal,
  propagatesSigns,
  remedyOf,
  takesChanges,
} from './learning.ts';
import { parseSpec } from './parse-spec.ts';
import { isChange } from './run.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from './spec.ts';

const { network } = DEFAULT_SPEC;
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  learning: 'expectation',
  network: { ...network, batchNorm: 'none' },
};
const withNetwork = (changed: Partial<ExperimentSpec['network']>): ExperimentSpec => ({
  ...spec,
  network: { ...spec.network, ...changed },
});

test('a spec that says nothing learns by backpropagation', () => {
  const { learning, ...rest } = DEFAULT_SPEC;
  expect(learning).toBe('backprop');
  expect(parseSpec(rest)).toEqual({ ok: true, value: DEFAULT_SPEC });
  expect(parseSpec({ ...rest, learning: 'hebb' })).toEqual({
    ok: false,
    error: 'The experiment\'s learning is "hebb"; allowed is one of backprop, expectation.',
  });
});

test('plain dense layers without batch norm and dropout are taken, whatever else is said', () => {
  expect(parseSpec(spec)).toEqual({ ok: true, value: spec });
  expect(parseSpec({ ...spec, mode: 'stochastic', h: 'glorot', loss: 'hinge-sum' }).ok).toBe(true);
});

test.each([
  [
    { hidden: [...network.hidden, { type: 'dense', units: 8, pieces: 2 }] },
    'The experiment\'s network.hidden[2] does not fit: learning "expectation" takes plain dense layers only.',
  ],
  [
    { hidden: [{ type: 'conv', channels: 8, kernel: 3, stride: 1, padding: 1 }] },
    'The experiment\'s network.hidden[0] does not fit: learning "expectation" takes plain dense layers only.',
  ],
  [
    { batchNorm: 'variance' },
    'The experiment\'s network.batchNorm does not fit learning "expectation"; allowed with it is none.',
  ],
  [
    { dropout: { input: 0.2, hidden: 0 } },
    'The experiment\'s network.dropout.input does not fit learning "expectation"; allowed with it is 0.',
  ],
  [
    { dropout: { input: 0, hidden: 0.5 } },
    'The experiment\'s network.dropout.hidden does not fit learning "expectation"; allowed with it is 0.',
  ],
  [
    { dropConnect: 0.5 },
    'The experiment\'s network.dropConnect does not fit learning "expectation"; allowed with it is none.',
  ],
] as const satisfies readonly (readonly [Partial<ExperimentSpec['network']>, string])[])(
  '%j is refused',
  (changed, error) => {
    expect(parseSpec(withNetwork(changed))).toEqual({ ok: false, error });
    expect(learningRefusal({ ...withNetwork(changed), learning: 'backprop' })).toBeNull();
  },
);

test('nothing can be changed on the way, and no signs propagate in training', () => {
  expect(takesChanges(spec)).toBe(false);
  expect(isChange({ step: 1, field: 'rate', value: 0.1 }, spec)).toBe(false);
  expect(isChange({ step: 1, field: 'rate', value: 0.1 }, DEFAULT_SPEC)).toBe(true);
  expect(propagatesSigns(spec)).toBe(false);
  expect(propagatesSigns(DEFAULT_SPEC)).toBe(true);
});

test('what helps where a run does not stay finite depends on what there is to change', () => {
  expect(remedyOf(spec)).toBe('a smaller batch');
  expect(remedyOf(DEFAULT_SPEC)).toBe('a smaller learning rate');
});

test('h starts with variance 1 / fan in', () => {
  expect(expectedRange(300) ** 2 / 3).toBeCloseTo(1 / 300, 12);
});
