/** What companions add to a layer's gradients, against finite differences of the sum of all losses. */
import { expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { layerShapes } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { createCompanion } from './companion.ts';
import { denseForward } from './dense.ts';
import { el, type Floats } from './floats.ts';
import { layerForward, type PassLayer } from './layer.ts';
import { lossOf } from './losses.ts';
import { trainingPass } from './pass.ts';
import { randomWords, signedUnit } from './random.ts';

const B = 6;
const LABELS = [0, 1, 2, 2, 1, 0];
const DATA = { height: 4, width: 3, channels: 2, classes: 3 };
const noise = (n: number, stream: number): Floats =>
  Float64Array.from(randomWords(n, 5, stream, 0), signedUnit);

const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'conv', channels: 4, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: true },
      { type: 'dense', units: 5 },
    ],
    companions: { at: ['conv1', 'dense2'], rate: 0.5 },
    pooling: 'after-activation',
    batchNorm: 'variance',
  },
  mode: 'none',
};

test('the gradients of weights are those of the sum of all losses', () => {
  const layers = layerShapes(spec, DATA).map((shape, l): PassLayer => {
    const { I, O } = shape;
    const beta = noise(O, 10 * l + 2);
    return { shape, wb: noise(I * O, 10 * l), gamma: noise(O, 10 * l + 1), beta };
  });
  const companions = layers.map(({ shape }, l) => createCompanion(spec, shape, 10 + l));
  const x = noise(B * 24, 99);
  const all = () => {
    let sum = trainingPass(spec, layers, x, LABELS, 0).loss;
    let flowing = x;
    layers.forEach((layer, l) => {
      const { out, trace } = layerForward(spec.network, layer, flowing, null);
      flowing = out;
      const companion = at(companions, l);
      if (companion === null) return;
      const { I, O } = companion.shape;
      const scores = denseForward(trace.normalised.y, companion.w, { B, I, O });
      const biased = scores.map((value, e) => value + el(companion.beta, e % O));
      sum += lossOf('hinge-sum', biased, LABELS, O).loss;
    });
    return sum;
  };
  const { layers: gradients, companions: aside } = trainingPass(
    ...([spec, layers, x, LABELS, 0, companions] as const),
  );
  const check = (p: Floats, gradient: Floats) => {
    for (let k = 0; k < 12; k++) {
      const e = (k * 7919) % p.length;
      const value = el(p, e);
      p[e] = value + 1e-5;
      const above = all();
      p[e] = value - 1e-5;
      const below = all();
      p[e] = value;
      expect(el(gradient, e)).toBeCloseTo((above - below) / 2e-5, 6);
    }
  };
  layers.forEach(({ wb }, l) => {
    check(wb, at(gradients, l).dwb);
  });
  companions.forEach((companion, l) => {
    const own = at(aside, l);
    if (companion === null || own === null) return;
    check(companion.w, own.dwb);
    check(companion.beta, own.dbeta);
  });
  expect(aside.map((own) => own !== null)).toEqual([true, true, false]);
});
