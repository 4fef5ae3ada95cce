/**
 * Maxout networks (Goodfellow et al. 2013), as the scripts behind their figures have them: no batch norm,
 * filters of bounded length, momentum that grows. With binary weights H = c, so that both kinds live
 * on one scale.
 */
import type { Recipe } from './recipe.ts';
import { type ExperimentSpec, type LayerSpec, SPEC_VERSION } from './spec.ts';

/** The length most filters may have. */
const LONGEST = 1.9365;

/** Convolutions learn at a twentieth of the rate. */
const conv = (channels: number, kernel: number, padding: number, maxNorm = LONGEST): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride: 1, padding, pieces: 2, maxNorm, rate: 0.05 },
});

const pool = (size: number): LayerSpec => ({
  ...{ type: 'pool', kind: 'max', size, stride: 2, ceil: true },
});

const dense = (units: number, pieces: number, maxNorm = LONGEST): LayerSpec => ({
  ...{ type: 'dense', units, pieces, maxNorm },
});

const SHARED = {
  version: SPEC_VERSION,
  augmentation: { pad: 0, flip: false },
  learning: 'backprop',
  magnitude: 'bound',
  mode: 'none',
  h: 'glorot',
  initialisation: 'auto',
  initialRange: 0.005,
  loss: 'cross-entropy',
  lrScale: 'auto',
  evaluateEvery: 1,
  shuffleEvery: 1,
  seed: 1,
} as const satisfies Partial<ExperimentSpec>;

const around = (hidden: LayerSpec[]): ExperimentSpec['network'] => ({
  hidden,
  output: { type: 'dense', maxNorm: LONGEST },
  pooling: 'after-activation',
  batchNorm: 'none',
  dropout: { input: 0.2, hidden: 0.5 },
});

const growing = (end: number, epochs: number): ExperimentSpec['optimizer'] => ({
  kind: 'momentum',
  momentum: 0.5,
  ramp: { end, epochs },
});

export const MAXOUT: readonly Recipe[] = [
  {
    name: 'mnist-maxout',
    title: 'MNIST, maxout',
    summary: 'Two hidden layers of 240 maxout units of five pieces, with dropout.',
    configuration: 'neighbour',
    spec: {
      ...SHARED,
      data: 'mnist',
      preprocessing: 'mean',
      network: around([dense(240, 5), dense(240, 5)]),
      optimizer: growing(0.7, 250),
      rate: { start: 0.1, end: 0.000001, decay: { kind: 'division', by: 1.000004 } },
      batch: 100,
      epochs: 1000,
    },
    published: [],
  },
  {
    name: 'cifar10-maxout',
    title: 'CIFAR-10, maxout',
    summary: 'Three maxout convolutions and 500 maxout units of five pieces, for 785 epochs.',
    configuration: 'neighbour',
    spec: {
      ...SHARED,
      data: 'cifar-10',
      preprocessing: 'gcn-zca',
      network: around([
        ...[conv(96, 8, 4, 0.9), pool(4), conv(192, 8, 3), pool(4), conv(192, 5, 3), pool(2)],
        dense(500, 5, 1.9),
      ]),
      optimizer: growing(0.6, 250),
      rate: { start: 0.17, end: 0.0017, decay: { kind: 'linear', epochs: 500 } },
      batch: 128,
      epochs: 785,
    },
    published: [
      {
        mode: 'none',
        weights: 'real',
        testError: 11.68,
        source:
          'README of the maxout scripts of github.com/lisa-lab/pylearn2; trained on all 50,000 images',
      },
    ],
  },
  {
    name: 'svhn-maxout',
    title: 'SVHN, maxout',
    summary: 'Three maxout convolutions and 400 maxout units of five pieces.',
    configuration: 'neighbour',
    spec: {
      ...SHARED,
      data: 'svhn',
      preprocessing: 'gcn-lcn',
      network: around([
        ...[conv(64, 5, 4, 0.9), pool(3), conv(128, 5, 3), pool(3), conv(128, 5, 3), pool(3)],
        dense(400, 5, 1.9),
      ]),
      optimizer: growing(0.6, 250),
      rate: { start: 0.2, end: 0.0002, decay: { kind: 'linear', epochs: 250 } },
      batch: 128,
      epochs: 250,
    },
    published: [],
  },
  {
    name: 'maxout-small',
    title: 'Small maxout net',
    summary: 'Two hidden layers of 96 maxout units of three pieces on Fashion-MNIST.',
    configuration: 'neighbour',
    spec: {
      ...SHARED,
      data: 'fashion-mnist',
      preprocessing: 'mean',
      initialRange: 0.05,
      network: { ...around([dense(96, 3), dense(96, 3)]), dropout: { input: 0.1, hidden: 0.2 } },
      optimizer: growing(0.7, 10),
      rate: { start: 0.1, end: 0.001, decay: { kind: 'linear', epochs: 20 } },
      batch: 100,
      epochs: 20,
    },
    published: [],
  },
  {
    name: 'maxout-cnn-small',
    title: 'CIFAR-10, small maxout CNN',
    summary: 'Two maxout convolutions and 96 maxout units, for a laptop.',
    configuration: 'neighbour',
    spec: {
      ...SHARED,
      data: 'cifar-10',
      preprocessing: 'mean',
      initialRange: 0.05,
      network: {
        ...around([conv(24, 5, 2), pool(3), conv(48, 5, 2), pool(3), dense(96, 2)]),
        dropout: { input: 0, hidden: 0.2 },
      },
      optimizer: growing(0.7, 10),
      rate: { start: 0.1, end: 0.001, decay: { kind: 'linear', epochs: 20 } },
      batch: 50,
      epochs: 20,
    },
    published: [],
  },
];
