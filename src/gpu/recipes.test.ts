/** Every recipe's network trains as the reference's does: narrow here, and the paper's in full. */
import { toyDataset } from '../data/toy.ts';
import { isToyId, shapeOf } from '../experiment/datasets.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { loadFromFolder } from '../cli/folder-source.ts';
import { findRecipe, RECIPES, withMode } from '../experiment/recipes.ts';
import { MODES, type ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { compareExpected, compareLosses } from '../testing/trajectory.ts';

const folder = process.env['BC_DATA_DIR'];

const synthetic = syntheticDataset({
  ...{ height: 32, width: 32, channels: 3, classes: 10 },
  ...{ train: 100, validation: 10, test: 10 },
});

/**
 * The recipe's data set where it is at hand, else Fashion-MNIST, which has the same shape; coloured
 * pictures are made up.
 */
async function dataFor(id: ExperimentSpec['data']): Promise<Dataset> {
  if (shapeOf(id).channels === 3) return synthetic;
  if (isToyId(id)) return toyDataset(id);
  const own = id === 'fashion-mnist' || folder === undefined;
  const dataset = own
    ? await loadFromFolder({ data: 'fashion-mnist', preprocessing: 'mean' })
    : await loadFromFolder({ data: id, preprocessing: 'mean' }, join(folder));
  if (!dataset.ok) throw new Error(dataset.error);
  return dataset.value;
}

/**
 * An eighth as wide, batch 8. A toy's net is small as it is, and four units on two inputs would be
 * copies of each other whose differences are all rounding.
 */
function narrowed(spec: ExperimentSpec): ExperimentSpec {
  if (isToyId(spec.data)) return { ...spec, batch: 8 };
  const hidden = spec.network.hidden.map((layer) => {
    if (layer.type === 'dense') return { ...layer, units: Math.ceil(layer.units / 8) };
    return layer.type === 'conv' ? { ...layer, channels: layer.channels / 8 } : layer;
  });
  // So narrow a net with companions is thrown about by its samples: at its own rate each step magnifies
  // rounding a hundredfold.
  const calm = spec.network.companions !== undefined && spec.mode === 'stochastic';
  const rate = calm
    ? { ...spec.rate, start: spec.rate.start / 10, end: spec.rate.end / 10 }
    : spec.rate;
  return { ...spec, network: { ...spec.network, hidden }, rate, batch: 8 };
}

describe('ten steps of a recipe, an eighth as wide, batch 8', () => {
  for (const recipe of RECIPES) {
    // The published nets of one configuration differ in width only, and SVHN's small net is that of
    // CIFAR-10: their own mode is enough.
    const published = recipe.published.length > 0 && shapeOf(recipe.spec.data).channels === 3;
    const isExpected = recipe.spec.learning === 'expectation';
    const isLarge = recipe.configuration === 'neighbour' && recipe.spec.preprocessing !== 'mean';
    // The first phase of a run with retraining; the second has tests of its own.
    const isRetrained = recipe.spec.retraining !== undefined;
    const one = published || isLarge || recipe.spec.data === 'svhn' || isExpected || isRetrained;
    // The neighbours' small siblings with their real weights, and with signs.
    const isSibling = recipe.configuration === 'neighbour' && !one;
    const modes = isSibling ? MODES.filter((mode) => mode !== 'stochastic') : MODES;
    for (const mode of one ? [recipe.spec.mode] : modes) {
      gpuTest(`${recipe.name}, ${mode}`, async (gpu) => {
        const { spec } = withMode(recipe, mode);
        await (isExpected ? compareExpected : compareLosses)(
          gpu,
          narrowed(spec),
          await dataFor(spec.data),
        );
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

describe('the largest recipes in full', () => {
  for (const [name, gibibytes] of [
    ['mnist-2048', 0.5],
    ['cifar10-final', 1.5],
  ] as const) {
    gpuTest(`${name} builds in less than ${gibibytes} GiB`, async ({ device, adapter }) => {
      const recipe = findRecipe(name);
      if (!recipe.ok) throw new Error(recipe.error);
      const { spec } = recipe.value;
      const dataset = shapeOf(spec.data).channels === 3 ? synthetic : await dataFor(spec.data);
      const profile = profileFor(adapter, 'auto', weightLayers(spec));
      const trainer = await Trainer.create(device, profile, spec, dataset);
      // 45,000 + 5,000 + 10,000 pictures of three bytes a pixel, or twice that as half floats.
      const data = spec.data === 'mnist' ? 0 : 60_000 * 3072 * 2;
      expect(trainer.bytes + data).toBeLessThan(gibibytes * 2 ** 30);
      trainer.destroy();
    });
  }
});
