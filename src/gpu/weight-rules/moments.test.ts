/** DropConnect's evaluations on the device, by mean weights and by moments, against the reference. */
import { describe, expect } from 'vitest';
import { GAUSSIAN_SAMPLES } from '../../experiment/drop-connect.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../experiment/spec.ts';
import { ReferenceNetwork } from '../../reference/network.ts';
import { gpuTest, type Gpu } from '../../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../../testing/synthetic.ts';
import { follow } from '../../testing/trajectory.ts';
import { profileFor } from '../profile.ts';
import { Trainer } from '../trainer.ts';

const data = syntheticDataset({
  ...{ height: 5, width: 7, classes: 5 },
  // An evaluation's batch is the training set; the second one of the test set is a short one.
  ...{ train: 210, validation: 65, test: 263 },
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [65, 33].map((units) => ({ type: 'dense', units })),
    dropConnect: 0.5,
  },
  batch: 20,
  epochs: 3,
};

const create = ({ device, adapter }: Gpu, spec: ExperimentSpec) =>
  Trainer.create(device, profileFor(adapter, 'auto', 3), spec, data);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a net with DropConnect', () => {
  const cases: readonly (readonly ['binary' | 'real', ExperimentSpec['network']['batchNorm']])[] = [
    ['binary', 'deviation'],
    ['real', 'variance'],
    ['real', 'none'],
  ];
  for (const [weights, batchNorm] of cases) {
    gpuTest(`scores as the reference's: ${weights}, batch norm ${batchNorm}`, async (gpu) => {
      const spec: ExperimentSpec = {
        ...{ ...base, network: { ...base.network, batchNorm } },
        // H = c: the magnitude stands in means and variances.
        ...{ h: 'glorot', mode: weights === 'real' ? 'none' : 'deterministic' },
      };
      const trainer = await create(gpu, spec);
      const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(data), trainer.stepsPerEpoch);
      await trainer.train(8);
      await follow(trainer, reference);
      const { x } = examplesOf(data, data.train, upTo(210));
      const mean = await trainer.evaluate(weights);
      const drawn = await trainer.evaluateByMoments(weights);
      for (const part of ['validation', 'test'] as const) {
        const { count } = data[part];
        const examples = examplesOf(data, data[part], upTo(count));
        const statistics = reference.calibrate(weights, x);
        const { labels } = examples;
        const wantMean = reference.evaluate(weights, statistics, examples.x, labels);
        const want = reference.evaluateByMoments(weights, GAUSSIAN_SAMPLES, x, examples);
        for (const [got, wanted] of [
          [mean?.[part], wantMean],
          [drawn?.[part], want],
        ] as const) {
          expect(got?.examples).toBe(count);
          expect(got?.loss).toBeCloseTo(wanted.loss, 4);
          // One example on the edge may fall to either side.
          expect(Math.abs((got?.error ?? NaN) - wanted.error)).toBeLessThanOrEqual(101 / count);
        }
        expect(drawn?.[part].loss).not.toBeCloseTo(mean?.[part].loss ?? NaN, 5);
      }
      trainer.destroy();
    });
  }

  gpuTest('is drawn the same at every call, and trains on as if it were not', async (gpu) => {
    const trainer = await create(gpu, base);
    const first = [...(await trainer.train(3)).loss, ...(await trainer.train(3)).loss];
    await trainer.rewind(base.seed);
    const again = [...(await trainer.train(3)).loss];
    const scores = await trainer.evaluateByMoments('binary');
    expect(await trainer.evaluateByMoments('binary', (done) => done < 1)).toBeNull();
    expect(await trainer.evaluateByMoments('binary')).toEqual(scores);
    again.push(...(await trainer.train(3)).loss);
    expect(again).toEqual(first);
    trainer.destroy();
  });
});
