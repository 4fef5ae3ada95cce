import { describe, expect } from 'vitest';
import { preprocess } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { expectClose, gpuTest } from '../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { EVALUATION_WEIGHTS } from './evaluation-program.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 6, width: 5, channels: 3, classes: 4 },
  ...{ train: 40, validation: 10, test: 10 },
});
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'conv', channels: 6, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: true },
      { type: 'dense', units: 9 },
    ],
  },
  mode: 'none',
  batch: 10,
};

describe('a look at picked examples', () => {
  for (const weights of EVALUATION_WEIGHTS) {
    gpuTest(`agrees with the reference, ${weights} weights`, async ({ device, adapter }) => {
      const profile = profileFor(adapter, 'auto', weightLayers(spec));
      const trainer = await Trainer.create(device, profile, spec, data);
      const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(data), 4);
      const { inputs, train, test } = data;
      const picked = Float32Array.from(
        [2, 7, 5].flatMap((n) => [
          ...preprocess(test.images.slice(n * inputs, (n + 1) * inputs), data),
        ]),
      );
      const all = Array.from({ length: train.count }, (_, n) => n);
      const statistics = reference.calibrate(weights, examplesOf(data, train, all).x);
      const seen = await trainer.look({ weights, inputs: picked, withMaps: true });
      expectClose(seen.scores, reference.scores(weights, statistics, picked), {
        atol: 2e-5,
        rtol: 2e-5,
      });
      expect(seen.maps.map(({ layer, values }) => [layer, values.length])).toEqual([
        ['conv1', 3 * 3 * 6],
        ['dense2', 9],
        ['output', 4],
      ]);
      // The first example's scores are what the last layer made of it.
      expect([...at(seen.maps, 2).values]).toEqual([...seen.scores.slice(0, 4)]);
      const plain = await trainer.look({ weights, inputs: picked, withMaps: false });
      expect([...plain.scores]).toEqual([...seen.scores]);
      trainer.destroy();
    });
  }
});
