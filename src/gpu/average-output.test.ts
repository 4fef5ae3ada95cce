/** Scores as averages of maps, and dropout of single layers: ten steps beside the reference. */
import { describe, expect } from 'vitest';
import { DEFAULT_SPEC, MODES, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';

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
      { type: 'conv', channels: 7, kernel: 3, stride: 1, padding: 1, dropout: 0.1 },
    ],
    output: { type: 'average', relu: true, rate: 0.5 },
    pooling: 'after-activation',
    batchNorm: 'none',
    dropout: { input: 0, hidden: 0 },
  },
  h: 'glorot',
  loss: 'cross-entropy',
  optimizer: { kind: 'momentum', momentum: 0.9 },
  rate: { start: 0.02, end: 0.02 },
  batch: 13,
  epochs: 5,
};

describe('ten steps with an average for an output', () => {
  for (const mode of MODES) {
    gpuTest(mode, async (gpu) => {
      expect(await compareLosses(gpu, { ...spec, mode }, data)).toBeLessThanOrEqual(3);
    });
  }

  gpuTest('pooling first, batch norm, no ReLU, max-norm', async (gpu) => {
    const output = { type: 'average', relu: false, maxNorm: 0.5 } as const;
    const network = { ...spec.network, output, pooling: 'before-norm', batchNorm: 'variance' };
    const normed = { ...spec, network } as ExperimentSpec;
    expect(await compareLosses(gpu, normed, data)).toBeLessThanOrEqual(3);
  });
});
