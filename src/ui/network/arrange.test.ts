import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../../experiment/spec.ts';
import { accompanied, moved, namesOf, withField, withNew, without } from './arrange.ts';

const conv = (channels: number): LayerSpec => ({
  ...{ type: 'conv', channels, kernel: 3, stride: 1, padding: 1 },
});
const pool: LayerSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };
const dense: LayerSpec = { type: 'dense', units: 9 };
const network: ExperimentSpec['network'] = {
  ...DEFAULT_SPEC.network,
  hidden: [conv(4), pool, conv(8), dense],
  companions: { at: ['conv2'], rate: 0.5 },
};

it('names layers as records do', () => {
  expect(namesOf(network.hidden)).toEqual(['conv1', null, 'conv2', 'dense3']);
});

describe('a companion follows its layer', () => {
  it('when another goes, or comes', () => {
    expect(without(network, 0).companions?.at).toEqual(['conv1']);
    expect(withNew(network, 0, conv(2)).companions?.at).toEqual(['conv3']);
  });

  it('when layers change places', () => {
    const { hidden, companions } = moved(moved(network, 2, -1), 1, -1);
    expect(hidden).toEqual([conv(8), conv(4), pool, dense]);
    expect(companions?.at).toEqual(['conv1']);
    expect(moved(network, 0, -1)).toBe(network);
    expect(moved(network, 3, 1)).toBe(network);
  });

  it('and goes with it, the last one with all that was said of them', () => {
    expect(without(network, 2)).not.toHaveProperty('companions');
  });
});

it('companions come and go by name, in the order of layers', () => {
  const more = accompanied(network, 'conv1', true);
  expect(more.companions).toEqual({ at: ['conv1', 'conv2'], rate: 0.5 });
  const one = accompanied(more, 'conv2', false);
  expect(one.companions?.at).toEqual(['conv1']);
  const none = accompanied(one, 'conv1', false);
  expect(none).not.toHaveProperty('companions');
  expect(accompanied(none, 'dense3', true).companions?.rate).toBe(0.001);
});

it('a field set to nothing is not there', () => {
  const layer: { units: number; rate?: number } = { units: 3, rate: 2 };
  const bare = withField(layer, 'rate', undefined);
  expect(bare).toStrictEqual({ units: 3 });
  expect(withField(bare, 'rate', 5)).toEqual({ units: 3, rate: 5 });
});
