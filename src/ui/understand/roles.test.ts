import { expect } from 'vitest';
import { shapeOf } from '../../experiment/datasets.ts';
import { findRecipe } from '../../experiment/recipes.ts';
import { weightLayers } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { profileFor } from '../../gpu/profile.ts';
import { Trainer } from '../../gpu/trainer.ts';
import { gpuTest } from '../../testing/gpu.ts';
import { syntheticDataset } from '../../testing/synthetic.ts';
import { phraseOf, roleOf } from './roles.ts';

/** As few units as there can be: what a step consists of is the same. */
function tiny(spec: ExperimentSpec): ExperimentSpec {
  const hidden = spec.network.hidden.map((layer) => {
    if (layer.type === 'dense') return { ...layer, units: 4 };
    return layer.type === 'conv' ? { ...layer, channels: 4 } : layer;
  });
  return { ...spec, network: { ...spec.network, hidden }, batch: 4 };
}

// Between them they have every kind of layer, of method and of kernel.
const NAMES = ['mlp-small', 'dsn-small', 'maxout-cnn-small', 'ebp-small'];

function specOf(name: string): ExperimentSpec {
  const recipe = findRecipe(name);
  if (!recipe.ok) throw new Error(recipe.error);
  return tiny(recipe.value.spec);
}

gpuTest('every dispatch of a step says what it does', async ({ device, adapter }) => {
  const dropConnect = { ...specOf('mlp-small'), mode: 'none' as const, dropConnect: 0.5 };
  for (const spec of [...NAMES.map(specOf), dropConnect]) {
    const dataset = syntheticDataset({
      ...shapeOf(spec.data),
      ...{ classes: 10, train: 20, validation: 10, test: 10 },
    });
    for (const kernels of ['q10.q10.q16', 't32.t32.t32']) {
      const profile = profileFor(adapter, kernels, weightLayers(spec));
      const trainer = await Trainer.create(device, profile, spec, dataset);
      for (const { label, kernel } of trainer.dispatches) {
        expect(phraseOf(label, kernel), `${label} by ${kernel}`).not.toBeNull();
      }
      trainer.destroy();
    }
  }
  expect(roleOf('dense1.forward', 'quad_forward')).toMatch(/^Layer 1: multiplies/);
  expect(roleOf('conv2.companion.dx', 'quad_forward')).toMatch(/^Layer 2’s companion: takes/);
});
