/** Expectation BackPropagation (Soudry, Hubara and Meir 2014) with binary weights, in small. */
import type { Recipe } from './recipe.ts';
import { DEFAULT_SPEC } from './spec.ts';

export const EBP_SMALL: Recipe = {
  name: 'ebp-small',
  title: 'Expectation BackPropagation',
  summary:
    'One hidden layer of 300 units whose weights and units are signs, learnt without a rate.',
  configuration: 'neighbour',
  spec: {
    ...DEFAULT_SPEC,
    network: {
      ...DEFAULT_SPEC.network,
      hidden: [{ type: 'dense', units: 300 }],
      batchNorm: 'none',
    },
    learning: 'expectation',
    epochs: 10,
  },
  published: [],
};
