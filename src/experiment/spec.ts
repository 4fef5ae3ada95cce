/**
 * ExperimentSpec: the only description of a run. The page's form, links, recipes, the command
 * line's JSON and checkpoints all carry it, and this one schema parses and bounds it. What the
 * schema refuses, no kernel ever sees.
 */
import * as v from 'valibot';
import { fail, ok, type Result } from './result.ts';

export const SPEC_VERSION = 1;

export const DATASET_IDS = ['fashion-mnist', 'mnist'] as const;
/** How weights propagate: as stored, by their sign, or sampled once a minibatch. */
export const MODES = ['none', 'deterministic', 'stochastic'] as const;
/** The binary magnitude H: 1, or each layer's Glorot coefficient c = sqrt(1.5 / (I + O)). */
export const H_RULES = ['one', 'glorot'] as const;
/** `auto`: U(-2c, 2c) in mode none or where H = c, else U(-H, H). */
export const INITIALISATIONS = ['auto', 'glorot', 'uniform-h'] as const;
/** Where batch norm adds epsilon = 1e-4: inside the root (`variance`), or to the root. */
export const BATCH_NORMS = ['none', 'variance', 'deviation'] as const;
/** Squared hinge averaged over batch and classes, or summed over classes and averaged over the batch. */
export const LOSSES = ['hinge-mean', 'hinge-sum', 'cross-entropy'] as const;
/** `auto`: 1 in mode none or where H = c; where H = 1, 1/c for ADAM and 1/c^2 for SGD and Nesterov. */
export const LR_SCALES = ['auto', '1', '1/c', '1/c^2'] as const;
export const OPTIMIZERS = ['sgd', 'nesterov', 'adam'] as const;

/** Bounds of every number in a spec: the schema, the form and the docs all read them here. */
export const BOUNDS = {
  layers: { min: 0, max: 8 },
  units: { min: 1, max: 8192 },
  weights: { min: 1, max: 33_554_432 },
  dropout: { min: 0, max: 0.95 },
  momentum: { min: 0, max: 0.9999 },
  beta: { min: 0, max: 0.999999 },
  epsilon: { min: 1e-12, max: 1 },
  rate: { min: 1e-9, max: 1000 },
  batch: { min: 1, max: 4096 },
  epochs: { min: 1, max: 10_000 },
  every: { min: 1, max: 100 },
  seed: { min: 0, max: 4_294_967_295 },
} as const;

interface Bound {
  readonly min: number;
  readonly max: number;
}

const between = ({ min, max }: Bound): string => `a number from ${min} to ${max}`;
const real = (bound: Bound) =>
  v.pipe(
    v.number(between(bound)),
    v.finite(between(bound)),
    v.minValue(bound.min, between(bound)),
    v.maxValue(bound.max, between(bound)),
  );
const whole = (bound: Bound) => {
  const allowed = `a whole number from ${bound.min} to ${bound.max}`;
  return v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(bound.min, allowed),
    v.maxValue(bound.max, allowed),
  );
};
const oneOf = <const T extends readonly string[]>(options: T) =>
  v.picklist(options, `one of ${options.join(', ')}`);

const DenseSchema = v.strictObject({
  type: v.literal('dense', 'dense'),
  units: whole(BOUNDS.units),
});

const OptimizerSchema = v.variant(
  'kind',
  [
    v.strictObject({ kind: v.literal('sgd') }),
    v.strictObject({ kind: v.literal('nesterov'), momentum: real(BOUNDS.momentum) }),
    v.strictObject({
      kind: v.literal('adam'),
      beta1: real(BOUNDS.beta),
      beta2: real(BOUNDS.beta),
      epsilon: real(BOUNDS.epsilon),
    }),
  ],
  `one of ${OPTIMIZERS.join(', ')}`,
);

const SpecSchema = v.strictObject({
  version: v.literal(SPEC_VERSION, `${SPEC_VERSION}`),
  data: oneOf(DATASET_IDS),
  network: v.strictObject({
    /** Hidden layers in order; the output layer follows from the data's classes. */
    hidden: v.pipe(
      v.array(DenseSchema, 'a list of layers'),
      v.maxLength(BOUNDS.layers.max, `at most ${BOUNDS.layers.max} layers`),
    ),
    batchNorm: oneOf(BATCH_NORMS),
    /** Share of units dropped in training: of the input, and of each hidden layer's output. */
    dropout: v.strictObject({ input: real(BOUNDS.dropout), hidden: real(BOUNDS.dropout) }),
  }),
  mode: oneOf(MODES),
  h: oneOf(H_RULES),
  initialisation: oneOf(INITIALISATIONS),
  loss: oneOf(LOSSES),
  optimizer: OptimizerSchema,
  /** Learning rate, exponential by epoch: start * (end / start)^(epoch / epochs). */
  rate: v.strictObject({ start: real(BOUNDS.rate), end: real(BOUNDS.rate) }),
  lrScale: oneOf(LR_SCALES),
  batch: whole(BOUNDS.batch),
  epochs: whole(BOUNDS.epochs),
  /** Evaluate after every so many epochs (and always after the last). */
  evaluateEvery: whole(BOUNDS.every),
  /** Draw a new order of the training examples every so many epochs. */
  shuffleEvery: whole(BOUNDS.every),
  seed: whole(BOUNDS.seed),
});

export type ExperimentSpec = v.InferOutput<typeof SpecSchema>;
export type LayerSpec = ExperimentSpec['network']['hidden'][number];
export type OptimizerSpec = ExperimentSpec['optimizer'];
export type DatasetId = (typeof DATASET_IDS)[number];
export type Mode = (typeof MODES)[number];
export type HRule = (typeof H_RULES)[number];
export type BatchNorm = (typeof BATCH_NORMS)[number];
export type Loss = (typeof LOSSES)[number];
export type LrScale = (typeof LR_SCALES)[number];
export type OptimizerKind = (typeof OPTIMIZERS)[number];

export const ADAM: OptimizerSpec = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** What a link or form starts from: the recipe `mlp-small`. */
export const DEFAULT_SPEC: ExperimentSpec = {
  version: SPEC_VERSION,
  data: 'fashion-mnist',
  network: {
    hidden: [
      { type: 'dense', units: 256 },
      { type: 'dense', units: 256 },
    ],
    batchNorm: 'deviation',
    dropout: { input: 0, hidden: 0 },
  },
  mode: 'deterministic',
  h: 'one',
  initialisation: 'auto',
  loss: 'hinge-mean',
  optimizer: ADAM,
  rate: { start: 0.003, end: 0.0001 },
  lrScale: 'auto',
  batch: 100,
  epochs: 20,
  evaluateEvery: 1,
  shuffleEvery: 1,
  seed: 1,
};

/** `network.hidden[2].units` style path of a valibot issue. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return parts.join('').replace(/^\./, '');
}

const shown = (input: unknown): string => {
  // Undefined and functions have no JSON, whatever JSON.stringify's type says.
  const json = JSON.stringify(input) as string | undefined;
  const text = typeof input === 'string' ? `"${input}"` : (json ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/**
 * Read a spec from anything: fields are checked one by one, unknown fields are refused.
 * The error names the field, what was found and what is allowed.
 */
export function parseSpec(input: unknown): Result<ExperimentSpec> {
  if (
    typeof input === 'object' &&
    input !== null &&
    'version' in input &&
    typeof input.version === 'number' &&
    input.version > SPEC_VERSION
  ) {
    return fail(
      `This experiment was made by a newer version (${shown(input.version)}) of the playground; this one reads version ${SPEC_VERSION}.`,
    );
  }
  const parsed = v.safeParse(SpecSchema, input, { abortEarly: true });
  if (parsed.success) return checkWhole(parsed.output);
  const issue = parsed.issues[0];
  const path = pathOf(issue);
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? fail(`The experiment has an unknown field "${path}".`)
      : issue.input === undefined
        ? fail(`The experiment lacks the field "${path}".`)
        : fail(`The experiment's ${path || 'text'} must be an object.`);
  }
  return fail(`The experiment's ${path} is ${shown(issue.input)}; allowed is ${issue.message}.`);
}

/** Bounds that no single field shows. `inputs` and `classes` are the largest any data set here has. */
function checkWhole(spec: ExperimentSpec): Result<ExperimentSpec> {
  const widths = [784, ...spec.network.hidden.map((layer) => layer.units), 10];
  let weights = 0;
  for (let l = 1; l < widths.length; l++) weights += (widths[l - 1] ?? 0) * (widths[l] ?? 0);
  if (weights > BOUNDS.weights.max) {
    return fail(
      `The experiment's network has ${weights} weights; allowed are at most ${BOUNDS.weights.max}.`,
    );
  }
  if (spec.rate.end > spec.rate.start) {
    return fail(
      `The experiment's rate.end is ${spec.rate.end}; allowed is at most rate.start, ${spec.rate.start}.`,
    );
  }
  return ok(spec);
}
