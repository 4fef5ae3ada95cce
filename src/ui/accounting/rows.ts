/** What the accounting says: rows of its two tables. Pure. */
import type { Account, NumberFormat, PerExample } from '../../experiment/energy.ts';
import { figures } from '../../experiment/digits.ts';
import { bytes, count, share } from '../common/format.ts';
import { layerTitle } from '../text.ts';

/** Picojoules in three figures: 12.0 nJ. */
export function joules(picojoules: number): string {
  const units = ['pJ', 'nJ', 'µJ', 'mJ', 'J'];
  let unit = 0;
  let n = picojoules;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${n === 0 ? '0' : figures(n, 3)} ${units[unit] ?? 'J'}`;
}

/** What is saved of what real weights take: `63.29 %`, `none`, or how much more it is. */
export function savedText(own: number, real: number): string {
  if (own === real) return 'none';
  return own < real ? share(1 - own / real) : `${share(own / real - 1)} more`;
}

/** One quantity of the whole net, with real weights and by the method. */
export interface Comparison {
  readonly name: string;
  /** As printed. */
  readonly real: string;
  readonly own: string;
  readonly saved: string;
  /** Lengths of the two bars, 0..1 of the longer one. */
  readonly bars: { readonly real: number; readonly own: number };
}

function comparison(
  name: string,
  real: number,
  own: number,
  text: (n: number) => string,
): Comparison {
  const longest = Math.max(real, own, Number.MIN_VALUE);
  return {
    name,
    real: text(real),
    own: text(own),
    saved: savedText(own, real),
    bars: { real: real / longest, own: own / longest },
  };
}

/** Weights when training is over and in training, then arithmetic an example. */
export function comparisonsOf(total: Account): Comparison[] {
  const { bytes: size, multiplications, realMultiplications, energy, realEnergy } = total;
  const of = (
    what: string,
    real: PerExample,
    own: PerExample,
    text: (n: number) => string,
  ): Comparison[] => [
    comparison(`${what}, training`, real.training, own.training, text),
    comparison(`${what}, test`, real.test, own.test, text),
  ];
  return [
    comparison('Weights, training', size.training, size.training, bytes),
    comparison('Weights, test', size.real, size.test, bytes),
    ...of('Multiplications', realMultiplications, multiplications, count),
    ...of('Energy', realEnergy, energy, joules),
  ];
}

export const LAYER_COLUMNS = [
  'Layer',
  'Weights',
  'As 32-bit, test',
  'This method, test',
  'Multiplications, training',
  'Avoided',
  'Multiplications, test',
  'Additions, training',
  'Energy, training',
  'Energy, test',
] as const;

/** `Layer 1`, or `Layer 1, companion`. */
export const accountTitle = (name: string): string => {
  const [layer = name, companion] = name.split('.');
  return companion === undefined ? layerTitle(layer) : `${layerTitle(layer)}, companion`;
};

/** The cells of a layer (or of the total) below LAYER_COLUMNS. */
export function accountCells(account: Account, title: string): string[] {
  const { weights, bytes: size, multiplications, realMultiplications, additions, energy } = account;
  return [
    title,
    count(weights),
    bytes(size.real),
    bytes(size.test),
    count(multiplications.training),
    savedText(multiplications.training, realMultiplications.training),
    count(multiplications.test),
    count(additions.training),
    joules(energy.training),
    joules(energy.test),
  ];
}

export const FORMAT_HELP: Readonly<Record<NumberFormat, string>> = {
  fp32: '32-bit floating point: an addition takes 0.9 pJ, a multiplication 3.7 pJ.',
  fp16: '16-bit floating point: an addition takes 0.4 pJ, a multiplication 1.1 pJ.',
  int32: '32-bit integers: an addition takes 0.1 pJ, a multiplication 3.1 pJ.',
  int8: '8-bit integers: an addition takes 0.03 pJ, a multiplication 0.2 pJ.',
};
