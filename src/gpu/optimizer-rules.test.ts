/** Classic momentum, schedules, weight decay and shares of the rate: ten steps beside the reference. */
import { describe, expect } from 'vitest';
import { DEFAULT_SPEC, MODES, type Decay, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';

// Four steps an epoch: schedules by epoch change twice in ten steps.
const data = syntheticDataset({
  ...{ height: 9, width: 7, channels: 3, classes: 5 },
  ...{ train: 60, validation: 20, test: 20 },
});

const specOf = (decay: Decay): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'conv', channels: 6, kernel: 3, stride: 1, padding: 1, rate: 0.05 },
      { type: 'dense', units: 17, rate: 3 },
    ],
    batchNorm: 'variance',
  },
  h: 'glorot',
  initialRange: 0.02,
  optimizer: { kind: 'momentum', momentum: 0.3, ramp: { end: 0.8, epochs: 2 } },
  weightDecay: 0.05,
  biasRate: 2,
  rate: { start: 0.1, end: 0.01, decay },
  batch: 13,
  epochs: 5,
});

describe('ten steps', () => {
  for (const mode of MODES) {
    gpuTest(`linear rate, momentum with a ramp, ${mode}`, async (gpu) => {
      const spec = { ...specOf({ kind: 'linear', epochs: 2 }), mode };
      expect(await compareLosses(gpu, spec, data)).toBeLessThanOrEqual(3);
    });
  }

  gpuTest('rate in steps, a bias and no batch norm', async (gpu) => {
    const spec = specOf({ kind: 'steps', at: [1, 2] });
    const network = { ...spec.network, batchNorm: 'none' } as const;
    expect(await compareLosses(gpu, { ...spec, network }, data)).toBeLessThanOrEqual(3);
  });

  gpuTest('rate divided by step, with ADAM', async (gpu) => {
    const { optimizer } = DEFAULT_SPEC;
    const spec = { ...specOf({ kind: 'division', by: 1.3 }), optimizer };
    expect(await compareLosses(gpu, spec, data)).toBeLessThanOrEqual(3);
  });
});
