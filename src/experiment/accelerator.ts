/**
 * A layer with weights on an accelerator that holds them on the chip, one bit each (the matrix-vector
 * unit of FINN; Umuroglu et al. 2017): where each weight lies, and how many cycles a product takes.
 * Dense layers and convolutions in one notation: a matrix of MH rows (outputs) and MW columns (inputs;
 * of a convolution a window by row, column, channel), multiplied by `vectors` vectors an example.
 */
import { at } from './at.ts';
import type { LayerShape } from './shapes.ts';

export interface Matrix {
  readonly MH: number;
  readonly MW: number;
  /** Products an example: 1, of a convolution one for each place of the maps that it makes. */
  readonly vectors: number;
}

/** So many rows (processing elements) and so many columns (lanes of each) at once; both divide. */
export interface Folding {
  readonly PE: number;
  readonly SIMD: number;
}

export interface Folded extends Matrix, Folding {
  /** Times that the rows, and the columns, are folded: MH / PE and MW / SIMD. */
  readonly NF: number;
  readonly SF: number;
  /** Words in the memory of each processing element, of SIMD bits each: NF * SF. */
  readonly depth: number;
  /** Of all weights: MH * MW. */
  readonly bits: number;
  /** Lanes that add or subtract at once, and as many adders: PE * SIMD. */
  readonly lanes: number;
  /** Of one product, and of an example. */
  readonly cyclesAVector: number;
  readonly cycles: number;
}

/** Where a weight lies: in the memory of which processing element, in which word, at which bit of it. */
export interface WeightAddress {
  readonly pe: number;
  readonly word: number;
  readonly lane: number;
}

/** Which weight it is: row r (output) and column k (input), from 0. */
export interface WeightIndex {
  readonly r: number;
  readonly k: number;
}

export const matrixOf = ({ O, I, to }: LayerShape): Matrix => ({
  MH: O,
  MW: I,
  vectors: to.height * to.width,
});

/** Divisors of a positive whole number, smallest first: the PE that MH allows, the SIMD that MW allows. */
export function divisorsOf(n: number): number[] {
  const small: number[] = [];
  for (let d = 1; d * d <= n; d++) if (n % d === 0) small.push(d);
  const large = small.map((d) => n / d).reverse();
  return small.at(-1) === large[0] ? [...small, ...large.slice(1)] : [...small, ...large];
}

/** A matrix folded; PE must divide MH and SIMD must divide MW. */
export function fold(matrix: Matrix, { PE, SIMD }: Folding): Folded {
  const { MH, MW, vectors } = matrix;
  if (!divides(PE, MH)) {
    throw new RangeError(`PE is ${PE}; allowed are the divisors of MH = ${MH}`);
  }
  if (!divides(SIMD, MW)) {
    throw new RangeError(`SIMD is ${SIMD}; allowed are the divisors of MW = ${MW}`);
  }
  const NF = MH / PE;
  const SF = MW / SIMD;
  const tiles = NF * SF;
  return {
    ...{ MH, MW, vectors, PE, SIMD, NF, SF },
    depth: tiles,
    bits: MH * MW,
    lanes: PE * SIMD,
    cyclesAVector: tiles,
    cycles: tiles * vectors,
  };
}

const divides = (part: number, whole: number): boolean => part >= 1 && whole % part === 0;

/** Rows are dealt out to the elements in turn; a word holds SIMD neighbouring columns of one row. */
export function addressOf({ PE, SIMD, SF }: Folded, { r, k }: WeightIndex): WeightAddress {
  return {
    pe: r % PE,
    word: Math.floor(r / PE) * SF + Math.floor(k / SIMD),
    lane: k % SIMD,
  };
}

/** The weight at an address: the other way round. */
export function weightAt({ PE, SIMD, SF }: Folded, { pe, word, lane }: WeightAddress): WeightIndex {
  return { r: Math.floor(word / SF) * PE + pe, k: (word % SF) * SIMD + lane };
}

/** A column of a convolution's matrix, as a place in its window and a channel there. */
export interface WindowPlace {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** Of column k; a dense layer's window is all of the maps that it reads. */
export function windowPlace({ kind, kernel, from }: LayerShape, k: number): WindowPlace {
  const width = kind === 'conv' ? kernel : from.width;
  const place = Math.floor(k / from.channels);
  return {
    row: Math.floor(place / width),
    column: place % width,
    channel: k % from.channels,
  };
}

/** Places of a window that one group of SIMD columns touches at most: 1 where it keeps to channels of one. */
export function placesAtOnce({ I, from }: LayerShape, SIMD: number): number {
  const C = from.channels;
  let most = 1;
  for (let first = 0; first < I; first += SIMD) {
    const places = Math.floor((first + SIMD - 1) / C) - Math.floor(first / C) + 1;
    most = Math.max(most, places);
    // Groups repeat from where one begins at the first channel again.
    if (first > 0 && first % C === 0) break;
  }
  return most;
}

/**
 * Bits of an accumulator that holds every sum of MW activations, each added or subtracted, in two's
 * complement. Activations: whole numbers of `bits` bits, signed (the input less its mean) or not
 * (behind ReLU). That is bits + ceil(log2 MW), and where MW is a power of two or nothing is signed, at
 * most one more.
 */
export function accumulatorBits(MW: number, bits: number, signed: boolean): number {
  const largest = MW * (signed ? 2 ** (bits - 1) : 2 ** bits - 1);
  return Math.floor(Math.log2(largest)) + 2;
}

/** The layer that takes longest decides how often an example can follow another. */
export function bottleneckOf(folded: readonly Folded[]): number {
  const cycles = folded.map((layer) => layer.cycles);
  return cycles.indexOf(Math.max(...cycles));
}

/** Examples a second at a clock in hertz. */
export const throughputOf = (folded: readonly Folded[], clock: number): number =>
  clock / at(folded, bottleneckOf(folded)).cycles;

type Candidate = Folding & { readonly lanes: number };

/** True where groups of SIMD columns are equal parts of a place of the window, or whole places. */
const keepsPlaces = ({ kind, from }: LayerShape, SIMD: number): boolean =>
  kind === 'dense' || from.channels % SIMD === 0 || SIMD % from.channels === 0;

/**
 * Foldings of a layer that keep its places, one for each number of lanes it can have, fewest first: of
 * those with equally many one that reads a single place at once, then the squarest.
 */
function candidates(layer: LayerShape): Candidate[] {
  const { MH, MW } = matrixOf(layer);
  const best = new Map<number, Candidate & { readonly cost: number }>();
  for (const SIMD of divisorsOf(MW).filter((simd) => keepsPlaces(layer, simd))) {
    const many = layer.kind === 'conv' && SIMD > layer.from.channels;
    for (const PE of divisorsOf(MH)) {
      const lanes = PE * SIMD;
      const cost = Math.abs(Math.log(PE / SIMD)) + (many ? 100 : 0);
      if (cost < (best.get(lanes)?.cost ?? Infinity)) best.set(lanes, { PE, SIMD, lanes, cost });
    }
  }
  return [...best.values()].sort((a, b) => a.lanes - b.lanes);
}

/**
 * A folding of each layer with at most `budget` lanes together, such that the slowest layer is as fast
 * as it can be, and every other one no larger than keeps pace with it. Where the budget is less than
 * the layers, each gets a single lane.
 */
export function balancedFoldings(layers: readonly LayerShape[], budget: number): Folding[] {
  const choices = layers.map((layer) => {
    const { MH, MW, vectors } = matrixOf(layer);
    const work = MH * MW * vectors;
    return candidates(layer).map((folding) => ({ ...folding, cycles: work / folding.lanes }));
  });
  const within = (limit: number) =>
    choices.map((options) => options.find(({ cycles }) => cycles <= limit) ?? null);
  const limits = [...new Set(choices.flatMap((options) => options.map(({ cycles }) => cycles)))];
  limits.sort((a, b) => a - b);
  let [low, high] = [0, limits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const taken = within(at(limits, middle));
    const lanes = taken.reduce((sum, folding) => sum + (folding?.lanes ?? Infinity), 0);
    if (lanes <= budget) high = middle;
    else low = middle + 1;
  }
  return within(at(limits, low)).map((folding) => ({
    PE: folding?.PE ?? 1,
    SIMD: folding?.SIMD ?? 1,
  }));
}
