/** Ten training steps with half floats in the products: close to the reference, not as close as float32. */
import { describe } from 'vitest';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { adapterHere, gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareLosses } from '../testing/trajectory.ts';

const data = syntheticDataset({
  height: 7,
  width: 9,
  classes: 10,
  train: 310,
  validation: 50,
  test: 50,
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'dense', units: 65 },
      { type: 'dense', units: 33 },
    ],
  },
  batch: 31,
  epochs: 5,
};

const adapter = await adapterHere();

describe.skipIf(!adapter.f16)(
  adapter.f16 ? 'ten steps' : `ten steps: skipped, ${adapter.name} has no shader-f16`,
  () => {
    for (const mode of ['deterministic', 'stochastic'] as const) {
      for (const half of ['h32', 'h64'] as const) {
        gpuTest(`${mode}, by ${half}`, async (gpu) => {
          const kernels = `tile:${new Array(3).fill(`${half}.${half}.t32`).join('-')}`;
          // Activations and gradients rounded to 11 bits: a relative 4e-5 was seen in the losses.
          const within = { loss: 5e-4 };
          await compareLosses(gpu, { ...base, mode }, data, kernels, within);
        });
      }
    }
  },
);
