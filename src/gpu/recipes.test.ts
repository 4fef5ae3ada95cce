/** Every recipe's network trains as the reference's does: narrow here, and the paper's in full. */
import { shapeOf } from '../experiment/datasets.ts';
import { layerShapes } from '../experiment/shapes.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFromFolder } from '../cli/folder-source.ts';
import { RECIPES, withMode } from '../experiment/recipes.ts';
import { MODES, type ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { gpuTest } from '../testing/gpu.ts';
import { compareLosses } from '../testing/trajectory.ts';

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
