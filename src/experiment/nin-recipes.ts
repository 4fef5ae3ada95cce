/**
 * Network in Network (Lin, Chen and Yan 2014): each convolution is followed by two of 1 x 1, and the
 * scores are averages of maps. With binary weights H = c, so that both kinds live on one scale.
 */
import type { Recipe } from './recipe.ts';
import { type ConvSpec, type ExperimentSpec, type LayerSpec, SPEC_VERSION } from './spec.ts';

/** Stride 1. */
export const conv = (channels: number, kernel: number, padding: number): ConvSpec => ({
  ...{ type: 'conv', channels, kernel, stride: 1, padding },
});

const MAX_POOL: LayerSpec = { type: 'pool', kind: 'max', size: 3, stride: 2, ceil: true };

/** A convolution and two of 1 x 1, then pooling, then half of it dropped. */
export const pooledBlock = (first: ConvSpec, second: number, third: number): LayerSpec[] => [
  ...[first, conv(second, 1, 0)],
  ...[{ ...conv(third, 1, 0), dropout: 0.5 }, MAX_POOL],
];

/** All there is but layers and epochs, as the authors trained it. */
export function ninSpec(
  data: 'cifar-10' | 'svhn',
  hidden: LayerSpec[],
  at: readonly [number, number],
  epochs: number,
): ExperimentSpec {
  return {
    version: SPEC_VERSION,
    data,
    preprocessing: data === 'cifar-10' ? 'gcn-zca' : 'gcn-lcn',
    augmentation: { pad: 0, flip: false },
    network: {
      hidden,
      output: { type: 'average', relu: true, rate: 0.1 },
      pooling: 'after-activation',
      batchNorm: 'none',
      dropout: { input: 0, hidden: 0 },
    },
    learning: 'backprop',
    magnitude: 'bound',
    mode: 'none',
    h: 'glorot',
    initialisation: 'auto',
    // Uniform, of the published deviation 0.05.
    initialRange: 0.0866,
    loss: 'cross-entropy',
    optimizer: { kind: 'momentum', momentum: 0.9 },
    // Theirs: a rate of 1 on a loss counted a tenth, and so a decay of 1e-5 that counts ten times.
    rate: { start: 0.1, end: 0.001, decay: { kind: 'steps', at: [...at] } },
    weightDecay: 0.0001,
    biasRate: 2,
    lrScale: 'auto',
    batch: 128,
    epochs,
    evaluateEvery: 1,
    shuffleEvery: 1,
    seed: 1,
  };
}

const SOURCE =
  'Lin, Chen and Yan, Network In Network (2014), as quoted beside the reviews; trained on all 50,000 images';

export const NETWORK_IN_NETWORK: readonly Recipe[] = [
  {
    name: 'cifar10-nin',
    title: 'CIFAR-10, Network in Network',
    summary: 'Nine convolutions, six of them of 1 x 1, and an average of maps, for 260 epochs.',
    configuration: 'neighbour',
    spec: ninSpec(
      'cifar-10',
      [
        ...pooledBlock(conv(192, 5, 2), 160, 96),
        ...pooledBlock(conv(192, 5, 2), 192, 192),
        ...[conv(192, 3, 1), conv(192, 1, 0)],
      ],
      [200, 230],
      260,
    ),
    published: [{ mode: 'none', weights: 'real', testError: 10.41, source: SOURCE }],
  },
  {
    name: 'svhn-nin',
    title: 'SVHN, Network in Network',
    summary: 'Nine convolutions, six of them of 1 x 1, and an average of maps.',
    configuration: 'neighbour',
    spec: ninSpec(
      'svhn',
      [
        ...pooledBlock(conv(128, 5, 2), 96, 64),
        ...pooledBlock(conv(320, 5, 2), 256, 128),
        ...[conv(384, 5, 2), conv(256, 1, 0)],
      ],
      [20, 25],
      30,
    ),
    published: [],
  },
  {
    name: 'nin-small',
    title: 'CIFAR-10, small Network in Network',
    summary: 'The same in small, two blocks instead of three, for a laptop.',
    configuration: 'neighbour',
    spec: {
      ...ninSpec(
        'cifar-10',
        [...pooledBlock(conv(32, 5, 2), 32, 16), ...[conv(32, 3, 1), conv(32, 1, 0)]],
        [14, 17],
        20,
      ),
      preprocessing: 'mean',
      batch: 50,
    },
    published: [],
  },
];
