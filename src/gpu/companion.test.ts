/** Companions of hidden layers: ten steps beside the reference, and what they change. */
import { describe, expect } from 'vitest';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, MODES, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 9, width: 7, channels: 3, classes: 5 },
  ...{ train: 60, validation: 20, test: 20 },
});

const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    hidden: [
      { type: 'conv', channels: 6, kernel: 3, stride: 1, padding: 1 },
      { type: 'conv', channels: 9, kernel: 1, stride: 1, padding: 0, dropout: 0.5 },
      { type: 'pool', kind: 'max', size: 3, stride: 2, ceil: true },
      { type: 'conv', channels: 7, kernel: 3, stride: 1, padding: 1, dropout: 0.2 },
    ],
    output: { type: 'average', relu: false, rate: 0.5 },
    companions: { at: ['conv1', 'conv3'], rate: 0.1, fade: { slope: 0.5, power: 0.75 } },
    pooling: 'after-activation',
    batchNorm: 'none',
    dropout: { input: 0, hidden: 0 },
  },
  h: 'glorot',
  loss: 'hinge-sum',
  optimizer: { kind: 'momentum', momentum: 0.9 },
  weightDecay: 0.001,
  biasRate: 2,
  rate: { start: 0.002, end: 0.002 },
  batch: 13,
  epochs: 5,
};

describe('ten steps with companions', () => {
  for (const mode of MODES) {
    gpuTest(mode, async (gpu) => {
      expect(await compareLosses(gpu, { ...spec, mode }, data)).toBeLessThanOrEqual(3);
    });
  }

  gpuTest('dense, pooling first, batch norm', async (gpu) => {
    const network = {
      ...DEFAULT_SPEC.network,
      hidden: [...spec.network.hidden.slice(0, 3), { type: 'dense', units: 17 }],
      companions: { at: ['conv2', 'dense3'], rate: 1 },
    } as ExperimentSpec['network'];
    expect(await compareLosses(gpu, { ...spec, network }, data)).toBeLessThanOrEqual(3);
  });
});

gpuTest('companions change what a layer learns, and nothing of how it is scored', async (gpu) => {
  const profile = profileFor(gpu.adapter, 'auto', weightLayers(spec));
  const { companions, ...rest } = spec.network;
  expect(companions).toBeDefined();
  const states = [];
  for (const network of [spec.network, rest]) {
    const one = { ...spec, mode: 'none', network } as const;
    const trainer = await Trainer.create(gpu.device, profile, one, data);
    const before = await trainer.evaluate('real');
    await trainer.whenFree();
    await trainer.train(2);
    states.push({ before, w: (await trainer.readLayer(0)).w });
    trainer.destroy();
  }
  const [withThem, without] = states;
  expect(withThem?.before).toEqual(without?.before);
  expect(withThem?.w).not.toEqual(without?.w);
});
