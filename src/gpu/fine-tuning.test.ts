/** Real weights first, binary ones after: a phase ends with a change of the run, on both sides the same. */
import { expect } from 'vitest';
import { at } from '../experiment/at.ts';
import type { Change } from '../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { packSigns } from '../reference/binarise.ts';
import { minibatchOf } from '../reference/minibatch.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { expectClose, gpuTest } from '../testing/gpu.ts';
import { dataShapeOf, syntheticDataset } from '../testing/synthetic.ts';
import { follow } from '../testing/trajectory.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 5, width: 7, classes: 5 },
  ...{ train: 210, validation: 20, test: 20 },
});
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 33 }] },
  mode: 'none',
  batch: 21,
  epochs: 2,
};
const change: Change = { step: 6, field: 'mode', value: 'deterministic' };

gpuTest('fine-tuning goes on from w / (2c), and replays', async ({ device, adapter }) => {
  const trainer = await Trainer.create(device, profileFor(adapter, 'auto', 2), spec, data);
  const train = async (count: number) => [...(await trainer.train(count)).loss];
  const first = await train(6);
  const before = await Promise.all([0, 1].map((l) => trainer.readLayer(l)));
  await trainer.apply(change);
  for (const [l, { c, I, O }] of trainer.layers.entries()) {
    const { w, moments, wBits } = await trainer.readLayer(l);
    const want = at(before, l).w.map((value) => Math.min(Math.max(value / (2 * c), -1), 1));
    expectClose(w, want, { atol: 0, rtol: 1e-6 });
    expect(moments.every((value) => value === 0)).toBe(true);
    expect(wBits).toEqual(packSigns(Float64Array.from(w), I, O));
  }

  const changes = [change];
  const run = { spec, kernels: 'auto', changes };
  const reference = new ReferenceNetwork(run, dataShapeOf(data), trainer.stepsPerEpoch);
  for (let step = 0; step < 6; step++) {
    const { x, labels } = minibatchOf(spec, data, step);
    const { loss } = reference.step(x, labels);
    expect(Math.abs(loss - at(first, step))).toBeLessThan(1e-4 * loss);
  }
  expect(reference.mode).toBe('deterministic');
  // Weights near zero may have fallen to either side: from here on with the device's.
  await follow(trainer, reference);
  const second = await train(4);
  second.forEach((loss, k) => {
    const { x, labels } = minibatchOf(spec, data, 6 + k);
    const want = reference.step(x, labels).loss;
    expect(Math.abs(loss - want)).toBeLessThan(2e-3 * want);
  });

  await trainer.rewind(spec.seed);
  expect(await train(6)).toEqual(first);
  await trainer.apply(change);
  expect(await train(4)).toEqual(second);
  trainer.destroy();
});
