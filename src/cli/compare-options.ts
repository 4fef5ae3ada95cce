/** The options of `npm run compare`, read and checked: an experiment, methods and seeds, or one sentence. */
import { parseArgs } from 'node:util';
import { DATASETS_ALLOWED, isDatasetId } from '../experiment/datasets.ts';
import type { EnsembleSize } from '../experiment/ensemble.ts';
import { findMethods, type Method } from '../experiment/methods.ts';
import { parseSpec } from '../experiment/parse-spec.ts';
import { findRecipe } from '../experiment/recipes.ts';
import { firstPhaseOf } from '../experiment/retraining.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { withEpochs } from '../experiment/schedule.ts';
import { BOUNDS, type ExperimentSpec } from '../experiment/spec.ts';
import { readEnsemble, wholeNumber } from './train-options.ts';

export interface CompareOptions {
  /** The recipe's experiment, with the other options in it; each run has a method and a seed of its own. */
  readonly base: ExperimentSpec;
  readonly recipe: string;
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** Largest ensemble of sampled nets to score at the end of each run, or null for none. */
  readonly ensemble: EnsembleSize | null;
  readonly dataDir: string | undefined;
  /** Where results are kept: the same command goes on from there. */
  readonly out: string;
  readonly json: boolean;
}

const USAGE =
  'npm run compare -- [--recipe NAME] [--dataset ID] [--data-dir DIR] [--methods NAME,…] [--epochs N] [--evaluate-every N] [--seeds N-N | N,N,…] [--ensemble K] [--out DIR] [--json]';

const OPTIONS = {
  recipe: { type: 'string' },
  dataset: { type: 'string' },
  'data-dir': { type: 'string' },
  methods: { type: 'string' },
  epochs: { type: 'string' },
  'evaluate-every': { type: 'string' },
  seeds: { type: 'string' },
  ensemble: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const MOST_SEEDS = 100;

/** Seeds of a text such as `1-3` or `1,5,9`, ascending as written. */
export function readSeeds(text: string): Result<readonly number[]> {
  const no = fail(
    `--seeds is "${text}"; allowed are one to ${MOST_SEEDS} different whole numbers from ${BOUNDS.seed.min} to ${BOUNDS.seed.max}, such as 1-3 or 1,5,9.`,
  );
  const range = /^(\d{1,10})-(\d{1,10})$/.exec(text);
  const [first, last] = [Number(range?.[1]), Number(range?.[2])];
  if (range !== null && (last < first || last - first >= MOST_SEEDS)) return no;
  const seeds =
    range === null
      ? text.split(',').map((part) => (/^\d{1,10}$/.test(part) ? Number(part) : NaN))
      : Array.from({ length: last - first + 1 }, (_, k) => first + k);
  const fit =
    seeds.length <= MOST_SEEDS &&
    new Set(seeds).size === seeds.length &&
    seeds.every((seed) => seed <= BOUNDS.seed.max);
  return fit ? ok(seeds) : no;
}

/** Read the command line. The error is one sentence for stderr. */
export function readCompareOptions(argv: readonly string[]): Result<CompareOptions> {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...argv], options: OPTIONS }));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : '';
    return fail(`${reason}; allowed is: ${USAGE}`);
  }
  const recipe = findRecipe(values.recipe ?? 'mlp-small');
  if (!recipe.ok) return fail(`--recipe: ${recipe.error}`);
  const { name } = recipe.value;
  // Every method says itself whether there is a second phase.
  const spec = firstPhaseOf(recipe.value.spec);
  let { data, epochs, evaluateEvery } = spec;
  if (values.dataset !== undefined) {
    if (!isDatasetId(values.dataset)) {
      return fail(`--dataset is "${values.dataset}"; allowed is ${DATASETS_ALLOWED}.`);
    }
    data = values.dataset;
  }
  if (values.epochs !== undefined) {
    const number = wholeNumber('epochs', values.epochs, BOUNDS.epochs);
    if (!number.ok) return number;
    epochs = number.value;
  }
  if (values['evaluate-every'] !== undefined) {
    const number = wholeNumber('evaluate-every', values['evaluate-every'], BOUNDS.every);
    if (!number.ok) return number;
    evaluateEvery = number.value;
  }
  const methods = findMethods(values.methods ?? 'none,det,stoch');
  if (!methods.ok) return fail(`--methods: ${methods.error}.`);
  const seeds = readSeeds(values.seeds ?? '1');
  if (!seeds.ok) return seeds;
  const ensemble = readEnsemble(values.ensemble);
  if (!ensemble.ok) return ensemble;
  const base = parseSpec({ ...withEpochs(spec, epochs), data, evaluateEvery });
  if (!base.ok) return base;
  for (const { id, apply } of methods.value) {
    const made = parseSpec(apply(base.value));
    if (!made.ok) return fail(`The method ${id} does not fit ${name}: ${made.error}`);
  }
  return ok({
    base: base.value,
    recipe: name,
    methods: methods.value,
    seeds: seeds.value,
    ensemble: ensemble.value,
    dataDir: values['data-dir'],
    out: values.out ?? `runs/compare-${name}-${data}-${epochs}`,
    json: values.json ?? false,
  });
}
