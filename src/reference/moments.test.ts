import { expect, test } from 'vitest';
import { keepOf } from '../experiment/drop-connect.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { denseShape } from '../testing/synthetic.ts';
import { dropMasks, maskedForward } from './drop-connect.ts';
import { el, type Floats, floats } from './floats.ts';
import { inferencePass } from './pass.ts';
import { momentsPass } from './moments.ts';
import { randomWords, signedUnit } from './random.ts';
import { reluForward } from './relu-dropout.ts';

const random = (count: number, stream: number): Floats =>
  Float64Array.from(randomWords(count, 4, stream, 0), signedUnit);

const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, batchNorm: 'none', dropConnect: 0.4 },
};
const [B, I, O] = [6, 300, 8];
const [x, w] = [random(B * I, 1), random(I * O, 2)];
const affine = { gamma: floats(O).fill(1), beta: random(O, 3) };
const layers = [
  { shape: denseShape(I, O), wb: w, ...affine },
  // Hands on what it reads.
  {
    shape: denseShape(O, O, { hidden: false, relu: false }),
    wb: Float64Array.from({ length: O * O }, (_, e) => (e % (O + 1) === 0 ? 1 : 0)),
    ...{ gamma: floats(O), beta: floats(O) },
  },
];

test('the mean activation of drawn units is that of masked ones', () => {
  const masks = 700;
  const want = floats(B * O);
  for (let step = 0; step < masks; step++) {
    const mask = dropMasks({ B, I, O }, keepOf(0.4), { seed: 5, layer: 0, step });
    const u = maskedForward(x, w, mask, { B, I, O }).map((z, e) => z + el(affine.beta, e % O));
    reluForward(u).forEach((a, e) => (want[e] = el(want, e) + a / masks));
  }
  const { scores } = momentsPass({ samples: 4000, seed: 1 })(spec, layers, x, null, 0);
  // Units deviate by sqrt(300 * 0.24 / 9), 2.8: means over 700 of them by 0.1.
  scores.forEach((a, e) => {
    expect(Math.abs(a - el(want, e))).toBeLessThan(0.45);
  });
  const off = scores.map((a, e) => (a - el(want, e)) ** 2);
  expect(Math.sqrt(off.reduce((sum, value) => sum + value, 0) / off.length)).toBeLessThan(0.15);
});

test('a relu of drawn units is not one of their mean', () => {
  const few = momentsPass({ samples: 64, seed: 1 })(spec, layers, x, null, 0).scores;
  const mean = layers.map((layer, l) => (l > 0 ? layer : { ...layer, wb: w.map((v) => 0.6 * v) }));
  const { scores } = inferencePass(spec, mean, x, null);
  const lift = few.reduce((sum, a, e) => sum + a - el(scores, e), 0) / few.length;
  // Jensen's inequality: by up to 0.4 deviations near zero.
  expect(lift).toBeGreaterThan(0.1);
});

test('draws belong to an example, whatever the batch it comes in', () => {
  const pass = momentsPass({ samples: 4, seed: 1 });
  const whole = pass(spec, layers, x, null, 10).scores;
  const rest = pass(spec, layers, x.slice(2 * I), null, 12).scores;
  expect([...rest]).toEqual([...whole.slice(2 * O)]);
});
