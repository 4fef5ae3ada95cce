/** Experiments with a name: the published ones that a dense network can run, and a small one to start from. */
import { quote } from './quote.ts';
import { fail, ok, type Result } from './result.ts';
import { ADAM, DEFAULT_SPEC, type ExperimentSpec, type Mode, SPEC_VERSION } from './spec.ts';

/** A test error that was published for exactly this configuration in exactly this mode. */
export interface PublishedFigure {
  readonly mode: Mode;
  /** The weights the figure was measured with. */
  readonly weights: 'binary' | 'real';
  /** In percent. */
  readonly testError: number;
  readonly source: string;
}

export interface Recipe {
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /**
   * Which of the two published configurations the parts come from. `rebuttal`: H = c, SGD, hinge
   * summed over classes. `final`: H = 1, ADAM with steps times 1/c, hinge averaged over classes.
   */
  readonly configuration: 'final' | 'rebuttal';
  readonly spec: ExperimentSpec;
  /** Empty where nobody published this configuration. */
  readonly published: readonly PublishedFigure[];
}

const AUTHORS_CODE = 'README of github.com/MatthieuCourbariaux/BinaryConnect';

const dense = (...widths: readonly number[]): ExperimentSpec['network']['hidden'] =>
  widths.map((units) => ({ type: 'dense', units }));

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
      mode: 'stochastic',
      h: 'glorot',
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
      mode: 'stochastic',
      h: 'one',
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
];

/** The same recipe with its weights in another mode; its published figures say themselves which mode they hold for. */
export const withMode = (recipe: Recipe, mode: Mode): Recipe => ({
  ...recipe,
  spec: { ...recipe.spec, mode },
});

/** The recipe of that name, or a sentence that lists the names there are. */
export function findRecipe(name: string): Result<Recipe> {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  const names = RECIPES.map((candidate) => candidate.name).join(', ');
  return recipe ? ok(recipe) : fail(`The recipe is ${quote(name)}; allowed is one of ${names}.`);
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
