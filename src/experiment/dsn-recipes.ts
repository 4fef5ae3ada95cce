/**
 * Deeply supervised nets (Lee et al. 2015): Network in Network with companions at the first convolution
 * of each block, and squared hinge losses. As the authors' code begins: with all companions, at one rate.
 */
import { conv, ninSpec, pooledBlock } from './nin-recipes.ts';
import type { Recipe } from './recipe.ts';
import type { CompanionsSpec, ExperimentSpec, LayerSpec } from './spec.ts';

/** So many examples a step, and 50,000 steps of 45,000 examples. */
const BATCH = 100;
const EPOCHS = 111;

function spec(hidden: LayerSpec[], at: CompanionsSpec['at'], epochs: number): ExperimentSpec {
  const trunk = ninSpec('cifar-10', hidden, [1, 2], epochs);
  return {
    ...trunk,
    preprocessing: 'gcn',
    network: {
      ...trunk.network,
      output: { type: 'average', relu: false, rate: 0.1 },
      companions: { at, rate: 0.001, fade: { slope: 0.0001, power: 0.75 } },
    },
    loss: 'hinge-sum',
    rate: { start: 0.025, end: 0.025 },
    weightDecay: 0.0005,
    batch: BATCH,
  };
}

export const DEEPLY_SUPERVISED: readonly Recipe[] = [
  {
    name: 'cifar10-dsn',
    title: 'CIFAR-10, deeply supervised net',
    summary: 'Network in Network with a classifier at the first convolution of each block.',
    configuration: 'neighbour',
    spec: spec(
      [
        ...pooledBlock(conv(192, 5, 2), 160, 96),
        ...pooledBlock(conv(192, 5, 2), 192, 192),
        ...[conv(192, 3, 1), conv(192, 1, 0)],
      ],
      ['conv1', 'conv4', 'conv7'],
      EPOCHS,
    ),
    published: [],
  },
  {
    name: 'dsn-small',
    title: 'CIFAR-10, small deeply supervised net',
    summary: 'The same in small, two blocks instead of three, for a laptop.',
    configuration: 'neighbour',
    spec: {
      ...spec(
        [...pooledBlock(conv(32, 5, 2), 32, 16), ...[conv(32, 3, 1), conv(32, 1, 0)]],
        ['conv1', 'conv4'],
        20,
      ),
      preprocessing: 'mean',
      batch: 50,
    },
    published: [],
  },
];
