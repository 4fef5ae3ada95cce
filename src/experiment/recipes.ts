/** Experiments with a name: the published ones, and small ones for a laptop. */
import { type DatasetId, isToyId, shapeOf } from './datasets.ts';
import { EBP_SMALL } from './ebp-recipe.ts';
import { DEEPLY_SUPERVISED } from './dsn-recipes.ts';
import { MAXOUT } from './maxout-recipes.ts';
import { NETWORK_IN_NETWORK } from './nin-recipes.ts';
import { quote } from './quote.ts';
import type { PublishedFigure, Recipe } from './recipe.ts';
import { fail, ok, type Result } from './result.ts';
import { inMode } from './retraining.ts';
import {
  ADAM,
  DEFAULT_SPEC,
  type ExperimentSpec,
  type LayerSpec,
  type Mode,
  SPEC_VERSION,
} from './spec.ts';
import { TERNARY } from './ternary-recipes.ts';

export type { PublishedFigure, Recipe } from './recipe.ts';

const AUTHORS_CODE = 'README of github.com/MatthieuCourbariaux/BinaryConnect';

const dense = (...widths: readonly number[]): LayerSpec[] =>
  widths.map((units) => ({ type: 'dense', units }));

/** A convolution, stride 1. */
const conv = (channels: number, kernel: number, padding: number): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride: 1, padding },
});
const MAX_POOL: LayerSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };

const NO_DROPOUT = { input: 0, hidden: 0 } as const;

/** The convolutional nets of the tables that stand beside the reviews: H = c, windows within the maps. */
function rebuttal(
  data: 'cifar-10' | 'svhn',
  epochs: number,
  evaluateEvery: number,
): ExperimentSpec {
  return {
    version: SPEC_VERSION,
    data,
    preprocessing: data === 'cifar-10' ? 'gcn-zca' : 'gcn-lcn',
    augmentation: { pad: 0, flip: false },
    network: {
      hidden: [
        ...[conv(128, 3, 0), conv(128, 3, 0), MAX_POOL],
        ...[conv(256, 2, 0), conv(256, 2, 0), MAX_POOL],
        ...[conv(512, 2, 0), conv(512, 2, 0), MAX_POOL],
        ...[conv(1024, 2, 0), ...dense(1024)],
      ],
      pooling: 'before-norm',
      batchNorm: 'variance',
      dropout: NO_DROPOUT,
    },
    learning: 'backprop',
    mode: 'stochastic',
    h: 'glorot',
    magnitude: 'bound',
    initialisation: 'auto',
    loss: 'hinge-sum',
    optimizer: { kind: 'sgd' },
    rate: { start: 0.3, end: 0.001 },
    lrScale: 'auto',
    batch: 100,
    epochs,
    evaluateEvery,
    shuffleEvery: 1,
    seed: 1,
  };
}

/** The convolutional nets of the published paper: H = 1, a border of zeros, ADAM. `width`: channels of the first maps. */
function final(
  data: 'cifar-10' | 'svhn',
  width: number,
  rate: ExperimentSpec['rate'],
  epochs: number,
): ExperimentSpec {
  const pair = (channels: number) => [conv(channels, 3, 1), conv(channels, 3, 1), MAX_POOL];
  return {
    ...small(data, [...pair(width), ...pair(2 * width), ...pair(4 * width), ...dense(1024, 1024)]),
    preprocessing: data === 'cifar-10' ? 'gcn-zca' : 'gcn-lcn',
    mode: 'stochastic',
    rate,
    epochs,
  };
}

/** The parts of the published paper's configuration around any layers. */
function small(data: ExperimentSpec['data'], hidden: LayerSpec[]): ExperimentSpec {
  return {
    ...DEFAULT_SPEC,
    data,
    network: { hidden, pooling: 'before-norm', batchNorm: 'deviation', dropout: NO_DROPOUT },
    batch: 50,
  };
}

const SMALL_COLOUR = [
  ...[conv(32, 3, 1), conv(32, 3, 1), MAX_POOL],
  ...[conv(64, 3, 1), conv(64, 3, 1), MAX_POOL],
  ...dense(128),
];

/** What the tables in the authors' feedback say of stochastic weights; the rates of their other rows are not known. */
const feedback = (testError: number): readonly PublishedFigure[] => [
  {
    mode: 'stochastic',
    weights: 'real',
    testError,
    source: "The authors' feedback to the reviews of NIPS 2015, and the code they showed with it",
  },
];

export const RECIPES: readonly Recipe[] = [
  {
    name: 'mlp-small',
    title: 'Small MLP',
    summary: 'Two hidden layers of 256 units on Fashion-MNIST, small enough for any device.',
    configuration: 'final',
    spec: DEFAULT_SPEC,
    published: [],
  },
  {
    name: 'mnist-paper',
    title: 'MNIST, as in the paper',
    summary: 'Three hidden layers of 1024 units with H = c, trained by SGD for 1000 epochs.',
    configuration: 'rebuttal',
    spec: {
      version: SPEC_VERSION,
      data: 'mnist',
      preprocessing: 'mean',
      augmentation: { pad: 0, flip: false },
      network: {
        hidden: dense(1024, 1024, 1024),
        pooling: 'before-norm',
        batchNorm: 'variance',
        dropout: { input: 0, hidden: 0 },
      },
      learning: 'backprop',
      mode: 'stochastic',
      h: 'glorot',
      magnitude: 'bound',
      initialisation: 'auto',
      loss: 'hinge-sum',
      optimizer: { kind: 'sgd' },
      rate: { start: 0.3, end: 0.01 },
      lrScale: 'auto',
      batch: 200,
      epochs: 1000,
      evaluateEvery: 2,
      shuffleEvery: 2,
      seed: 1,
    },
    published: [
      {
        mode: 'stochastic',
        weights: 'real',
        testError: 1.18,
        source: `${AUTHORS_CODE}, commit 5769001 (August 2015)`,
      },
    ],
  },
  {
    name: 'mnist-2048',
    title: 'MNIST, wide, with ADAM',
    summary:
      "Three hidden layers of 2048 units with H = 1, trained by ADAM, as in the authors' later code.",
    configuration: 'final',
    spec: {
      version: SPEC_VERSION,
      data: 'mnist',
      preprocessing: 'mean',
      augmentation: { pad: 0, flip: false },
      network: {
        hidden: dense(2048, 2048, 2048),
        pooling: 'before-norm',
        batchNorm: 'deviation',
        dropout: { input: 0, hidden: 0 },
      },
      learning: 'backprop',
      mode: 'stochastic',
      h: 'one',
      magnitude: 'bound',
      initialisation: 'auto',
      loss: 'hinge-mean',
      optimizer: ADAM,
      rate: { start: 0.001, end: 0.000003 },
      lrScale: 'auto',
      batch: 100,
      epochs: 250,
      evaluateEvery: 1,
      shuffleEvery: 1,
      seed: 1,
    },
    published: [
      {
        mode: 'stochastic',
        weights: 'real',
        testError: 1.15,
        source: `${AUTHORS_CODE}, branch lasagne (February 2016)`,
      },
    ],
  },
  {
    name: 'toy',
    title: 'Toy task in the plane',
    summary: 'Two hidden layers of 32 units tell two classes of points apart, within seconds.',
    configuration: 'final',
    spec: {
      ...DEFAULT_SPEC,
      data: 'moons',
      network: { ...DEFAULT_SPEC.network, hidden: dense(32, 32) },
      rate: { start: 0.01, end: 0.0003 },
      batch: 20,
      epochs: 40,
      evaluateEvery: 2,
    },
    published: [],
  },
  {
    name: 'fashion-cnn',
    title: 'Fashion-MNIST, small CNN',
    summary: 'Two convolutions of 16 and 32 channels and a dense layer, for a laptop.',
    configuration: 'final',
    spec: {
      ...small('fashion-mnist', [
        ...[conv(16, 3, 1), MAX_POOL, conv(32, 3, 1), MAX_POOL],
        ...dense(128),
      ]),
      batch: 100,
    },
    published: [],
  },
  {
    name: 'cifar10-small',
    title: 'CIFAR-10, small CNN',
    summary: 'Four convolutions of 32 and 64 channels and a dense layer, for a laptop.',
    configuration: 'final',
    spec: small('cifar-10', SMALL_COLOUR),
    published: [],
  },
  {
    name: 'svhn-small',
    title: 'SVHN, small CNN',
    summary: 'Four convolutions of 32 and 64 channels and a dense layer, for a laptop.',
    configuration: 'final',
    spec: small('svhn', SMALL_COLOUR),
    published: [],
  },
  {
    name: 'cifar10-rebuttal',
    title: 'CIFAR-10, as in the reviews',
    summary: 'Seven convolutions with H = c, trained by SGD for 300 epochs.',
    configuration: 'rebuttal',
    spec: rebuttal('cifar-10', 300, 2),
    published: feedback(12.2),
  },
  {
    name: 'cifar10-final',
    title: 'CIFAR-10, as in the paper',
    summary: 'Six convolutions and two dense layers with H = 1, trained by ADAM for 500 epochs.',
    configuration: 'final',
    spec: final('cifar-10', 128, { start: 0.003, end: 0.000002 }, 500),
    published: [
      {
        mode: 'stochastic',
        weights: 'real',
        testError: 8.27,
        source: `${AUTHORS_CODE}, branch lasagne (February 2016)`,
      },
    ],
  },
  {
    name: 'svhn-rebuttal',
    title: 'SVHN, as in the reviews',
    summary: 'Seven convolutions with H = c, trained by SGD for 60 epochs.',
    configuration: 'rebuttal',
    spec: rebuttal('svhn', 60, 1),
    published: feedback(2.66),
  },
  {
    name: 'svhn-final',
    title: 'SVHN, as in the paper',
    summary:
      'Six convolutions of half the width and two dense layers with H = 1, trained by ADAM for 200 epochs.',
    configuration: 'final',
    spec: final('svhn', 64, { start: 0.01, end: 0.000003 }, 200),
    published: [
      {
        mode: 'stochastic',
        weights: 'real',
        testError: 2.15,
        source: `${AUTHORS_CODE}, branch lasagne (February 2016)`,
      },
    ],
  },
  ...MAXOUT,
  ...NETWORK_IN_NETWORK,
  ...DEEPLY_SUPERVISED,
  EBP_SMALL,
  ...TERNARY,
];

const recipe = (name: string): Recipe => {
  const found = findRecipe(name);
  if (!found.ok) throw new RangeError(found.error);
  return found.value;
};

/** The recipe to begin with on a data set: its net fits the data and any device. */
export function usualRecipe(id: DatasetId): Recipe {
  if (isToyId(id)) return recipe('toy');
  if (id === 'svhn') return recipe('svhn-small');
  const { height, width, channels } = shapeOf(id);
  // Two poolings halve the maps twice.
  const isColour = channels > 1 && Math.min(height, width) >= 4;
  return recipe(isColour ? 'cifar10-small' : 'mlp-small');
}

/**
 * The same recipe with its weights in another mode; its published figures say themselves which mode they
 * hold for. Retraining goes with real weights only: else its epochs are left out.
 */
export const withMode = (recipe: Recipe, mode: Mode): Recipe => ({
  ...recipe,
  spec: inMode(recipe.spec, mode),
});

/** The recipe of that name, or a sentence that lists the names there are. */
export function findRecipe(name: string): Result<Recipe> {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  const names = RECIPES.map((candidate) => candidate.name).join(', ');
  return recipe ? ok(recipe) : fail(`The recipe is ${quote(name)}; allowed is one of ${names}.`);
}

/** The recipe a spec follows in all but what any recipe leaves open: the mode, the seed, and data of its shape. */
export function recipeOf(spec: ExperimentSpec): Recipe | null {
  const follows = ({ spec: own }: Recipe): boolean => {
    const { mode, seed, data } = spec;
    return (
      sameFields(shapeOf(own.data), shapeOf(data)) && sameFields({ ...own, mode, seed, data }, spec)
    );
  };
  const all = RECIPES.filter(follows);
  return all.find(({ spec: own }) => own.data === spec.data) ?? all[0] ?? null;
}

/**
 * Figures published for exactly this experiment: every field equal to the recipe's but the seed,
 * and the mode the published one. Empty for any other experiment.
 */
export function publishedFor(spec: ExperimentSpec): readonly PublishedFigure[] {
  return RECIPES.flatMap(({ spec: own, published }) => {
    const same = sameFields({ ...own, mode: spec.mode, seed: spec.seed }, spec);
    return same ? published.filter((figure) => figure.mode === spec.mode) : [];
  });
}

/** Deep equality of plain data, whatever the order of its fields. */
function sameFields(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameFields(value, right.get(key)))
  );
}
