/** A run's second phase: how its steps are found, what it computes, and that it replays bit for bit. */
import { describe, expect, it } from 'vitest';
import { at } from '../../experiment/at.ts';
import { leastSquaresStep } from '../../experiment/least-squares.ts';
import { retrained, SEARCH_FACTORS } from '../../experiment/retraining.ts';
import { runOf } from '../../experiment/run.ts';
import { weightLayers } from '../../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../experiment/spec.ts';
import { ReferenceNetwork } from '../../reference/network.ts';
import { type Gpu, gpuTest, kernelFamilies } from '../../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../../testing/synthetic.ts';
import { compareRetraining, follow } from '../../testing/trajectory.ts';
import { profileFor } from '../profile.ts';
import type { Scores } from '../scores.ts';
import { Trainer } from '../trainer.ts';
import type { Found } from './learning.ts';
import { searched } from './retraining.ts';

const data = syntheticDataset({
  ...{ height: 7, width: 9, classes: 10 },
  ...{ train: 310, validation: 100, test: 100 },
});
const real: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [65, 33].map((units) => ({ type: 'dense', units })),
  },
  mode: 'none',
  batch: 31,
  epochs: 1,
};
const spec = retrained(real);

const pool = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false } as const;
const convolutions: ExperimentSpec['network']['hidden'] = [
  { type: 'conv', channels: 9, kernel: 3, stride: 1, padding: 1 },
  pool,
  { type: 'conv', channels: 5, kernel: 3, stride: 1, padding: 1 },
  { type: 'dense', units: 17 },
];
const withHidden = (
  hidden: ExperimentSpec['network']['hidden'],
  changed: Partial<ExperimentSpec['network']> = {},
): ExperimentSpec => ({ ...spec, network: { ...spec.network, ...changed, hidden } });

const create = ({ device, adapter }: Gpu, of: ExperimentSpec, kernels = 'auto') =>
  Trainer.create(device, profileFor(adapter, kernels, weightLayers(of)), of, data);

/** Train up to step `end` in submits of at most `size`, entering phases on the way. */
async function train(trainer: Trainer, end: number, size: number) {
  const losses: number[] = [];
  const found: Found[] = [];
  while (trainer.step < end) {
    if (trainer.phaseDue) found.push((await trainer.enterPhase()) ?? []);
    await trainer.whenFree();
    const left = trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch);
    const { loss } = await trainer.train(Math.min(size, left, end - trainer.step));
    losses.push(...loss);
  }
  return { losses, found };
}
const layersOf = (trainer: Trainer) =>
  Promise.all(trainer.layers.map((_, l) => trainer.readLayer(l)));

describe('ten steps of retraining', async () => {
  for (const family of await kernelFamilies()) {
    gpuTest(`dense, ${family}`, async (gpu) => {
      await compareRetraining(gpu, spec, data, family);
    });
  }

  // What the families' convolutions compute, their own tests say (gpu/ops, conv-trajectory).
  gpuTest('convolutions', async (gpu) => {
    await compareRetraining(gpu, withHidden(convolutions), data);
  });

  gpuTest('without batch norm, by SGD', async (gpu) => {
    const bare = withHidden(spec.network.hidden, { batchNorm: 'none' });
    const rate = { start: 0.05, end: 0.01 };
    await compareRetraining(gpu, { ...bare, optimizer: { kind: 'sgd' }, rate }, data);
  });

  gpuTest('pooling behind ReLU, average scores, two levels, momentum', async (gpu) => {
    const hidden = convolutions.slice(0, 3);
    const after = withHidden(hidden, {
      pooling: 'after-activation',
      output: { type: 'average', relu: false },
    });
    await compareRetraining(
      gpu,
      {
        ...after,
        optimizer: { kind: 'nesterov', momentum: 0.9 },
        rate: { start: 0.005, end: 0.001 },
        retraining: { after: 1, signalLevels: 2 },
      },
      data,
    );
  });
});

describe('the net of the second phase', () => {
  gpuTest('evaluates as the reference, and hands on levels only', async (gpu) => {
    const trainer = await create(gpu, spec);
    expect(trainer.weights).toEqual(['binary', 'real']);
    expect(() => trainer.evaluate('ternary')).toThrow(/ternary weights before the phase/);
    const { found } = await train(trainer, 13, 5);
    expect(trainer.weights).toEqual(['binary', 'real', 'ternary']);
    const layers = at(found, 0);
    expect(layers.map(({ signal }) => signal === null)).toEqual([false, false, true]);

    const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(data), trainer.stepsPerEpoch);
    reference.restore({ ...reference.snapshot(), step: trainer.stepsPerEpoch });
    reference.retrain(layers);
    await follow(trainer, reference);
    const all = (count: number) => Array.from({ length: count }, (_, i) => i);
    const { x } = examplesOf(data, data.train, all(data.train.count));
    const scores = await trainer.evaluate('ternary');
    const statistics = reference.calibrate('ternary', x);
    for (const part of ['validation', 'test'] as const) {
      const split = data[part];
      const examples = examplesOf(data, split, all(split.count));
      const want = reference.evaluate('ternary', statistics, examples.x, examples.labels);
      expect(scores?.[part].loss).toBeCloseTo(want.loss, 3);
      // An example on the edge may fall to either side.
      const error = (scores?.[part].error ?? NaN) - want.error;
      expect(Math.abs(error)).toBeLessThanOrEqual(101 / split.count);
    }
    const inputs = Float32Array.from(examplesOf(data, data.test, all(3)).x);
    const seen = await trainer.look({ weights: 'ternary', inputs, withMaps: true });
    seen.maps.slice(0, -1).forEach(({ values }, l) => {
      const step = at(layers, l).signal ?? NaN;
      const levels = Array.from({ length: 8 }, (_, k) => Math.fround(k * step));
      expect([...values].every((value) => levels.includes(value))).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(2);
    });
    trainer.destroy();
  });

  gpuTest('is found by least squares and validation', async (gpu) => {
    const trainer = await create(gpu, spec);
    await train(trainer, trainer.stepsPerEpoch, 5);
    const before = await layersOf(trainer);
    const asked: number[] = [];
    const found = await trainer.enterPhase((done, of) => asked.push(done / of) > 0);
    // Stored weights stay; moments begin anew.
    for (const [l, { w, affine, moments }] of (await layersOf(trainer)).entries()) {
      expect(w).toEqual(at(before, l).w);
      expect(moments.every((value) => value === 0)).toBe(true);
      const { O } = at(trainer.layers, l);
      expect(affine.subarray(0, 2 * O)).toEqual(at(before, l).affine.subarray(0, 2 * O));
      expect(affine.subarray(2 * O).every((value) => value === 0)).toBe(true);
    }
    expect(asked).toEqual([...asked].sort((a, b) => a - b));
    found?.forEach(({ name, delta, leastSquares }, l) => {
      expect(name).toBe(at(trainer.layers, l).name);
      expect(leastSquares).toBe(leastSquaresStep(at(before, l).w.map(Math.abs), 1));
      const factors = [1, ...SEARCH_FACTORS].map((factor) => Math.fround(factor * leastSquares));
      expect(factors).toContain(delta);
    });
    trainer.destroy();
  });
});

describe('replay', () => {
  gpuTest(
    'gives the same bits through both phases, also where entering is given up',
    async (gpu) => {
      const trainer = await create(gpu, spec);
      const end = 2 * trainer.stepsPerEpoch;
      const first = await train(trainer, end, 7);
      const layers = await layersOf(trainer);
      await trainer.rewind(spec.seed);
      expect(trainer.weights).toEqual(['binary', 'real']);
      const early = await train(trainer, trainer.stepsPerEpoch, 3);
      await expect(async () => trainer.train(1)).rejects.toThrow(/a phase must be entered/);
      let left = 5;
      expect(await trainer.enterPhase(() => --left > 0)).toBeNull();
      expect(trainer.phaseDue).toBe(true);
      const late = await train(trainer, end, 4);
      expect([...early.losses, ...late.losses]).toEqual(first.losses);
      expect(late.found).toEqual(first.found);
      expect(await layersOf(trainer)).toEqual(layers);
      trainer.destroy();
    },
  );

  gpuTest('goes on from a checkpoint in either phase, and at the boundary', async (gpu) => {
    const trainer = await create(gpu, spec);
    const { stepsPerEpoch } = trainer;
    const first = await train(trainer, 2 * stepsPerEpoch, 7);
    const layers = await layersOf(trainer);
    for (const step of [stepsPerEpoch - 3, stepsPerEpoch, stepsPerEpoch + 4]) {
      await trainer.rewind(spec.seed);
      await train(trainer, step, 7);
      const saved = await trainer.save();
      const other = await create(gpu, spec);
      await other.load(saved);
      const rest = await train(other, 2 * stepsPerEpoch, 5);
      expect(rest.losses).toEqual(first.losses.slice(step));
      expect(await layersOf(other)).toEqual(layers);
      expect((await other.evaluate('ternary'))?.test.mistakes).toBeGreaterThanOrEqual(0);
      other.destroy();
    }
    trainer.destroy();
  });

  gpuTest('the first phase is the run without retraining, bit for bit', async (gpu) => {
    const [one, other] = [await create(gpu, spec), await create(gpu, real)];
    const end = one.stepsPerEpoch;
    expect(one.dispatches.map(({ label }) => label)).toEqual(
      other.dispatches.map(({ label }) => label),
    );
    expect((await train(one, end, 7)).losses).toEqual((await train(other, end, 5)).losses);
    expect(await layersOf(one)).toEqual(await layersOf(other));
    one.destroy();
    other.destroy();
  });
});

describe('the search', () => {
  const layer = (name: string, delta: number) => ({
    ...{ name, delta, leastSquares: delta, signal: null },
  });
  const fitted: Found = [layer('dense1', 1), layer('output', 2)];
  const scores = (mistakes: number, loss: number): Scores => ({
    ...{ examples: 100, mistakes, loss, error: mistakes },
  });
  const deltas = (found: Found | null) => found?.map(({ delta }) => delta);

  it('keeps the best of each layer, in order; of as many mistakes the smaller loss', async () => {
    const tried: (readonly number[])[] = [];
    const found = await searched(fitted, (trial) => {
      const [a = NaN, b = NaN] = deltas(trial) ?? [];
      tried.push([a, b]);
      const isBest = a === Math.fround(1.15);
      return Promise.resolve(scores(isBest ? 3 : 9, b === Math.fround(2 * 0.85) ? 1 : 2));
    });
    expect(deltas(found)).toEqual([1.15, 2 * 0.85].map(Math.fround));
    expect(tried).toEqual([
      [1, 2],
      ...SEARCH_FACTORS.map((factor) => [Math.fround(factor), 2]),
      ...SEARCH_FACTORS.map((factor) => [Math.fround(1.15), Math.fround(2 * factor)]),
    ]);
  });

  it('stays at least squares where nothing is better', async () => {
    const found = await searched(fitted, () => Promise.resolve(scores(5, 1)));
    expect(found).toEqual(fitted);
  });

  it('gives up where it is told to', async () => {
    let left = 4;
    const found = await searched(fitted, () => Promise.resolve(left-- > 0 ? scores(5, 1) : null));
    expect(found).toBeNull();
  });
});
