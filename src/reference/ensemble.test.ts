import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { denseShape } from '../testing/synthetic.ts';
import { denseForward } from './dense.ts';
import { evaluateEnsemble, memberLayers } from './ensemble.ts';
import { calibrate, evaluate } from './evaluation.ts';
import { el, type Floats, floats } from './floats.ts';
import { randomWords, signedUnit } from './random.ts';

const random = (count: number, stream: number): Floats =>
  Float64Array.from(randomWords(count, 4, stream, 0), signedUnit);

const layerOf = (I: number, O: number, w: Floats, H: number) => ({
  shape: denseShape(I, O, { H, hidden: false }),
  ...{ w, wb: w, gamma: floats(O).fill(1), beta: floats(O) },
});

const spec: ExperimentSpec = { ...DEFAULT_SPEC, mode: 'stochastic' };

describe('an ensemble', () => {
  test("tends to the mean weights' net: z deviates by sqrt(sum x^2 (H^2 - w^2) / K)", () => {
    const [B, I, O, H] = [20, 60, 40, 0.5];
    const w = random(I * O, 1).map((value) => H * value);
    const x = random(B * I, 2);
    const layer = layerOf(I, O, w, H);
    const mean = denseForward(x, w, { B, I, O });
    const variance = denseForward(
      x.map((value) => value ** 2),
      w.map((value) => H ** 2 - value ** 2),
      { B, I, O },
    );
    const sums = floats(B * O);
    for (const K of [1, 4, 16, 64]) {
      const first = { 1: 0, 4: 1, 16: 4, 64: 16 }[K] ?? 0;
      for (let k = first; k < K; k++) {
        const { wb } = at(memberLayers(spec, 'stochastic', [layer], k), 0);
        denseForward(x, wb, { B, I, O }).forEach((z, e) => (sums[e] = el(sums, e) + z));
      }
      // Mean square of 800 standardised deviations (examples share weights, so they are not independent).
      let square = 0;
      sums.forEach((sum, e) => {
        square += (sum / K - el(mean, e)) ** 2 / (el(variance, e) / K) / sums.length;
      });
      expect(square).toBeGreaterThan(0.8);
      expect(square).toBeLessThan(1.2);
    }
  });

  test.each(['hinge-mean', 'cross-entropy'] as const)(
    'whose weights leave nothing to chance is the binary net, %s',
    (loss) => {
      const [I, O] = [12, 3];
      const w = random(I * O, 3).map((value) => (value >= 0 ? 1 : -1));
      const layer = layerOf(I, O, w, 1);
      const x = random(40 * I, 5);
      const labels = Array.from({ length: 40 }, (_, b) => b % 3);
      const own = { ...spec, loss };
      const want = evaluate(own, [layer], calibrate(own, [layer], x), x, labels);
      const scores = evaluateEnsemble(own, 'stochastic', [layer], 8, x, { x, labels });
      expect(scores.map(({ members }) => members)).toEqual([1, 2, 4, 8]);
      for (const { loss: value, error } of scores) {
        expect(value).toBeCloseTo(want.loss, 12);
        expect(error).toBe(want.error);
      }
    },
  );

  test('is drawn by random numbers of its own', () => {
    const w = floats(64);
    const layer = layerOf(8, 8, w, 1);
    const samples = [0, 1].map((k) => [...at(memberLayers(spec, 'stochastic', [layer], k), 0).wb]);
    expect(at(samples, 0)).not.toEqual(at(samples, 1));
  });
});
