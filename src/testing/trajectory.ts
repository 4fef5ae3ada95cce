/** Training on the device beside training in the float64 reference. */
import { expect } from 'vitest';
import type { Dataset } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { minibatchOf } from '../reference/minibatch.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { expectClose, type Gpu } from './gpu.ts';
import { dataShapeOf } from './synthetic.ts';

export interface Tolerances {
  readonly steps: number;
  /** Relative, of a loss while every weight fell to the same side on both. */
  readonly together: number;
  /** And after one did not. */
  readonly apart: number;
  /** Steps that must be together whatever the flips. */
  readonly first: number;
}

const USUAL: Tolerances = { steps: 10, together: 1e-4, apart: 0.05, first: 2 };

/**
 * The losses of the first steps. A binary trajectory is chaotic: one weight that falls to the other
 * side of zero (or of its sample) within float32 rounding changes what propagates. So losses agree
 * closely until the flips of some step differ, and loosely from then on; the first ones always
 * closely. Returns the steps that stayed together.
 */
export async function compareLosses(
  { device, adapter }: Gpu,
  spec: ExperimentSpec,
  dataset: Dataset,
  kernels = 'auto',
  tolerances: Partial<Tolerances> = {},
): Promise<number> {
  const { steps, together: close, apart, first } = { ...USUAL, ...tolerances };
  const profile = profileFor(adapter, kernels, weightLayers(spec));
  const trainer = await Trainer.create(device, profile, spec, dataset);
  const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(dataset), trainer.stepsPerEpoch);
  const layers = trainer.layers.length;
  const flips = spec.mode === 'stochastic' ? 'sampleFlips' : 'signFlips';
  let together = steps;
  for (let step = 0; step < steps; step++) {
    await trainer.whenFree();
    const metrics = await trainer.train(1);
    const { x, labels } = minibatchOf(spec, dataset, step);
    const report = reference.step(x, labels);
    const rtol = step < Math.max(together, first) ? close : apart;
    expectClose([at(metrics.loss, 0)], [report.loss], { atol: close / 10, rtol });
    for (const [l, { I, O }] of trainer.layers.entries()) {
      const same = at(metrics[flips], l) === Math.round(at(report[flips], l) * I * O);
      if (!same && spec.mode !== 'none') together = Math.min(together, step + 1);
    }
  }
  expect(layers).toBe(reference.layers.length);
  trainer.destroy();
  return together;
}
