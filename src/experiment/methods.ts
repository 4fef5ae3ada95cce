/**
 * Methods that can be set side by side on one experiment: what each makes of its spec. What it then
 * stores, computes with and needs when training is over follows from that; see facts.ts. A method keeps
 * the experiment's data, widths, batches, epochs and seed.
 */
import { quote } from './quote.ts';
import { firstPhaseOf, retrained } from './retraining.ts';
import { fail, ok, type Result } from './result.ts';
import { BOUNDS, type ExperimentSpec, type LayerSpec, type Mode } from './spec.ts';

export interface Method {
  readonly id: string;
  readonly title: string;
  /** What it replaces of the experiment; one sentence. */
  readonly overrides: string;
  readonly apply: (base: ExperimentSpec) => ExperimentSpec;
}

const mode =
  (value: Mode) =>
  (base: ExperimentSpec): ExperimentSpec => ({ ...base, mode: value });

/** Twice the epochs: the second half ternary. */
const ternary = (base: ExperimentSpec): ExperimentSpec => retrained(mode('none')(without(base)));

/** Rates of dropped units where a method drops some and the experiment none. */
const USUAL_DROPOUT = { input: 0.2, hidden: 0.5 } as const;

const dropping =
  (value: Mode) =>
  (base: ExperimentSpec): ExperimentSpec => {
    const { dropout } = base.network;
    const own = dropout.input > 0 || dropout.hidden > 0;
    return {
      ...base,
      mode: value,
      network: { ...base.network, dropout: own ? dropout : USUAL_DROPOUT },
    };
  };

const without = (base: ExperimentSpec): ExperimentSpec => ({
  ...base,
  network: { ...base.network, dropout: { input: 0, hidden: 0 } },
});

const dropConnecting =
  (value: Mode) =>
  (base: ExperimentSpec): ExperimentSpec => {
    const { network, ...others } = without(base);
    return { ...others, network: { dropConnect: 0.5, ...network }, mode: value };
  };

/**
 * Maxout (Goodfellow et al. 2013) of two pieces with what was published for it on MNIST: dropout, filters
 * no longer than 1.9365, momentum from 0.5 to 0.7, a rate of 0.1 divided by 1.000004 a step.
 */
function maxout(base: ExperimentSpec): ExperimentSpec {
  const { network, ...others } = dropping('none')(base);
  const hidden = network.hidden.map((layer): LayerSpec =>
    layer.type === 'pool' ? layer : { ...layer, pieces: 2, maxNorm: 1.9365 },
  );
  return {
    ...others,
    network: { ...network, hidden, batchNorm: 'none' },
    initialRange: 0.005,
    loss: 'cross-entropy',
    optimizer: { kind: 'momentum', momentum: 0.5, ramp: { end: 0.7, epochs: base.epochs } },
    rate: { start: 0.1, end: 1e-6, decay: { kind: 'division', by: 1.000004 } },
  };
}

/** Plain dense layers of the experiment's widths; where there are others the schema says so. */
const expectation = (base: ExperimentSpec): ExperimentSpec => {
  const { network, ...others } = without(base);
  return { ...others, learning: 'expectation', network: { ...network, batchNorm: 'none' } };
};

/**
 * Network in Network (Lin, Chen and Yan 2014): behind each convolution of the experiment two of 1 x 1 of
 * as many channels, and scores that are averages of maps, in place of its hidden dense layers.
 */
function networkInNetwork(base: ExperimentSpec): ExperimentSpec {
  const { hidden, ...network } = without(base).network;
  if (network.output?.type === 'average') return mode('none')(without(base));
  const point = (channels: number): LayerSpec => ({
    ...{ type: 'conv', channels, kernel: 1, stride: 1, padding: 0 },
  });
  // Where there are no maps to average, the schema says so.
  const maps = hidden.some(({ type }) => type === 'conv');
  const blocks = hidden.flatMap((layer): LayerSpec[] => {
    if (layer.type === 'dense') return maps ? [] : [layer];
    return layer.type === 'pool' ? [layer] : [layer, point(layer.channels), point(layer.channels)];
  });
  return {
    ...base,
    mode: 'none',
    network: {
      ...network,
      hidden: blocks,
      output: { type: 'average', relu: true },
      pooling: 'after-activation',
    },
    loss: 'cross-entropy',
  };
}

/** Deeply supervised nets (Lee et al. 2015): companions at every convolution, squared hinge summed over classes. */
function deeplySupervised(base: ExperimentSpec): ExperimentSpec {
  const { network, ...others } = without(base);
  const convolutions = network.hidden
    .filter(({ type }) => type !== 'pool')
    .flatMap(({ type }, l) => (type === 'conv' ? [`conv${l + 1}`] : []));
  const at = convolutions.slice(0, BOUNDS.companions.max);
  return {
    ...others,
    mode: 'none',
    network: {
      ...network,
      companions: network.companions ?? {
        ...{ at, rate: 0.001, fade: { slope: 0.0001, power: 0.75 } },
      },
      pooling: 'after-activation',
    },
    loss: 'hinge-sum',
  };
}

const DROPOUT_SAID = 'drops 20 % of the input and 50 % of hidden units where nothing else is said';

const ALL: readonly Method[] = [
  {
    id: 'none',
    title: 'Real weights',
    overrides: 'mode none, no dropout',
    apply: (base) => mode('none')(without(base)),
  },
  {
    id: 'dropout',
    title: 'Dropout',
    overrides: `mode none; ${DROPOUT_SAID}`,
    apply: dropping('none'),
  },
  {
    id: 'det',
    title: 'BinaryConnect, deterministic',
    overrides: 'mode deterministic, no dropout',
    apply: (base) => mode('deterministic')(without(base)),
  },
  {
    id: 'stoch',
    title: 'BinaryConnect, stochastic',
    overrides: 'mode stochastic, no dropout',
    apply: (base) => mode('stochastic')(without(base)),
  },
  {
    id: 'det-dropout',
    title: 'Deterministic, with dropout',
    overrides: `mode deterministic; ${DROPOUT_SAID}`,
    apply: dropping('deterministic'),
  },
  {
    id: 'stoch-dropout',
    title: 'Stochastic, with dropout',
    overrides: `mode stochastic; ${DROPOUT_SAID}`,
    apply: dropping('stochastic'),
  },
  {
    id: 'dropconnect',
    title: 'DropConnect',
    overrides:
      'mode none; half of the weights of hidden dense layers dropped, for each example anew',
    apply: dropConnecting('none'),
  },
  {
    id: 'det-dropconnect',
    title: 'Deterministic, with DropConnect',
    overrides: 'mode deterministic; half of the weights of hidden dense layers dropped, as above',
    apply: dropConnecting('deterministic'),
  },
  {
    id: 'stoch-dropconnect',
    title: 'Stochastic, with DropConnect',
    overrides: 'mode stochastic; half of the weights of hidden dense layers dropped, as above',
    apply: dropConnecting('stochastic'),
  },
  {
    id: 'maxout',
    title: 'Maxout',
    overrides: `mode none; 2 pieces a unit, no batch norm, softmax, momentum 0.5 to 0.7, rate 0.1, filters no longer than 1.9365; ${DROPOUT_SAID}`,
    apply: maxout,
  },
  {
    id: 'nin',
    title: 'Network in Network',
    overrides:
      'mode none, no dropout, softmax; two 1 x 1 convolutions behind each convolution, and an average of maps in place of dense layers; pooling after ReLU',
    apply: networkInNetwork,
  },
  {
    id: 'dsn',
    title: 'Deeply supervised net',
    overrides:
      'mode none, no dropout; a classifier with a squared hinge loss at each convolution, in training; pooling after ReLU',
    apply: deeplySupervised,
  },
  {
    id: 'ternary',
    title: 'Ternary weights, with retraining',
    overrides:
      'mode none, no dropout; twice the epochs: as many again with weights −Δ, 0, +Δ and hidden signals of 3 bits',
    apply: ternary,
  },
  {
    id: 'ebp',
    title: 'Expectation BackPropagation',
    overrides:
      'learning by expectation: no batch norm, loss, optimiser or rate; units of two values; judged by signs where the mode is deterministic, else by means',
    apply: expectation,
  },
];

/** Each says itself whether there is a second phase: one of the experiment's own is left out. */
export const METHODS: readonly Method[] = ALL.map((method) => ({
  ...method,
  apply: (base) => method.apply(firstPhaseOf(base)),
}));

export const METHOD_IDS = METHODS.map(({ id }) => id);

/** The methods named by a list such as `none,det`, each once, or a sentence. */
export function findMethods(text: string): Result<readonly Method[]> {
  const names = text.split(',');
  const found: Method[] = [];
  for (const name of names) {
    const method = METHODS.find(({ id }) => id === name);
    if (method === undefined) {
      return fail(`a method is ${quote(name)}; allowed are ${METHOD_IDS.join(', ')}`);
    }
    if (found.includes(method)) return fail(`the method ${name} is named twice; once is enough`);
    found.push(method);
  }
  return ok(found);
}
