import { describe, expect, it } from 'vitest';
import { at } from '../../experiment/at.ts';
import { findRecipe, usualRecipe } from '../../experiment/recipes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../../experiment/spec.ts';
import { addObstacle, mapsText, newLayer, offerOf, planOf } from './plan.ts';

const cnn = (): ExperimentSpec => {
  const found = findRecipe('fashion-cnn');
  if (!found.ok) throw new Error(found.error);
  return found.value.spec;
};
const withHidden = (hidden: LayerSpec[]): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden },
});
const conv = (kernel: number, padding = 0): LayerSpec => ({
  ...{ type: 'conv', channels: 4, kernel, stride: 1, padding },
});
const pool: LayerSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };
const dense: LayerSpec = { type: 'dense', units: 9 };

describe('planOf', () => {
  it('has a row for each layer, with its shape or its pooling', () => {
    const { hidden, shapes } = planOf(cnn());
    expect(hidden.map(({ title }) => title)).toEqual([
      ...['Layer 1', 'Pooling 1', 'Layer 2', 'Pooling 2', 'Layer 3'],
    ]);
    expect(shapes?.length).toBe(4);
    expect(hidden.map(({ shape }) => shape && [shape.I, shape.O])).toEqual([
      ...[[9, 16], null, [144, 32], null, [1568, 128]],
    ]);
    expect(
      mapsText(at(hidden, 3).pool?.to ?? at(hidden, 3).pool?.from ?? planOf(cnn()).input),
    ).toBe('7 × 7 × 32');
  });

  it('tells two poolings behind one layer apart', () => {
    const { hidden } = planOf(withHidden([conv(3, 1), pool, pool, dense]));
    expect(hidden.map((row) => row.pool?.to.height ?? null)).toEqual([null, 14, 7, null]);
  });

  it('says at its row what does not fit, and what is known before it', () => {
    const { hidden, shapes } = planOf(withHidden([conv(3, 1), conv(3, 3), pool, dense]));
    expect(shapes).toBeNull();
    expect(hidden.map(({ misfit }) => misfit)).toEqual([
      ...[null, 'Does not fit: its padding must be less than its kernel.', null, null],
    ]);
    expect(hidden.map(({ shape }) => shape?.O ?? null)).toEqual([4, null, null, null]);
    const first = planOf({ ...withHidden([conv(5)]), data: 'moons' });
    expect(at(first.hidden, 0).misfit).toMatch(
      /its window is larger than the padded maps of 1 x 2/,
    );
    const last = planOf(withHidden([dense, conv(3)]));
    expect(last.hidden.map(({ shape }) => shape?.O ?? null)).toEqual([9, null]);
    expect(at(last.hidden, 1).misfit).toMatch(/cannot follow a dense layer/);
  });

  it('knows companions, and says where one has no ReLU to stand before', () => {
    const network = { ...cnn().network, companions: { at: ['conv2'], rate: 1 } };
    const fits = planOf({ ...cnn(), network });
    expect(fits.hidden.map(({ misfit }) => misfit)).toEqual([null, null, null, null, null]);
    expect(at(fits.hidden, 2).shape?.companion?.O).toBe(10);
    const hidden = network.hidden.map((layer) =>
      layer.type === 'conv' ? { ...layer, pieces: 2 } : layer,
    );
    const maxout = planOf({ ...cnn(), network: { ...network, hidden } });
    expect(at(maxout.hidden, 2).misfit).toMatch(/this layer is maxout/);
    expect([maxout.shapes, maxout.outputMisfit]).toEqual([null, null]);
    expect(at(maxout.hidden, 2).shape?.pieces).toBe(2);
  });

  it('says at the output what does not fit there', () => {
    const spec = withHidden([dense]);
    const output = { type: 'average', relu: true } as const;
    const plan = planOf({ ...spec, network: { ...spec.network, output } });
    expect(plan.outputMisfit).toBe(
      'Does not fit: an average needs maps, and a dense layer leaves none.',
    );
    expect(plan.shapes).toBeNull();
  });
});

describe('newLayer', () => {
  it('keeps convolutions and pooling before dense layers', () => {
    expect(newLayer([conv(3), dense], 'conv')).toMatchObject({
      position: 1,
      layer: { channels: 4 },
    });
    expect(newLayer([conv(3), dense], 'pool')).toMatchObject({ position: 1 });
    expect(newLayer([], 'dense')).toMatchObject({ position: 0, layer: { units: 128 } });
    expect(newLayer([conv(3), dense], 'dense')).toEqual({ position: 2, layer: dense });
  });

  it('says why there is no room', () => {
    expect(addObstacle([dense], 'pool')).toBe('It needs a convolution before it.');
    expect(addObstacle([conv(3)], 'pool')).toBeNull();
    expect(
      addObstacle(
        Array.from({ length: 24 }, () => dense),
        'dense',
      ),
    ).toMatch(/at most 24/);
  });
});

describe('offerOf', () => {
  const offer = (spec: ExperimentSpec) => offerOf(spec, planOf(spec));
  it('offers what fits where something does not, and a small net for toys', () => {
    const misfit: ExperimentSpec = { ...withHidden([conv(5)]), data: 'moons' };
    expect(offer(misfit)).toMatchObject({
      sentence: 'This net does not fit Two moons, whose examples are 1 × 2.',
      recipe: { name: 'toy' },
    });
    expect(offer({ ...DEFAULT_SPEC, data: 'xor' })?.sentence).toMatch(/more than it needs/);
    expect(offer({ ...usualRecipe('xor').spec, data: 'xor' })).toBeNull();
    expect(offer(DEFAULT_SPEC)).toBeNull();
    expect(offer(cnn())).toBeNull();
  });
});
