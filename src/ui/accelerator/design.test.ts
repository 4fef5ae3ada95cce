import { expect, it } from 'vitest';
import { at } from '../../experiment/at.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../../experiment/spec.ts';
import { balanced, designOf, inputText, seconds, summaryOf, tracedOf } from './design.ts';

const designFor = (hidden: LayerSpec[], budget: number) => {
  const spec: ExperimentSpec = { ...DEFAULT_SPEC, network: { ...DEFAULT_SPEC.network, hidden } };
  const layers = layerShapes(spec, shapeOf(spec.data));
  return designOf(spec, layers, { foldings: balanced(layers, budget), clock: 100, bits: 8 });
};
const DENSE: LayerSpec[] = [{ type: 'dense', units: 256 }];
const CONV: LayerSpec = { type: 'conv', channels: 8, kernel: 3, stride: 1, padding: 1 };

it('says what decides the speed', () => {
  expect(summaryOf(designFor(DENSE, 256), 100)).toBe(
    'Layer 1 is the slowest: 896 cycles an example, so at 100 MHz 112 k examples a second. From input to scores an example takes 1536 cycles, 15.4 µs. 228 lanes, no multiplier among them; 203\u202f264 weights in 25.4 kB.',
  );
});

it('names no slowest layer where all take as long, and says of one cycle that it is one', () => {
  const toy: ExperimentSpec = {
    ...DEFAULT_SPEC,
    data: 'moons',
    network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 16 }] },
  };
  const layers = layerShapes(toy, shapeOf(toy.data));
  const fast = designOf(toy, layers, { foldings: balanced(layers, 1024), clock: 100, bits: 8 });
  expect(fast.slowest).toEqual([0, 1]);
  expect(summaryOf(fast, 100)).toMatch(/^All layers are equally fast: 1 cycle an example, /);
  // A point of the plane has no rows, columns and channels: its coordinates have names.
  expect(tracedOf(at(fast.units, 0), { r: 5, k: 1 }).sentence).toMatch(
    /^It joins input y to output 5\./,
  );
});

it('times in the unit that suits them', () => {
  expect([2, 0.5, 38.7e-6, 1e-9].map(seconds)).toEqual(['2.00 s', '500 ms', '38.7 µs', '1.00 ns']);
});

it('says where a weight lies and what it joins', () => {
  const { units } = designFor([CONV, CONV], 256);
  const unit = at(units, 1);
  const { PE, SIMD, SF } = unit.folded;
  const traced = tracedOf(unit, { r: 5, k: 9 });
  expect(traced.name).toBe('w[5][9]');
  expect(traced.sentence).toBe(
    `It joins row 0, column 1, channel 1 of its window to output channel 5. It lies in the memory of element ${5 % PE}, in word ${Math.floor(5 / PE) * SF + Math.floor(9 / SIMD)}, at bit ${9 % SIMD}.`,
  );
  const dense = at(designFor(DENSE, 256).units, 1);
  expect(tracedOf(dense, { r: 1, k: 2 }).sentence).toContain('It joins input 2 to output 1.');
});

it('says how a convolution gets its windows, and a dense layer its vector', () => {
  const { units } = designFor([CONV, CONV], 256);
  expect(inputText(at(units, 1))).toMatch(
    /^Maps of 28 × 28 × 8 come in place by place; a border of 1 zero is put around them; 4 lines of them are kept, 3 for the window and 1 for what arrives meanwhile\. For each of 784 places/,
  );
  expect(inputText(at(units, 2))).not.toContain('Maps');
});
