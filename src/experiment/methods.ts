/**
 * Methods that can be set side by side on one experiment: what each makes of its spec, and what it
 * keeps, computes with and needs when training is over. A method keeps the experiment's data, widths,
 * batches, epochs and seed.
 */
import { at } from './at.ts';
import { macsOf } from './counts.ts';
import { quote } from './quote.ts';
import { fail, ok, type Result } from './result.ts';
import type { LayerShape } from './shapes.ts';
import type { ExperimentSpec, Mode } from './spec.ts';

/** Which products of a training step multiply real numbers: all three of a layer, or its weight gradient alone. */
type TrainingProducts = 'all' | 'weight-gradient';

export interface Method {
  readonly id: string;
  readonly title: string;
  /** What it replaces of the experiment; one sentence. */
  readonly overrides: string;
  readonly apply: (base: ExperimentSpec) => ExperimentSpec;
  /** The weights it is tested with. */
  readonly tested: 'binary' | 'real';
  readonly stored: string;
  readonly propagated: string;
  /** Bits a weight takes when training is over. */
  readonly bits: number;
  readonly multiplies: TrainingProducts;
}

const mode =
  (value: Mode) =>
  (base: ExperimentSpec): ExperimentSpec => ({ ...base, mode: value });

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

const REAL = {
  tested: 'real',
  stored: 'real weights',
  propagated: 'the stored weights',
  bits: 32,
  multiplies: 'all',
} as const;
const SIGNS = {
  tested: 'binary',
  stored: 'real weights, clipped to [-H, H]',
  propagated: 'their signs times H',
  bits: 1,
  multiplies: 'weight-gradient',
} as const;
const SAMPLES = {
  tested: 'real',
  stored: 'real weights, clipped to [-H, H]',
  propagated: '-H or +H, sampled once a minibatch',
  bits: 32,
  multiplies: 'weight-gradient',
} as const;

const DROPOUT_SAID = 'drops 20 % of the input and 50 % of hidden units where nothing else is said';

export const METHODS: readonly Method[] = [
  {
    id: 'none',
    title: 'Real weights',
    overrides: 'mode none, no dropout',
    apply: (base) => mode('none')(without(base)),
    ...REAL,
  },
  {
    id: 'dropout',
    title: 'Dropout',
    overrides: `mode none; ${DROPOUT_SAID}`,
    apply: dropping('none'),
    ...REAL,
  },
  {
    id: 'det',
    title: 'BinaryConnect, deterministic',
    overrides: 'mode deterministic, no dropout',
    apply: (base) => mode('deterministic')(without(base)),
    ...SIGNS,
  },
  {
    id: 'stoch',
    title: 'BinaryConnect, stochastic',
    overrides: 'mode stochastic, no dropout',
    apply: (base) => mode('stochastic')(without(base)),
    ...SAMPLES,
  },
  {
    id: 'det-dropout',
    title: 'Deterministic, with dropout',
    overrides: `mode deterministic; ${DROPOUT_SAID}`,
    apply: dropping('deterministic'),
    ...SIGNS,
  },
  {
    id: 'stoch-dropout',
    title: 'Stochastic, with dropout',
    overrides: `mode stochastic; ${DROPOUT_SAID}`,
    apply: dropping('stochastic'),
    ...SAMPLES,
  },
];

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

/** Real multiplications of the matrix products, per example. */
export interface MethodMultiplications {
  /** A training step's: forward, input gradient (none at the first layer) and weight gradient. */
  readonly training: number;
  /** One prediction's, when training is over. */
  readonly test: number;
}

/** Exactly counted, as `countsOf` counts. */
export function multiplicationsOf(
  { multiplies, tested }: Method,
  layers: readonly LayerShape[],
): MethodMultiplications {
  const macs = layers.reduce((sum, layer) => sum + macsOf(layer), 0);
  return {
    training: multiplies === 'all' ? 3 * macs - macsOf(at(layers, 0)) : macs,
    test: tested === 'real' ? macs : 0,
  };
}
