/**
 * What a method is, as follows from a spec: what it stores, propagates and is tested with, how many
 * bits a weight takes, and which multiplications remain. Said here and nowhere else.
 */
import { macsOf } from './counts.ts';
import { keepOf } from './drop-connect.ts';
import type { LayerShape } from './shapes.ts';
import type { ExperimentSpec, LayerSpec, OptimizerKind, RetrainingSpec } from './spec.ts';

/**
 * Real multiplications of matrix products, per example. As in counts.ts, batch norm, activations, the
 * loss and the update are left out: they grow with units or weights, not with their product.
 */
export interface Multiplications {
  /** A training step's: forward, input gradient (the first layer needs none) and weight gradient. */
  readonly training: number;
  /** One prediction's, when training is over. */
  readonly test: number;
}

export interface LayerFacts {
  /** As its shape's; a companion has a row of its own behind its layer's. */
  readonly name: string;
  /** That are there when training is over: a companion's are not. */
  readonly weights: number;
  readonly multiplications: Multiplications;
  /** What the same layer takes with real weights that gradients train. */
  readonly real: Multiplications;
}

/** Texts are noun phrases, but for `remaining`, which is a sentence. */
export interface Facts {
  readonly stored: string;
  readonly propagated: string;
  /** What a test multiplies by, when training is over. */
  readonly used: string;
  /** The kind of test error that is its own. */
  readonly tested: 'binary' | 'real' | 'ternary';
  /** Bits a weight takes when training is over; three levels are log2 3 = 1.58, stored as 2. */
  readonly bits: 1 | 2 | 32;
  /** Bits a weight takes in training: the stored number and the optimiser's moments. */
  readonly trainingBits: number;
  /** Which multiplications of the matrix products remain. */
  readonly remaining: string;
  readonly weights: number;
  readonly multiplications: Multiplications;
  readonly real: Multiplications;
  readonly layers: readonly LayerFacts[];
}

/** How many of a layer's products multiply real numbers. */
interface Products {
  readonly forward: number;
  readonly input: number;
  readonly weight: number;
  readonly test: number;
}

const REAL: Products = { forward: 1, input: 1, weight: 1, test: 1 };

type Rule = Pick<Facts, 'stored' | 'propagated' | 'used' | 'tested' | 'remaining'> & {
  readonly products: Products;
};

const MOMENTS: Readonly<Record<OptimizerKind, number>> = {
  sgd: 0,
  nesterov: 1,
  momentum: 1,
  adam: 2,
};

function expectation({ mode }: ExperimentSpec): Rule {
  const bySigns = mode === 'deterministic';
  return {
    stored: 'half the log-odds of each weight being +1',
    propagated: 'means and variances of sums of binary weights and units',
    used: bySigns ? 'the likelier sign of each weight; units are signs' : 'the same means',
    tested: bySigns ? 'binary' : 'real',
    remaining: `Means and variances forward, gradients back and to the log-odds multiply; ${
      bySigns ? 'a test only adds and subtracts' : 'so do means and variances in a test'
    }.`,
    products: { forward: 2, input: 1, weight: 1, test: bySigns ? 0 : 2 },
  };
}

const BITS = { binary: 1, ternary: 2, real: 32 } as const;

/** Of the second phase; the first is that of real weights. */
const ternary = ({ after, signalLevels }: RetrainingSpec): Rule => ({
  stored: 'real weights',
  propagated: `the stored weights for ${after} epochs, then −Δ, 0 or +Δ of them, and hidden signals of ${signalLevels} levels`,
  used: `−Δ, 0 or +Δ, each layer’s own Δ; hidden signals of ${signalLevels} levels`,
  tested: 'ternary',
  remaining:
    'Of a layer’s three matrix products only the weight gradient multiplies in retraining (before it, all do); a test only adds and subtracts. The one by Δ an output is left out, as H’s is.',
  products: { forward: 0, input: 0, weight: 1, test: 0 },
});

function backprop(spec: ExperimentSpec): Rule {
  const { mode, magnitude, network } = spec;
  if (spec.retraining !== undefined) return ternary(spec.retraining);
  const drop = network.dropConnect;
  const seen =
    drop === undefined ? '' : `; an example sees ${percent(1 - drop)} of hidden dense ones`;
  const scaled = drop === undefined ? '' : `, hidden dense ones times ${round(keepOf(drop).p)}`;
  if (mode === 'none') {
    return {
      stored: 'real weights',
      propagated: `the stored weights${seen}`,
      used: `the stored weights${scaled}`,
      tested: 'real',
      remaining:
        'All three matrix products of a layer multiply (the first layer has no input gradient), and a test throughout.',
      products: REAL,
    };
  }
  const stored = 'real weights, clipped to [−H, H]';
  const size = magnitude === 'bound' ? 'H' : 'the layer’s mean |w|';
  if (mode === 'deterministic') {
    return {
      stored,
      propagated: `binary: their signs, times ${size}${seen}`,
      used: `binary: their signs, times ${size}${scaled}`,
      tested: 'binary',
      remaining:
        'Of a layer’s three matrix products only the weight gradient multiplies, whose two factors are real; a test only adds and subtracts.',
      products: { forward: 0, input: 0, weight: 1, test: 0 },
    };
  }
  return {
    stored,
    propagated: `binary: plus or minus ${size}, drawn once a minibatch${seen}`,
    used: `the stored weights${scaled}`,
    tested: 'real',
    remaining:
      'Of a layer’s three matrix products only the weight gradient multiplies, whose two factors are real; a test with real weights multiplies throughout.',
    products: { forward: 0, input: 0, weight: 1, test: 1 },
  };
}

/** A layer's, for so many multiply-accumulates of its product; the first one's input needs no gradient. */
const counted = (macs: number, products: Products, isFirst: boolean): Multiplications => ({
  training: macs * (products.forward + (isFirst ? 0 : products.input) + products.weight),
  test: macs * products.test,
});

function factsOfLayer(layer: LayerShape, isFirst: boolean, products: Products): LayerFacts[] {
  const { name, I, O, companion } = layer;
  const macs = macsOf(layer);
  const own: LayerFacts = {
    name,
    weights: I * O,
    multiplications: counted(macs, products, isFirst),
    real: counted(macs, REAL, isFirst),
  };
  if (companion === null) return [own];
  // Real in every mode, and not there when training is over.
  const its = counted(macsOf(companion), { ...REAL, test: 0 }, false);
  return [own, { name: companion.name, weights: 0, multiplications: its, real: its }];
}

const sum = (layers: readonly LayerFacts[], of: (layer: LayerFacts) => number): number =>
  layers.reduce((total, layer) => total + of(layer), 0);

/** `layers`: the spec's, as `layOut` gives them. For a mode changed on the way, give the spec with that mode. */
export function factsOf(spec: ExperimentSpec, layers: readonly LayerShape[]): Facts {
  const learns = spec.learning === 'backprop';
  const { products, ...rule } = learns ? backprop(spec) : expectation(spec);
  const rows = layers.flatMap((layer, l) => factsOfLayer(layer, l === 0, products));
  const companions = layers.some(({ companion }) => companion !== null);
  return {
    ...rule,
    remaining: companions
      ? `${rule.remaining} Companions multiply throughout, in training.`
      : rule.remaining,
    bits: BITS[rule.tested],
    trainingBits: 32 * (1 + (learns ? MOMENTS[spec.optimizer.kind] : 0)),
    weights: sum(rows, ({ weights }) => weights),
    multiplications: {
      training: sum(rows, ({ multiplications }) => multiplications.training),
      test: sum(rows, ({ multiplications }) => multiplications.test),
    },
    real: {
      training: sum(rows, ({ real }) => real.training),
      test: sum(rows, ({ real }) => real.test),
    },
    layers: rows,
  };
}

const BASES = {
  none: 'Real weights',
  deterministic: 'BinaryConnect, deterministic',
  stochastic: 'BinaryConnect, stochastic',
} as const;

const isMaxout = (layer: LayerSpec): boolean => layer.type !== 'pool' && (layer.pieces ?? 1) > 1;
const dropsUnits = (layer: LayerSpec): boolean =>
  layer.type !== 'pool' && layer.dropout !== undefined;
const isBounded = (layer: LayerSpec): boolean =>
  layer.type !== 'pool' && layer.maxNorm !== undefined;

/** What the method is called: `Real weights with maxout and dropout`. */
export function methodTitle(spec: ExperimentSpec): string {
  const { learning, mode, magnitude, network } = spec;
  if (learning === 'expectation') return 'Expectation BackPropagation';
  const { hidden, dropout, dropConnect, companions, output } = network;
  const parts = [
    hidden.some(isMaxout) && 'maxout',
    hidden.some(isBounded) && 'max-norm',
    output?.type === 'average' && 'averaged maps',
    companions !== undefined && 'deep supervision',
    (dropout.input > 0 || dropout.hidden > 0 || hidden.some(dropsUnits)) && 'dropout',
    dropConnect !== undefined && 'DropConnect',
    spec.retraining !== undefined && 'ternary retraining',
    mode !== 'none' && magnitude === 'mean' && 'mean magnitude',
  ].filter((part) => part !== false);
  const last = parts.at(-1);
  if (last === undefined) return BASES[mode];
  const listed = parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
  return `${BASES[mode]}, with ${listed}`;
}

const round = (n: number): string => String(Number(n.toPrecision(3)));
const percent = (share: number): string => `${round(100 * share)} %`;
