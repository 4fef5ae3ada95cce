/** Checkpoints without a device: every tensor that a spec's network has, of zeros. */
import { shapeOf } from '../experiment/datasets.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import type { CheckpointFile } from '../export/checkpoint-file.ts';
import { tensorsOfNetwork } from '../gpu/learning/tensors.ts';
import { countOf, type Tensor } from '../gpu/state.ts';

export const zerosOf = (spec: ExperimentSpec): Map<string, Tensor> =>
  new Map(
    tensorsOfNetwork(spec, shapeOf(spec.data)).map(({ name, dtype, shape }) => [
      name,
      dtype === 'F32'
        ? { dtype, shape, data: new Float32Array(countOf(shape)) }
        : { dtype, shape, data: new Uint32Array(countOf(shape)) },
    ]),
  );

/** A net of three units in the plane. */
export const SMALL: ExperimentSpec = {
  ...DEFAULT_SPEC,
  data: 'moons',
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 3 }] },
  seed: 4_000_000_000,
};

/** A run of SMALL at step 7, as the page writes it. */
export function smallCheckpoint(): CheckpointFile & { readonly progress: object } {
  const errors = { binary: 11.25, real: 10.5 };
  const record = {
    ...{ epoch: 0.5, step: 5, trainLoss: 0.3, trainError: 9, flipRate: { dense1: 1e-3 } },
    ...{ validationLoss: errors, validationError: errors, testError: errors },
    stepsPerSecond: 800,
  };
  return {
    checkpoint: {
      run: { ...runOf(SMALL), changes: [{ step: 3, field: 'mode', value: 'stochastic' }] },
      ...{ step: 7, mode: 'stochastic', momentsSince: 3, tensors: zerosOf(SMALL) },
      examples: { train: 1000, validation: 100, test: 100 },
    },
    progress: {
      tally: {
        ...{ steps: 2, loss: 0.1, mistakes: 3, seconds: 0.5 },
        flips: Array<number>(weightLayers(SMALL)).fill(1),
      },
      evaluationDue: false,
      pending: [{ step: 9, field: 'rate', value: 0.01 }],
      records: [record, { ...record, step: 7, epoch: 0.7 }],
      curves: { loss: [1, 2, 3].map((s) => [2 * s - 1, 2 * s, 1 / s]), error: [[1, 7, 30.5]] },
    },
  };
}
