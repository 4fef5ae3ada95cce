/** Ensembles on the device against the reference, and what they leave alone. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { runOf } from '../experiment/run.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { gpuTest, type Gpu } from '../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { follow } from '../testing/trajectory.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

// The test set's last batch is a short one, and begins where no word of sums does.
const data = syntheticDataset({
  ...{ height: 5, width: 7, classes: 5 },
  ...{ train: 1100, validation: 65, test: 1063 },
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 33 }] },
  mode: 'stochastic',
  batch: 50,
  epochs: 3,
};

const create = ({ device, adapter }: Gpu, spec: ExperimentSpec) =>
  Trainer.create(device, profileFor(adapter, 'auto', 2), spec, data);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('an ensemble of sampled nets', () => {
  const cases: readonly Partial<ExperimentSpec>[] = [
    {},
    { loss: 'cross-entropy', h: 'glorot' },
    // Real weights are sampled on the binary scale.
    { mode: 'none' },
  ];
  for (const changed of cases) {
    gpuTest(`scores as the reference's: ${JSON.stringify(changed)}`, async (gpu) => {
      const spec = { ...base, ...changed };
      const trainer = await create(gpu, spec);
      const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(data), trainer.stepsPerEpoch);
      await trainer.train(8);
      await follow(trainer, reference);
      const { x } = examplesOf(data, data.train, upTo(1000));
      const scores = await trainer.evaluateEnsemble(4);
      expect(scores?.map(({ members }) => members)).toEqual([1, 2, 4]);
      for (const part of ['validation', 'test'] as const) {
        const { count } = data[part];
        const want = reference.evaluateEnsemble(4, x, examplesOf(data, data[part], upTo(count)));
        want.forEach(({ members, loss, error }, k) => {
          const got = at(scores ?? [], k);
          expect(got.members).toBe(members);
          expect(got[part].examples).toBe(count);
          expect(got[part].loss).toBeCloseTo(loss, 4);
          // One example on the edge may fall to either side.
          expect(Math.abs(got[part].error - error)).toBeLessThanOrEqual(101 / count);
        });
      }
      trainer.destroy();
    });
  }

  gpuTest('is the same at every call, can be given up, and leaves training alone', async (gpu) => {
    const trainer = await create(gpu, base);
    const first = [...(await trainer.train(3)).loss, ...(await trainer.train(3)).loss];
    await trainer.rewind(base.seed);
    const again = [...(await trainer.train(3)).loss];
    const plain = await trainer.evaluate('binary');
    const scores = await trainer.evaluateEnsemble(2);
    let asked = 0;
    expect(await trainer.evaluateEnsemble(8, () => ++asked < 6)).toBeNull();
    expect(asked).toBe(6);
    expect(await trainer.evaluateEnsemble(2)).toEqual(scores);
    expect(await trainer.evaluate('binary')).toEqual(plain);
    again.push(...(await trainer.train(3)).loss);
    expect(again).toEqual(first);
    trainer.destroy();
  });
});
