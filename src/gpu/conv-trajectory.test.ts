/** Ten training steps of convolutional nets, device against reference, at awkward shapes. */
import { describe, expect } from 'vitest';
import {
  ADAM,
  DEFAULT_SPEC,
  MODES,
  type ExperimentSpec,
  type LayerSpec,
} from '../experiment/spec.ts';
import { gpuTest, kernelFamilies, type Gpu } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';

const data = syntheticDataset({
  ...{ height: 9, width: 7, channels: 3, classes: 5 },
  ...{ train: 60, validation: 20, test: 20 },
});

const conv = (channels: number, kernel: number, stride: number, padding: number): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride, padding },
});
const pool = (kind: 'max' | 'average', size: number, stride: number, ceil: boolean): LayerSpec => ({
  ...{ type: 'pool', kind, size, stride, ceil },
});

const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      conv(33, 3, 1, 1),
      pool('max', 3, 2, true),
      conv(10, 2, 2, 1),
      { type: 'dense', units: 17 },
    ],
  },
  batch: 13,
  epochs: 5,
};

const compare = async (gpu: Gpu, spec: ExperimentSpec, kernels = 'auto'): Promise<void> => {
  // Measured: in most runs no weight of any step falls to the other side, in none in more than three.
  expect(await compareLosses(gpu, spec, data, kernels)).toBeLessThanOrEqual(3);
};

const families = await kernelFamilies();

describe('ten steps of a convolutional net', () => {
  for (const mode of MODES) {
    gpuTest(mode, (gpu) => compare(gpu, { ...base, mode }));
  }

  for (const family of families) {
    gpuTest(`${family} kernels`, (gpu) => compare(gpu, base, family));
  }

  for (const [pooling, batchNorm] of [
    ['before-norm', 'none'],
    ['before-norm', 'variance'],
    ['after-activation', 'none'],
    ['after-activation', 'deviation'],
  ] as const) {
    gpuTest(`pooling ${pooling}, batch norm ${batchNorm}`, (gpu) =>
      compare(gpu, {
        ...base,
        network: {
          ...base.network,
          hidden: [
            conv(5, 3, 1, 0),
            pool('average', 2, 1, false),
            pool('max', 2, 2, false),
            conv(12, 1, 1, 0),
            { type: 'pool', kind: 'global-average' },
          ],
          ...{ pooling, batchNorm, dropout: { input: 0.1, hidden: 0.3 } },
        },
        h: 'glorot',
        optimizer: batchNorm === 'none' ? { kind: 'sgd' } : ADAM,
        rate: { start: 0.003, end: 0.001 },
      }),
    );
  }

  gpuTest('crops and mirror images, anew each epoch', (gpu) =>
    compare(gpu, { ...base, batch: 20, augmentation: { pad: 2, flip: true } }),
  );
});
