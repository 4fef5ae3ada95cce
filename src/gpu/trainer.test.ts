/** What a run must keep: exact replay, the order of examples, evaluation, buffers given back. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, MODES, type ExperimentSpec } from '../experiment/spec.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { runOf, type Change } from '../experiment/run.ts';
import { gpuTest, type Gpu } from '../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { follow } from '../testing/trajectory.ts';
import { liveBuffers } from './buffers.ts';
import { shardsOf } from './device-data.ts';
import { profileFor } from './profile.ts';
import type { StepMetrics } from './metrics.ts';
import { Trainer } from './trainer.ts';
import { packSigns } from '../reference/binarise.ts';
import { it } from 'vitest';

const data = syntheticDataset({
  height: 6,
  width: 6,
  classes: 5,
  train: 2300,
  validation: 1050,
  test: 130,
});
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 40 }] },
  batch: 50,
  epochs: 3,
};

const create = (gpu: Gpu, changed: Partial<ExperimentSpec> = {}) =>
  Trainer.create(gpu.device, profileFor(gpu.adapter, 'auto', 2), { ...spec, ...changed }, data);

/** Train `count` steps in submits of `size`, applying changes before their step. */
async function train(
  trainer: Trainer,
  count: number,
  size: number,
  changes: readonly Change[] = [],
): Promise<StepMetrics[]> {
  const done: Promise<StepMetrics>[] = [];
  const end = trainer.step + count;
  while (trainer.step < end) {
    for (const change of changes) if (change.step === trainer.step) await trainer.apply(change);
    await trainer.whenFree();
    const { step, stepsPerEpoch } = trainer;
    const stops = changes.map((change) => change.step).filter((stop) => stop > step);
    const most = Math.min(end, ...stops, step - (step % stepsPerEpoch) + stepsPerEpoch);
    done.push(trainer.train(Math.min(size, most - step)));
  }
  return Promise.all(done);
}

const flat = (all: readonly StepMetrics[]) => ({
  loss: all.flatMap(({ loss }) => [...loss]),
  mistakes: all.flatMap(({ mistakes }) => [...mistakes]),
  signFlips: all.flatMap(({ signFlips }) => [...signFlips]),
  sampleFlips: all.flatMap(({ sampleFlips }) => [...sampleFlips]),
});

describe('replay', () => {
  for (const mode of MODES) {
    gpuTest(`${mode}: the same bits after rewinding, whatever the steps a submit`, async (gpu) => {
      const dropout = { input: 0.1, hidden: 0.3 };
      const trainer = await create(gpu, { mode, network: { ...spec.network, dropout } });
      const first = flat(await train(trainer, 60, 7));
      const weights = await trainer.readLayer(0);
      await trainer.rewind(spec.seed);
      const again = flat(await train(trainer, 60, 23));
      expect(again).toEqual(first);
      expect(await trainer.readLayer(0)).toEqual(weights);
      await trainer.rewind(spec.seed + 1);
      expect(flat(await train(trainer, 5, 5)).loss).not.toEqual(first.loss.slice(0, 5));
      trainer.destroy();
    });
  }

  gpuTest('with steps taken one by one to time their kernels', async (gpu) => {
    const trainer = await create(gpu, { mode: 'stochastic' });
    // Beyond the epoch's 46 steps: the order is drawn anew on the way.
    const first = flat(await train(trainer, 50, 9));
    const weights = await trainer.readLayer(0);
    await trainer.rewind(spec.seed);
    const again: StepMetrics[] = [];
    while (trainer.step < 50) {
      // The first step, some in the middle, and the first of the second epoch.
      if (trainer.step > 3 && trainer.step < 40) {
        again.push(...(await train(trainer, 1, 1)));
        continue;
      }
      await trainer.whenFree();
      const timed = await trainer.timeStep();
      if (timed === null) {
        expect(gpu.device.features.has('timestamp-query')).toBe(false);
        break;
      }
      again.push(timed.metrics);
      const { dispatches, tick } = timed.times;
      expect(dispatches.map(({ label }) => label)).toEqual(
        trainer.dispatches.map(({ label }) => label),
      );
      expect(dispatches.some(({ microseconds }) => microseconds > 0)).toBe(true);
      expect(tick).toBeGreaterThan(0);
    }
    if (trainer.step === 50) {
      expect(flat(again)).toEqual(first);
      expect(await trainer.readLayer(0)).toEqual(weights);
    }
    trainer.destroy();
  });

  gpuTest('with the changes made on the way', async (gpu) => {
    const trainer = await create(gpu, { mode: 'none' });
    const changes: Change[] = [
      { step: 4, field: 'mode', value: 'stochastic' },
      { step: 11, field: 'rate', value: 0.02 },
    ];
    const first = flat(await train(trainer, 20, 3, changes));
    expect(trainer.changes).toEqual(changes);
    await trainer.rewind(spec.seed);
    expect(trainer.mode).toBe('none');
    expect(flat(await train(trainer, 20, 20, changes))).toEqual(first);
    trainer.destroy();
  });
});

describe('evaluation', () => {
  for (const batchNorm of ['deviation', 'variance', 'none'] as const) {
    gpuTest(`agrees with the reference, batch norm ${batchNorm}`, async (gpu) => {
      const changed = { network: { ...spec.network, batchNorm } };
      const trainer = await create(gpu, changed);
      const run = runOf({ ...spec, ...changed });
      const reference = new ReferenceNetwork(run, dataShapeOf(data), trainer.stepsPerEpoch);
      await train(trainer, 20, 5);
      await follow(trainer, reference);
      // Recalibration takes whole batches of 1,000: the first 2,000 of 2,300.
      const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
      const { x } = examplesOf(data, data.train, indices(2000));
      for (const weights of ['binary', 'real'] as const) {
        const scores = await trainer.evaluate(weights);
        const statistics = reference.calibrate(weights, x);
        for (const part of ['validation', 'test'] as const) {
          const split = data[part];
          const examples = examplesOf(data, split, indices(split.count));
          const want = reference.evaluate(weights, statistics, examples.x, examples.labels);
          const got = scores?.[part];
          expect(got?.examples).toBe(split.count);
          expect(got?.loss).toBeCloseTo(want.loss, 4);
          // One example on the edge may fall to either side.
          expect(Math.abs((got?.error ?? NaN) - want.error)).toBeLessThanOrEqual(101 / split.count);
        }
      }
      trainer.destroy();
    });
  }

  gpuTest('leaves training as it was, and can be given up', async (gpu) => {
    const trainer = await create(gpu);
    const first = flat(await train(trainer, 10, 5));
    await trainer.rewind(spec.seed);
    const half = flat(await train(trainer, 5, 5));
    expect(await trainer.evaluate('binary', (done) => done < 2)).toBeNull();
    expect(await trainer.evaluate('real')).not.toBeNull();
    await trainer.probe();
    const rest = flat(await train(trainer, 5, 5));
    expect([...half.loss, ...rest.loss]).toEqual(first.loss);
    trainer.destroy();
  });
});

describe('probe', () => {
  gpuTest('shows the stored weights and the bits that propagate', async (gpu) => {
    const trainer = await create(gpu, { mode: 'deterministic' });
    await train(trainer, 6, 6);
    const probes = await trainer.probe();
    for (const [l, { I, O, H }] of trainer.layers.entries()) {
      const { w } = await trainer.readLayer(l);
      const probe = at(probes, l);
      expect(probe.histogram.reduce((sum, count) => sum + count, 0)).toBe(I * O);
      expect(probe.range).toBe(H);
      const saturated = w.filter((value) => Math.abs(value) >= 0.999 * H).length;
      expect(probe.saturation).toBeCloseTo(saturated / (I * O), 10);
      expect([...probe.bits]).toEqual([...packSigns(Float64Array.from(w), I, O)]);
    }
    trainer.destroy();
  });
});

describe('memory', () => {
  gpuTest('every buffer of a run goes with it', async (gpu) => {
    const before = liveBuffers();
    const trainer = await create(gpu);
    await train(trainer, 2, 2);
    expect(liveBuffers()).toBeGreaterThan(before);
    expect(trainer.bytes).toBeGreaterThan(data.train.images.length);
    trainer.destroy();
    expect(liveBuffers()).toBe(before);
  });

  gpuTest('a layer larger than the adapter binds is refused with a sentence', async (gpu) => {
    const before = liveBuffers();
    const most = gpu.device.limits.maxStorageBufferBindingSize;
    const units = Math.floor(most / (4 * 2 * data.inputs)) + 1;
    const hidden = [{ type: 'dense', units } as const];
    await expect(create(gpu, { network: { ...spec.network, hidden } })).rejects.toThrow(
      /^This adapter takes buffers of up to .* MiB \(its limit max\w+\); dense1\.moments needs .* MiB/,
    );
    expect(liveBuffers()).toBe(before);
  });

  gpuTest('a batch larger than the training set is refused with a sentence', async (gpu) => {
    await expect(create(gpu, { batch: 4000 })).rejects.toThrow(/at most 2300/);
  });

  it('shards hold whole examples below the limit', () => {
    expect(shardsOf(10, 3, 12)).toEqual([
      { first: 0, count: 4 },
      { first: 4, count: 4 },
      { first: 8, count: 2 },
    ]);
    expect(shardsOf(5, 784, 1e9)).toEqual([{ first: 0, count: 5 }]);
  });
});
