/** The options of `npm run train`, read and checked: a run, or one sentence. */
import { DATASETS_ALLOWED, isDatasetId } from '../experiment/datasets.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { parseJson } from '../experiment/parse-json.ts';
import { parseSpec } from '../experiment/parse-spec.ts';
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readResumed, type Resumed } from './resumed.ts';
import { decodeWithResult } from '../experiment/link.ts';
import { ENSEMBLE_SIZES, type EnsembleSize, isEnsembleSize } from '../experiment/ensemble.ts';
import { findRecipe } from '../experiment/recipes.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { parseKernels } from '../experiment/kernels.ts';
import { MAX_STEP, runOf, type Run } from '../experiment/run.ts';
import { withEpochs } from '../experiment/schedule.ts';
import { BOUNDS, DEFAULT_SPEC, MODES, type ExperimentSpec } from '../experiment/spec.ts';

export interface TrainOptions {
  readonly run: Run;
  readonly dataDir: string | undefined;
  /** How to divide a part of SVHN; undefined where it is whole or says so itself. */
  readonly split: string | undefined;
  /** Stop after so many steps, or null for the whole run. */
  readonly steps: number | null;
  readonly out: string | null;
  /** The file that checkpoints go to, or null. */
  readonly save: string | null;
  /** The checkpoint to go on from, or null to begin. */
  readonly resume: Resumed | null;
  readonly json: boolean;
  /** Measure the kernels first, unless that was done before on this adapter. */
  readonly tune: boolean;
  /** Time each kernel of a step instead of training. */
  readonly profile: boolean;
  /** Largest ensemble of sampled nets to score at the end, or null for none. */
  readonly ensemble: EnsembleSize | null;
}

const USAGE =
  'npm run train -- [--recipe NAME | --config FILE.json | --link URL | --resume FILE] [--dataset ID] [--data-dir DIR] [--split N,N,N] [--mode none|det|stoch] [--epochs N] [--steps N] [--seed N] [--kernels NAME | --tune] [--profile] [--ensemble K] [--save FILE] [--out DIR] [--json]';

const OPTIONS = {
  recipe: { type: 'string' },
  config: { type: 'string' },
  link: { type: 'string' },
  dataset: { type: 'string' },
  'data-dir': { type: 'string' },
  split: { type: 'string' },
  mode: { type: 'string' },
  epochs: { type: 'string' },
  steps: { type: 'string' },
  seed: { type: 'string' },
  kernels: { type: 'string' },
  ensemble: { type: 'string' },
  save: { type: 'string' },
  resume: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  tune: { type: 'boolean' },
  profile: { type: 'boolean' },
} as const;

const MODE_NAMES: Readonly<Record<string, ExperimentSpec['mode']>> = {
  none: 'none',
  det: 'deterministic',
  stoch: 'stochastic',
  deterministic: 'deterministic',
  stochastic: 'stochastic',
};

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

export function wholeNumber(
  name: string,
  text: string,
  bound: { readonly min: number; readonly max: number },
): Result<number> {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= bound.min && value <= bound.max
    ? ok(value)
    : fail(`--${name} is "${text}"; allowed is a whole number from ${bound.min} to ${bound.max}.`);
}

/** Bytes of a spec as JSON, at most. */
const LONGEST_CONFIG = 2 ** 20;

function readConfig(file: string): Result<Run> {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > LONGEST_CONFIG) {
      return fail(
        `--config: "${file}" is ${size} bytes long; allowed are at most ${LONGEST_CONFIG}.`,
      );
    }
    text = readFileSync(file, 'utf8');
  } catch {
    return fail(`--config: the file "${file}" cannot be read.`);
  }
  const json = parseJson(text);
  if (!json.ok) return fail(`--config: "${file}" ${json.error}.`);
  const spec = parseSpec(json.value);
  return spec.ok ? ok(runOf(spec.value)) : fail(`--config: ${spec.error}`);
}

/** The run that recipe, config or link describe, before the other options. */
function readRun(values: Values): Result<Run> {
  const given = (['recipe', 'config', 'link'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (given.length > 1) {
    return fail(`--${given.join(' and --')} were given; allowed is one of them.`);
  }
  if (values.recipe !== undefined) {
    const recipe = findRecipe(values.recipe);
    return recipe.ok ? ok(runOf(recipe.value.spec)) : fail(`--recipe: ${recipe.error}`);
  }
  if (values.config !== undefined) return readConfig(values.config);
  if (values.link !== undefined) {
    const hash = values.link.indexOf('#');
    const link = decodeWithResult(hash < 0 ? `#${values.link}` : values.link.slice(hash));
    if (!link.ok) return fail(`--link: ${link.error}`);
    if (link.value !== null) return ok(link.value.run);
  }
  return ok(runOf(DEFAULT_SPEC));
}

/** Put the options that stand beside recipe, config or link into the run. */
function override(run: Run, values: Values): Result<Run> {
  const { spec } = run;
  let { data, mode, epochs, seed } = spec;
  if (values.dataset !== undefined) {
    const id = values.dataset;
    if (!isDatasetId(id)) {
      return fail(`--dataset is "${values.dataset}"; allowed is ${DATASETS_ALLOWED}.`);
    }
    data = id;
  }
  if (values.mode !== undefined) {
    const named = MODE_NAMES[values.mode];
    if (named === undefined || !MODES.includes(named)) {
      return fail(`--mode is "${values.mode}"; allowed are none, det, stoch.`);
    }
    mode = named;
  }
  if (values.epochs !== undefined) {
    const number = wholeNumber('epochs', values.epochs, BOUNDS.epochs);
    if (!number.ok) return number;
    epochs = number.value;
  }
  if (values.seed !== undefined) {
    const number = wholeNumber('seed', values.seed, BOUNDS.seed);
    if (!number.ok) return number;
    seed = number.value;
  }
  const kernels = values.kernels ?? run.kernels;
  if (values.kernels !== undefined && values.tune === true) {
    return fail('--kernels and --tune were given; allowed is one of them.');
  }
  const known = parseKernels(kernels, weightLayers(spec));
  if (!known.ok) return fail(`--kernels is "${kernels}"; ${known.error}.`);
  const parsed = parseSpec({ ...withEpochs(spec, epochs), data, mode, seed });
  return parsed.ok ? ok({ ...run, spec: parsed.value, kernels }) : parsed;
}

/** The largest ensemble that `--ensemble` asks for; null where it does not. */
export function readEnsemble(text: string | undefined): Result<EnsembleSize | null> {
  if (text === undefined) return ok(null);
  const members = /^\d+$/.test(text) ? Number(text) : NaN;
  return isEnsembleSize(members)
    ? ok(members)
    : fail(`--ensemble is "${text}"; allowed are ${ENSEMBLE_SIZES.join(', ')}.`);
}

/** What a checkpoint says itself. */
const SAID = [
  'recipe',
  'config',
  'link',
  'dataset',
  'mode',
  'epochs',
  'seed',
  'tune',
  'profile',
] as const;

/** The checkpoint that `--resume` names; null where it does not. */
function readResume(values: Values, steps: number | null): Result<Resumed | null> {
  if (values.resume === undefined) return ok(null);
  const said = SAID.find((name) => values[name] !== undefined);
  if (said !== undefined) {
    return fail(
      `--resume and --${said} were given; allowed beside a checkpoint, which says the run, are --data-dir, --split, --steps, --kernels, --ensemble, --save, --out, --json.`,
    );
  }
  const resumed = readResumed(values.resume);
  if (!resumed.ok) return fail(`--resume: ${resumed.error}`);
  const { step } = resumed.value.checkpoint;
  return steps !== null && steps <= step
    ? fail(`--steps is ${steps}; the checkpoint is at step ${step}, and allowed are more.`)
    : resumed;
}

/** The run to train: a checkpoint's, all its changes included, or the one that the other options describe. */
function runToTrain(values: Values, resumed: Resumed | null): Result<Run> {
  if (resumed === null) {
    const described = readRun(values);
    return described.ok ? override(described.value, values) : described;
  }
  const { checkpoint, progress } = resumed;
  const { run } = checkpoint;
  const changes = [...run.changes, ...(progress?.pending ?? [])];
  return override({ ...run, changes }, values);
}

/** Read the command line. The error is one sentence for stderr. */
export function readTrainOptions(argv: readonly string[]): Result<TrainOptions> {
  let values: Values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: OPTIONS }));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : '';
    return fail(`${reason}; allowed is: ${USAGE}`);
  }
  let steps: number | null = null;
  if (values.steps !== undefined) {
    const number = wholeNumber('steps', values.steps, { min: 1, max: MAX_STEP });
    if (!number.ok) return number;
    steps = number.value;
  }
  const resume = readResume(values, steps);
  if (!resume.ok) return resume;
  const run = runToTrain(values, resume.value);
  if (!run.ok) return run;
  const ensemble = readEnsemble(values.ensemble);
  if (!ensemble.ok) return ensemble;
  return ok({
    run: run.value,
    dataDir: values['data-dir'],
    split: values.split,
    steps,
    out: values.out ?? null,
    save: values.save ?? null,
    resume: resume.value,
    json: values.json ?? false,
    tune: values.tune ?? false,
    profile: values.profile ?? false,
    ensemble: ensemble.value,
  });
}
