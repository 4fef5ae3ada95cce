/** The time of a step, told before it is taken. */
import { expect } from 'vitest';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 16, width: 16, channels: 3, classes: 4 },
  ...{ train: 100, validation: 10, test: 10 },
});
/** Some 0.4 GFLOP a step: more than one piece, with a product that is more than a piece by itself. */
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'conv', channels: 32, kernel: 3, stride: 1, padding: 1 },
      { type: 'conv', channels: 32, kernel: 3, stride: 1, padding: 1 },
    ],
  },
  mode: 'stochastic',
  batch: 50,
};

gpuTest('a rehearsal tells about the time of a step, and undoes what it tried', async (gpu) => {
  const profile = profileFor(gpu.adapter, 'auto', weightLayers(spec));
  const trainer = await Trainer.create(gpu.device, profile, spec, data);
  let asked = 0;
  const told = await trainer.rehearse(() => {
    asked += 1;
    return true;
  });
  expect(asked).toBeGreaterThan(3);
  expect(trainer.step).toBe(0);
  const before = await trainer.readLayer(1);
  const losses: number[] = [];
  let taken = Infinity;
  for (let k = 0; k < 4; k++) {
    const started = performance.now();
    losses.push(...(await trainer.train(1)).loss);
    taken = Math.min(taken, performance.now() - started);
  }
  // The machine may be busy with something else at any time.
  expect(told).toBeGreaterThan(taken / 8);
  expect(told).toBeLessThan(taken * 8);

  await trainer.rewind(spec.seed);
  const stopped = await trainer.rehearse(() => false);
  expect(stopped).toBeNull();
  expect(await trainer.readLayer(1)).toEqual(before);
  const again: number[] = [];
  for (let k = 0; k < 4; k++) again.push(...(await trainer.train(1)).loss);
  expect(again).toEqual(losses);
  await expect(trainer.rehearse(() => true)).rejects.toThrow('a rehearsal at step 4');
  trainer.destroy();
});
