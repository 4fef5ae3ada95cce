import { describe, expect, test } from 'vitest';
import { decodeLink } from './link.ts';
import { parseSpec } from './parse-spec.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from './spec.ts';

const withDropConnect = (part: Partial<ExperimentSpec> = {}, network = {}): unknown => ({
  ...{ ...DEFAULT_SPEC, ...part },
  network: { ...DEFAULT_SPEC.network, dropConnect: 0.5, ...network },
});

describe('DropConnect in a spec', () => {
  test('is a share of the weights of hidden dense layers', () => {
    const parsed = parseSpec(withDropConnect());
    expect(parsed.ok && parsed.value.network.dropConnect).toBe(0.5);
    expect(parseSpec(DEFAULT_SPEC)).toEqual({ ok: true, value: DEFAULT_SPEC });
    const link = decodeLink('#v=1&dropcon=0.25');
    expect(link.ok && link.value?.run.spec.network.dropConnect).toBe(0.25);
  });

  test.each([
    [withDropConnect({}, { dropConnect: 1 }), 'is 1; allowed is a number from 0.001 to 0.95.'],
    [withDropConnect({}, { hidden: [] }), 'does not fit: it needs a hidden dense layer.'],
    [
      withDropConnect({}, { hidden: [{ type: 'dense', units: 8, pieces: 2 }] }),
      'does not fit: it goes with ReLU, not with maxout.',
    ],
    [withDropConnect({ magnitude: 'mean' }), 'does not fit: allowed with it is magnitude "bound".'],
  ])('is refused with one sentence (%#)', (spec, why) => {
    const error = `The experiment's network.dropConnect ${why}`;
    expect(parseSpec(spec)).toEqual({ ok: false, error });
  });

  test('a link speaks of its keys', () => {
    expect(decodeLink('#v=1&net=linear&dropcon=0.5')).toEqual({
      ok: false,
      error: "The link's dropcon does not fit: it needs a hidden dense layer.",
    });
  });
});
