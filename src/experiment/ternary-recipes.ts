/** Ternary weights with retraining (Hwang and Sung 2014), in small. */
import type { Recipe } from './recipe.ts';
import { retrained } from './retraining.ts';
import { type ConvSpec, DEFAULT_SPEC, type PoolSpec } from './spec.ts';

const real = { ...DEFAULT_SPEC, mode: 'none', epochs: 10 } as const;

const conv = (channels: number): ConvSpec => ({
  ...{ type: 'conv', channels, kernel: 3, stride: 1, padding: 1 },
});
const pool: PoolSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };

export const TERNARY: readonly Recipe[] = [
  {
    name: 'ternary-small',
    title: 'Ternary weights, retrained',
    summary:
      'Ten epochs of real weights, then ten with −Δ, 0 and +Δ and hidden signals of 3 bits: two layers of 256 units.',
    configuration: 'neighbour',
    spec: retrained(real),
    published: [],
  },
  {
    name: 'ternary-cnn',
    title: 'Ternary weights, retrained, small CNN',
    summary:
      'Five epochs of real weights, then five with −Δ, 0 and +Δ and hidden signals of 3 bits: two convolutions and a dense layer.',
    configuration: 'neighbour',
    spec: retrained({
      ...real,
      epochs: 5,
      network: {
        ...real.network,
        hidden: [conv(16), pool, conv(32), pool, { type: 'dense', units: 128 }],
      },
    }),
    published: [],
  },
];
