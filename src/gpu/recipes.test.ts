/** Every recipe's network trains as the reference's does: narrow here, and the paper's in full. */
import { shapeOf } from '../experiment/datasets.ts';
import { layerShapes, weightLayers } from '../experiment/shapes.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFromFolder } from '../cli/folder-source.ts';
import { at } from '../experiment/at.ts';
import { RECIPES, withMode } from '../experiment/recipes.ts';
import { runOf } from '../experiment/run.ts';
import { MODES, type ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { minibatchAt } from '../reference/permutation.ts';
import { expectClose, gpuTest, type Gpu } from '../testing/gpu.ts';
import { dataShapeOf, examplesOf } from '../testing/synthetic.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const folder = process.env['BC_DATA_DIR'];

/** The recipe's data set where it is at hand, else Fashion-MNIST, which has the same shape. */
async function dataFor(id: ExperimentSpec['data']): Promise<Dataset> {
  const own = id === 'fashion-mnist' || folder === undefined;
  const dataset = own
    ? await loadFromFolder({ data: 'fashion-mnist', preprocessing: 'mean' })
    : await loadFromFolder({ data: id, preprocessing: 'mean' }, join(folder));
  if (!dataset.ok) throw new Error(dataset.error);
  return dataset.value;
}

const STEPS = 10;

async function compareLosses(gpu: Gpu, spec: ExperimentSpec, dataset: Dataset): Promise<void> {
  const profile = profileFor(gpu.adapter, 'auto', weightLayers(spec));
  const trainer = await Trainer.create(gpu.device, profile, spec, dataset);
  const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(dataset), trainer.stepsPerEpoch);
  await trainer.whenFree();
  const metrics = await trainer.train(STEPS);
  // A binary trajectory is chaotic: one weight that falls to the other side of zero (or of its
  // sample) within float32 rounding changes what propagates. So losses agree closely until the
  // flips of some step differ, and loosely from then on; the first two always closely.
  let together = true;
  for (let step = 0; step < STEPS; step++) {
    const indices = minibatchAt(spec, dataset.train.count, step);
    const { x, labels } = examplesOf(dataset, dataset.train, indices);
    const report = reference.step(x, labels);
    const rtol = together || step < 2 ? 1e-4 : 0.05;
    expectClose([at(metrics.loss, step)], [report.loss], { atol: 1e-5, rtol });
    const flips = spec.mode === 'stochastic' ? 'sampleFlips' : 'signFlips';
    const layers = trainer.layers.length;
    for (const [l, { I, O }] of trainer.layers.entries()) {
      const counted = at(metrics[flips], step * layers + l);
      const same = counted === Math.round(at(report[flips], l) * I * O);
      together = together && (same || spec.mode === 'none');
    }
  }
  trainer.destroy();
}

/** An eighth as wide, batch 8. */
function narrowed(spec: ExperimentSpec): ExperimentSpec {
  const hidden = spec.network.hidden.map((layer) => {
    if (layer.type === 'dense') return { ...layer, units: layer.units / 8 };
    return layer.type === 'conv' ? { ...layer, channels: layer.channels / 8 } : layer;
  });
  return { ...spec, network: { ...spec.network, hidden }, batch: 8 };
}

describe('ten steps of a recipe, an eighth as wide, batch 8', () => {
  for (const recipe of RECIPES) {
    for (const mode of MODES) {
      gpuTest(`${recipe.name}, ${mode}`, async (gpu) => {
        const { spec } = withMode(recipe, mode);
        await compareLosses(gpu, narrowed(spec), await dataFor(spec.data));
      });
    }
  }
});

describe('mnist-paper in full', () => {
  const recipe = RECIPES.find(({ name }) => name === 'mnist-paper');
  if (recipe === undefined) throw new Error('no recipe mnist-paper');
  const where = folder === undefined ? ' (on Fashion-MNIST: BC_DATA_DIR is not set)' : '';
  gpuTest(
    `its first ten losses are the reference's${where}`,
    async (gpu) => {
      await compareLosses(gpu, recipe.spec, await dataFor('mnist'));
    },
    600_000,
  );
});

it('mnist-2048 fits in memory every adapter grants', () => {
  const recipe = RECIPES.find(({ name }) => name === 'mnist-2048');
  if (recipe === undefined) throw new Error('no recipe mnist-2048');
  const layers = layerShapes(recipe.spec, shapeOf('mnist'));
  const largest = Math.max(...layers.map(({ I, O }) => 2 * 4 * I * O));
  // The default of maxStorageBufferBindingSize.
  expect(largest).toBeLessThanOrEqual(128 * 2 ** 20);
});
