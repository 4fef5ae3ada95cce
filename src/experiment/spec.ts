/**
 * ExperimentSpec: the only description of a run. The page's form, links, recipes, the command
 * line's JSON and checkpoints all carry it, and this one schema bounds it (parse-spec.ts reads it).
 * What the schema refuses, no kernel ever sees.
 */
import * as v from 'valibot';
import { DATASETS_ALLOWED, type DatasetId, isDatasetId } from './datasets.ts';
import { FORMATS } from './versions.ts';

export const SPEC_VERSION = FORMATS.spec.version;

/**
 * What is done to examples before they are trained on. `mean`: byte / 255 minus the training mean.
 * `symmetric`: scaled to [-1, 1]. `gcn`, `gcn-zca`, `gcn-lcn`: global contrast normalisation, and
 * after it ZCA whitening or local contrast normalisation.
 */
export const PREPROCESSINGS = ['mean', 'symmetric', 'gcn', 'gcn-zca', 'gcn-lcn'] as const;
/** Where pooling stands: before batch norm, as in the paper, or after the activation. */
export const POOLINGS = ['before-norm', 'after-activation'] as const;
export const OUTPUTS = ['dense', 'average'] as const;
export const POOL_KINDS = ['max', 'average', 'global-average'] as const;
/** How weights propagate: as stored, by their sign, or sampled once a minibatch. */
export const MODES = ['none', 'deterministic', 'stochastic'] as const;
/** The binary magnitude H: 1, or each layer's Glorot coefficient c = sqrt(1.5 / (I + O)). */
export const H_RULES = ['one', 'glorot'] as const;
/**
 * What binary weights propagate as: plus and minus the bound H, or the mean of the layer's stored |w| at
 * that step. Probabilities and clipping keep H.
 */
export const MAGNITUDES = ['bound', 'mean'] as const;
/** `auto`: U(-2c, 2c) in mode none or where H = c, else U(-H, H). */
export const INITIALISATIONS = ['auto', 'glorot', 'uniform-h'] as const;
/** Where batch norm adds epsilon = 1e-4: inside the root (`variance`), or to the root. */
export const BATCH_NORMS = ['none', 'variance', 'deviation'] as const;
/** Squared hinge averaged over batch and classes, or summed over classes and averaged over the batch. */
export const LOSSES = ['hinge-mean', 'hinge-sum', 'cross-entropy'] as const;
/** `auto`: 1 in mode none or where H = c; where H = 1, 1/c for ADAM and 1/c^2 for SGD and Nesterov. */
export const LR_SCALES = ['auto', '1', '1/c', '1/c^2'] as const;
/** How the network learns: by gradients of a loss, or by Expectation BackPropagation (see learning.ts). */
export const LEARNINGS = ['backprop', 'expectation'] as const;
export const OPTIMIZERS = ['sgd', 'nesterov', 'adam', 'momentum'] as const;
/** How the learning rate goes from start to end; see schedule.ts. */
export const DECAYS = ['linear', 'division', 'steps'] as const;

/** Bounds of every number in a spec: the schema, the form and the docs all read them here. */
export const BOUNDS = {
  layers: { min: 0, max: 24 },
  units: { min: 1, max: 8192 },
  channels: { min: 1, max: 2048 },
  kernel: { min: 1, max: 11 },
  stride: { min: 1, max: 8 },
  padding: { min: 0, max: 10 },
  window: { min: 1, max: 32 },
  crop: { min: 0, max: 16 },
  pieces: { min: 1, max: 16 },
  maxNorm: { min: 1e-3, max: 1000 },
  initialRange: { min: 1e-3, max: 10 },
  /** Of the learning rate: a layer's, or the biases'. */
  share: { min: 1e-3, max: 100 },
  weightDecay: { min: 0, max: 1 },
  division: { min: 1, max: 2 },
  rateSteps: { min: 1, max: 8 },
  companions: { min: 1, max: 8 },
  fadeSlope: { min: 1e-6, max: 1 },
  fadePower: { min: 0.01, max: 4 },
  weights: { min: 1, max: 33_554_432 },
  /** Numbers of all layers' outputs for one minibatch. */
  activations: { min: 1, max: 268_435_456 },
  dropout: { min: 0, max: 0.95 },
  layerDropout: { min: 1e-3, max: 0.95 },
  dropConnect: { min: 0.001, max: 0.95 },
  momentum: { min: 0, max: 0.9999 },
  beta: { min: 0, max: 0.999999 },
  epsilon: { min: 1e-12, max: 1 },
  rate: { min: 1e-9, max: 1000 },
  batch: { min: 1, max: 4096 },
  epochs: { min: 1, max: 10_000 },
  signalLevels: { min: 2, max: 256 },
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

/** What a layer with weights may have besides its sizes. */
const LAYER_RULES = {
  /**
   * Maxout (Goodfellow et al. 2013): each unit is the largest of so many linear pieces, and there is no
   * ReLU. The product is `pieces` times as wide. Absent or 1: ReLU.
   */
  pieces: v.optional(whole(BOUNDS.pieces)),
  /** Longest a filter (the weights of one output of the product) may be after an update; absent: any length. */
  maxNorm: v.optional(real(BOUNDS.maxNorm)),
  /** Share of the learning rate that its weights and biases learn at; absent: 1. */
  rate: v.optional(real(BOUNDS.share)),
  /** Share of its units dropped in training, behind its pooling; absent: the network's. */
  dropout: v.optional(real(BOUNDS.layerDropout)),
};

const named = `a list of ${BOUNDS.companions.min} to ${BOUNDS.companions.max} names of layers, each once`;

/** Deep supervision: classifiers at hidden layers, in training only; see shapes.ts. */
const CompanionsSchema = v.strictObject({
  /** Names of hidden layers with ReLU, such as conv1: what they make before it is classified. */
  at: v.pipe(
    v.array(v.string(named), named),
    v.minLength(BOUNDS.companions.min, named),
    v.maxLength(BOUNDS.companions.max, named),
    v.check((at) => new Set(at).size === at.length, named),
  ),
  /** Share of the learning rate that their weights and biases learn at. */
  rate: real(BOUNDS.share),
  /** What that share is multiplied by before step t: (1 + slope t)^-power. Absent: 1. */
  fade: v.optional(
    v.strictObject({ slope: real(BOUNDS.fadeSlope), power: real(BOUNDS.fadePower) }),
  ),
});

/** What makes a score a class; see shapes.ts. */
const OutputSchema = v.variant(
  'type',
  [
    v.strictObject({
      type: v.literal('dense'),
      maxNorm: LAYER_RULES.maxNorm,
      rate: LAYER_RULES.rate,
    }),
    /** A 1 x 1 convolution to a map a class, whose average is the score (Lin, Chen and Yan 2014). */
    v.strictObject({
      type: v.literal('average'),
      /** ReLU before the average. */
      relu: v.boolean('true or false'),
      maxNorm: LAYER_RULES.maxNorm,
      rate: LAYER_RULES.rate,
    }),
  ],
  `one of ${OUTPUTS.join(', ')}`,
);

const DenseSchema = v.strictObject({
  type: v.literal('dense', 'dense'),
  units: whole(BOUNDS.units),
  ...LAYER_RULES,
});

const ConvSchema = v.strictObject({
  type: v.literal('conv', 'conv'),
  /** Channels of the maps it makes. */
  channels: whole(BOUNDS.channels),
  /** Height and width of its windows. */
  kernel: whole(BOUNDS.kernel),
  stride: whole(BOUNDS.stride),
  /** Rows and columns of zeros around the maps it reads. */
  padding: whole(BOUNDS.padding),
  ...LAYER_RULES,
});

const PoolSchema = v.variant(
  'kind',
  [
    v.strictObject({
      type: v.literal('pool', 'pool'),
      kind: v.picklist(['max', 'average'], 'max or average'),
      size: whole(BOUNDS.window),
      stride: whole(BOUNDS.stride),
      /** Keep the last window where it hangs over the edge; it counts only what is there. */
      ceil: v.boolean('true or false'),
    }),
    v.strictObject({ type: v.literal('pool', 'pool'), kind: v.literal('global-average') }),
  ],
  `one of ${POOL_KINDS.join(', ')}`,
);

const LayerSchema = v.variant(
  'type',
  [DenseSchema, ConvSchema, PoolSchema],
  'one of dense, conv, pool',
);

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
    v.strictObject({
      kind: v.literal('momentum'),
      momentum: real(BOUNDS.momentum),
      /** Linear by epoch to another momentum, over so many epochs. */
      ramp: v.optional(
        v.strictObject({ end: real(BOUNDS.momentum), epochs: whole(BOUNDS.epochs) }),
      ),
    }),
  ],
  `one of ${OPTIMIZERS.join(', ')}`,
);

const ascending = `a list of ${BOUNDS.rateSteps.min} to ${BOUNDS.rateSteps.max} ascending epochs`;
const DecaySchema = v.variant(
  'kind',
  [
    /** Linear by epoch, over so many epochs. */
    v.strictObject({ kind: v.literal('linear'), epochs: whole(BOUNDS.epochs) }),
    /** Divided after every update, until it is at its end. */
    v.strictObject({ kind: v.literal('division'), by: real(BOUNDS.division) }),
    /** By equal factors, each before the epoch (from 0) that is named. */
    v.strictObject({
      kind: v.literal('steps'),
      at: v.pipe(
        v.array(whole(BOUNDS.epochs), ascending),
        v.minLength(BOUNDS.rateSteps.min, ascending),
        v.maxLength(BOUNDS.rateSteps.max, ascending),
        v.check((at) => at.every((epoch, k) => k === 0 || epoch > (at[k - 1] ?? 0)), ascending),
      ),
    }),
  ],
  `one of ${DECAYS.join(', ')}`,
);

export const SpecSchema = v.strictObject({
  version: v.literal(SPEC_VERSION, `${SPEC_VERSION}`),
  data: v.custom<DatasetId>((id) => typeof id === 'string' && isDatasetId(id), DATASETS_ALLOWED),
  preprocessing: v.optional(oneOf(PREPROCESSINGS), 'mean'),
  /** Drawn anew for every example and epoch: a crop out of the zero-padded image, and a mirror image half the time. */
  augmentation: v.optional(
    v.strictObject({ pad: whole(BOUNDS.crop), flip: v.boolean('true or false') }),
    { pad: 0, flip: false },
  ),
  network: v.strictObject({
    /** Hidden layers in order; the width of the output layer follows from the data's classes. */
    hidden: v.pipe(
      v.array(LayerSchema, 'a list of layers'),
      v.maxLength(BOUNDS.layers.max, `at most ${BOUNDS.layers.max} layers`),
    ),
    /** Absent: a dense layer. */
    output: v.optional(OutputSchema),
    companions: v.optional(CompanionsSchema),
    pooling: v.optional(oneOf(POOLINGS), 'before-norm'),
    batchNorm: oneOf(BATCH_NORMS),
    /** Share of units dropped in training: of the input, and of each hidden layer's output. */
    dropout: v.strictObject({ input: real(BOUNDS.dropout), hidden: real(BOUNDS.dropout) }),
    /** Share of the weights of hidden dense layers that an example does not see; see drop-connect.ts. Absent: it sees all. */
    dropConnect: v.optional(real(BOUNDS.dropConnect)),
  }),
  learning: v.optional(oneOf(LEARNINGS), 'backprop'),
  mode: oneOf(MODES),
  h: oneOf(H_RULES),
  magnitude: v.optional(oneOf(MAGNITUDES), 'bound'),
  initialisation: oneOf(INITIALISATIONS),
  /** Real weights start from U(-r, r) instead; binary ones from what `initialisation` says. */
  initialRange: v.optional(real(BOUNDS.initialRange)),
  loss: oneOf(LOSSES),
  optimizer: OptimizerSchema,
  /** What is added to the gradient of each weight (no bias): so many times the weight. Absent: 0. */
  weightDecay: v.optional(real(BOUNDS.weightDecay)),
  /** Learning rate; without a decay, exponential by epoch: start * (end / start)^(epoch / epochs). */
  rate: v.strictObject({
    start: real(BOUNDS.rate),
    end: real(BOUNDS.rate),
    decay: v.optional(DecaySchema),
  }),
  /** What gamma, beta and biases multiply the learning rate by; absent: 1. */
  biasRate: v.optional(real(BOUNDS.share)),
  lrScale: oneOf(LR_SCALES),
  /** Ternary weights and signals of a few levels from an epoch on; see retraining.ts. Absent: never. */
  retraining: v.optional(
    v.strictObject({
      /** Epochs of real weights before it. */
      after: whole(BOUNDS.epochs),
      /** Levels of hidden signals, zero included. */
      signalLevels: whole(BOUNDS.signalLevels),
    }),
  ),
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
export type Ramp = NonNullable<Extract<OptimizerSpec, { kind: 'momentum' }>['ramp']>;
export type Decay = NonNullable<ExperimentSpec['rate']['decay']>;
export type OutputSpec = NonNullable<ExperimentSpec['network']['output']>;
export type CompanionsSpec = NonNullable<ExperimentSpec['network']['companions']>;
export type DenseSpec = Extract<LayerSpec, { type: 'dense' }>;
export type ConvSpec = Extract<LayerSpec, { type: 'conv' }>;
export type PoolSpec = Extract<LayerSpec, { type: 'pool' }>;
export type Preprocessing = (typeof PREPROCESSINGS)[number];
export type RetrainingSpec = NonNullable<ExperimentSpec['retraining']>;
export type Pooling = (typeof POOLINGS)[number];
export type Mode = (typeof MODES)[number];
export type LearningKind = (typeof LEARNINGS)[number];
export type Magnitude = (typeof MAGNITUDES)[number];
export type HRule = (typeof H_RULES)[number];
export type BatchNorm = (typeof BATCH_NORMS)[number];
export type Loss = (typeof LOSSES)[number];
export type LrScale = (typeof LR_SCALES)[number];
export type OptimizerKind = (typeof OPTIMIZERS)[number];

/** The momentum an optimiser starts with; null where it has none. */
export const momentumOf = (optimizer: OptimizerSpec): number | null =>
  'momentum' in optimizer ? optimizer.momentum : null;

export const ADAM: OptimizerSpec = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** What a link or form starts from: the recipe `mlp-small`. */
export const DEFAULT_SPEC: ExperimentSpec = {
  version: SPEC_VERSION,
  data: 'fashion-mnist',
  preprocessing: 'mean',
  augmentation: { pad: 0, flip: false },
  network: {
    hidden: [
      { type: 'dense', units: 256 },
      { type: 'dense', units: 256 },
    ],
    pooling: 'before-norm',
    batchNorm: 'deviation',
    dropout: { input: 0, hidden: 0 },
  },
  learning: 'backprop',
  mode: 'deterministic',
  h: 'one',
  magnitude: 'bound',
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
