/**
 * Energy of the matrix products' arithmetic, estimated: counted operations times what one takes in a
 * 45 nm process at 0.9 V (M. Horowitz, "Computing's energy problem", ISSCC 2014). Left out is all else:
 * memory and wires, batch norm, activations, the loss, the update. A word from DRAM takes hundreds of
 * times as much as an operation, so on a chip where weights live matters more than these figures say.
 */
import type { Facts, LayerFacts, Multiplications } from './facts.ts';

export const NUMBER_FORMATS = ['fp32', 'fp16', 'int32', 'int8'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

/** Picojoules of an operation. */
export interface OperationEnergy {
  readonly add: number;
  readonly multiply: number;
}

export const ENERGIES: Readonly<Record<NumberFormat, OperationEnergy>> = {
  fp32: { add: 0.9, multiply: 3.7 },
  fp16: { add: 0.4, multiply: 1.1 },
  int32: { add: 0.1, multiply: 3.1 },
  int8: { add: 0.03, multiply: 0.2 },
};

/** Of a training step and of one prediction, per example. */
export interface PerExample {
  readonly training: number;
  readonly test: number;
}

/** A layer's, or the network's, by the method at hand and with real weights. */
export interface Account {
  readonly name: string;
  readonly weights: number;
  /** Bytes that weights take when training is over, and in training (with moments; no bit is saved there). */
  readonly bytes: { readonly test: number; readonly training: number; readonly real: number };
  readonly multiplications: PerExample;
  readonly realMultiplications: PerExample;
  /** Share of the real multiplications that the method does without, 0..1; below 0 where it needs more. */
  readonly avoided: PerExample;
  readonly additions: PerExample;
  /** Picojoules. */
  readonly energy: PerExample;
  readonly realEnergy: PerExample;
}

export interface Accounting {
  readonly layers: readonly Account[];
  readonly total: Account;
}

type Counted = Pick<LayerFacts, 'name' | 'weights' | 'multiplications' | 'real'>;

/**
 * A product adds as often as it would multiply, with whatever weights. A rule that multiplies more than
 * real weights do (means and variances) adds as much more.
 */
const additionsOf = ({ multiplications, real }: Counted): PerExample => ({
  training: Math.max(multiplications.training, real.training),
  test: Math.max(multiplications.test, real.test),
});

const energyOf = (
  multiplications: Multiplications,
  additions: PerExample,
  { add, multiply }: OperationEnergy,
): PerExample => ({
  training: multiplications.training * multiply + additions.training * add,
  test: multiplications.test * multiply + additions.test * add,
});

/** 1 - part / whole; a whole of nothing has nothing to avoid. */
const saved = (part: number, whole: number): number => (whole === 0 ? 0 : 1 - part / whole);

function accountOf(
  counted: Counted,
  additions: PerExample,
  { bits, trainingBits }: Pick<Facts, 'bits' | 'trainingBits'>,
  format: NumberFormat,
): Account {
  const { name, weights, multiplications, real } = counted;
  const energies = ENERGIES[format];
  return {
    name,
    weights,
    bytes: {
      test: (weights * bits) / 8,
      training: (weights * trainingBits) / 8,
      real: 4 * weights,
    },
    multiplications,
    realMultiplications: real,
    avoided: {
      training: saved(multiplications.training, real.training),
      test: saved(multiplications.test, real.test),
    },
    additions,
    energy: energyOf(multiplications, additions, energies),
    realEnergy: energyOf(real, real, energies),
  };
}

/** What a method takes, layer by layer and together. `facts`: of its spec. */
export function accountingOf(facts: Facts, format: NumberFormat): Accounting {
  const layers = facts.layers.map((layer) => accountOf(layer, additionsOf(layer), facts, format));
  const additions = {
    training: layers.reduce((sum, layer) => sum + layer.additions.training, 0),
    test: layers.reduce((sum, layer) => sum + layer.additions.test, 0),
  };
  return { layers, total: accountOf({ ...facts, name: 'Total' }, additions, facts, format) };
}
