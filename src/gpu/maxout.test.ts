/** Maxout and max-norm on the device: ten steps beside the reference, and the bound that is never exceeded. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { longestFilter, weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, MODES, type ExperimentSpec, type LayerSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 9, width: 7, channels: 3, classes: 5 },
  ...{ train: 60, validation: 20, test: 20 },
});

const sgd = { optimizer: { kind: 'sgd' }, rate: { start: 0.02, end: 0.01 } } as const;

const flat: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'dense', units: 17, pieces: 5, maxNorm: 0.4 },
      { type: 'dense', units: 33, pieces: 2, maxNorm: 0.5 },
    ],
    batchNorm: 'none',
    dropout: { input: 0.2, hidden: 0.5 },
  },
  h: 'glorot',
  loss: 'cross-entropy',
  ...sgd,
  batch: 13,
  epochs: 5,
};

const maps: LayerSpec[] = [
  { type: 'conv', channels: 10, kernel: 3, stride: 1, padding: 1, pieces: 3, maxNorm: 0.4 },
  { type: 'pool', kind: 'max', size: 3, stride: 2, ceil: true },
  { type: 'conv', channels: 7, kernel: 2, stride: 1, padding: 1, pieces: 2 },
  { type: 'dense', units: 9, pieces: 2 },
];

describe('ten steps of maxout', () => {
  for (const mode of MODES) {
    gpuTest(`dense, with max-norm and dropout, ${mode}`, async (gpu) => {
      expect(await compareLosses(gpu, { ...flat, mode }, data)).toBeLessThanOrEqual(3);
    });
    gpuTest(`convolutions, with max-norm, ${mode}`, async (gpu) => {
      const network = { ...flat.network, hidden: maps, pooling: 'after-activation' } as const;
      expect(await compareLosses(gpu, { ...flat, network, mode }, data)).toBeLessThanOrEqual(3);
    });
  }

  gpuTest('pooling first, with batch norm and H = 1', async (gpu) => {
    const network = { ...flat.network, hidden: maps, batchNorm: 'deviation' } as const;
    const spec: ExperimentSpec = { ...flat, network, h: 'one', lrScale: '1/c' };
    expect(await compareLosses(gpu, spec, data)).toBeLessThanOrEqual(3);
  });
});

describe('max-norm', () => {
  for (const [mode, h] of [
    ['none', 'one'],
    ['deterministic', 'glorot'],
    ['stochastic', 'one'],
  ] as const) {
    gpuTest(`no filter is ever longer than its bound, ${mode}`, async ({ device, adapter }) => {
      // Long steps: without the bound most filters would be longer.
      const spec: ExperimentSpec = { ...flat, mode, h, rate: { start: 1, end: 1 } };
      const profile = profileFor(adapter, 'auto', weightLayers(spec));
      const trainer = await Trainer.create(device, profile, spec, data);
      let atBound = 0;
      for (let step = 0; step < 4; step++) {
        await trainer.whenFree();
        await trainer.train(1);
        for (const [l, shape] of trainer.layers.entries()) {
          const longest = longestFilter(spec, mode, shape);
          if (longest === null) continue;
          const { w } = await trainer.readLayer(l);
          for (let o = 0; o < shape.O; o++) {
            let squares = 0;
            for (let i = 0; i < shape.I; i++) squares += at(w, i * shape.O + o) ** 2;
            // The length is summed in float32 on the device.
            expect(Math.sqrt(squares)).toBeLessThanOrEqual(longest * (1 + 1e-5));
            if (Math.sqrt(squares) > longest * (1 - 1e-5)) atBound++;
          }
        }
      }
      expect(atBound).toBeGreaterThan(100);
      trainer.destroy();
    });
  }
});
