/**
 * What the kernels of four lanes (forward.ts, weight-gradient.ts) go over: windows laid on maps. A
 * dense layer is a row of B pixels, each its own window.
 *
 * These kernels are written by program, not kept as WGSL files, since every length in them is known
 * when they are made and shapes them. They are for software adapters: SwiftShader turns a subgroup of
 * four lanes into one SIMD register, and a kernel into straight machine code. Measured there:
 *
 * - A load costs as much as 30 products: each lane's index is checked and fetched by itself. So what is
 *   loaded must serve often: the four lanes load four neighbours, and quadSwapX, quadSwapY and
 *   quadSwapDiagonal (one instruction each; a quadBroadcast is twenty) pass them round. Lane l then
 *   multiplies number l ^ s by weights of row l ^ s, s = 0 .. 3.
 * - Arrays whose length is written in the text, and indices that can be seen to lie inside (sums of
 *   loop counters, min() and constants), are not clamped once more.
 * - A shift of a vector takes ten times the instructions of a multiplication or of an addition.
 * - A number carried round a loop is blended with its last value there, which costs as much as three
 *   products: so a loop does many products for each sum.
 * - Loops that overflow the instruction cache run at less than half the speed.
 */
import type { Maps } from '../../../experiment/datasets.ts';
import type { LayerShape } from '../../../experiment/shapes.ts';
import type { Activation } from '../../buffers.ts';

export interface Windows {
  /** Examples. */
  readonly B: number;
  /** What windows are laid on. */
  readonly from: Maps;
  /** Rows and columns of `from` lie so far apart, with zeros in between. */
  readonly spread: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** A pixel for each window. */
  readonly to: Maps;
}

/** The windows of a convolution. */
export const windowsOf = (B: number, layer: LayerShape): Windows => {
  const { from, to, kernel, stride, padding } = layer;
  return { B, from, spread: 1, kernel, stride, padding, to };
};

/**
 * The windows of dz that an input pixel sums over: those of the kernel turned by half a turn, with dz
 * spread to where its own windows lie.
 */
export const windowsOfGradient = (B: number, layer: LayerShape): Windows => {
  const { from, to, kernel, stride, padding } = layer;
  return {
    B,
    from: to,
    spread: stride,
    kernel,
    stride: 1,
    padding: kernel - 1 - padding,
    to: from,
  };
};

/** A dense layer, as a row of pixels. */
export const windowsOfDense = (B: number, I: number, O: number): Windows => {
  const row = { height: 1, width: B };
  const from = { ...row, channels: I };
  return { B: 1, from, spread: 1, kernel: 1, stride: 1, padding: 0, to: { ...row, channels: O } };
};

/** What a kernel may index of an activation: its maps, and the pixel of zeros behind them. */
export const readOf = ({ buffer, zero }: Activation, { channels }: Maps) => ({
  ...{ buffer, zero },
  length: zero + Math.ceil(channels / 4) * 4,
});

/** The same of a matrix of rows, which no window hangs over. */
export const readOfRows = (buffer: GPUBuffer, rows: number, columns: number) => ({
  ...{ buffer, zero: null },
  length: rows * columns,
});

/** Kernels of up to so many columns may be unrolled, so that windows share what they load. */
const UNROLLED = 5;

/** Columns of a window that one turn of a loop may go over. */
export const tapsOf = ({ kernel }: Windows): readonly number[] =>
  kernel > 1 && kernel <= UNROLLED ? [kernel, 1] : [1];

/**
 * True where column `shift` from the first of a run's windows may lie outside the maps, or between
 * their columns, for one of the runs of `length` windows that cover a row, where a turn goes over
 * `taps` columns of each.
 */
export function mayMiss(w: Windows, taps: number, length: number, shift: number): boolean {
  const { from, to, kernel, stride, padding, spread } = w;
  if (spread > 1) return true;
  const further = kernel - taps;
  for (let first = 0; first < to.width; first += length) {
    const column = first * stride + shift - padding;
    if (column < 0 || column + further >= from.width) return true;
  }
  return false;
}

/** Nanoseconds of one core, and bytes of machine code, on SwiftShader. */
const LOAD = { ns: 10, bytes: 650 };
/** Four numbers side by side, which are checked once. */
const LOAD_FOUR = { ns: 28, bytes: 1500 };
const PRODUCT = { ns: 0.3, bytes: 20 };
const CARRIED = { ns: 0.8, bytes: 75 };
/** To store a sum, to begin a workgroup, to find where a column of windows lies; nanoseconds. */
export const STORE = 10;
export const BEGIN = 100;
export const PLACE = 8;

/** What one turn of a loop does. */
export interface Turn {
  readonly loads: number;
  readonly loadsOfFour: number;
  readonly products: number;
  readonly carried: number;
}

function costOf({ loads, loadsOfFour, products, carried }: Turn) {
  const sum = (unit: 'ns' | 'bytes') =>
    loads * LOAD[unit] +
    loadsOfFour * LOAD_FOUR[unit] +
    products * PRODUCT[unit] +
    carried * CARRIED[unit];
  return { ns: sum('ns'), bytes: sum('bytes') };
}

/** A way to go over rows of windows. */
export interface Plan {
  /** Columns of a window, and windows of a row, that a turn goes over. */
  readonly taps: number;
  readonly run: number;
}

/** What is done for one row of windows. */
export interface Work {
  readonly turn: Turn;
  readonly turns: number;
  /** Nanoseconds of what is done outside the loop. */
  readonly outside: number;
}

/** The longest run worth trying: the arithmetic of a longer one outweighs its loads many times. */
const LONGEST_RUN = 32;

/**
 * The plan that takes the least time for a row of `width` windows among those whose code has no more
 * than `bytes`; where none is that short, the shortest.
 * @param ways one for each kind of turn, without its run
 */
export function bestPlan<Way extends { readonly taps: number }>(
  width: number,
  bytes: number,
  ways: readonly Way[],
  workOf: (way: Way, run: number) => Work,
): Way & Plan {
  let best: (Way & Plan) | null = null;
  let least = Infinity;
  for (const way of ways) {
    for (let run = 1; run <= Math.min(width, LONGEST_RUN); run++) {
      const { turn, turns, outside } = workOf(way, run);
      const cost = costOf(turn);
      // Code that is too long comes after all that fits.
      const rank = cost.bytes <= bytes ? turns * cost.ns + outside : 1e12 + cost.bytes;
      if (rank >= least) continue;
      least = rank;
      best = { ...way, run };
    }
  }
  if (best === null) throw new RangeError('no way to go over windows');
  return best;
}

/** `line` for 0 .. n - 1, as lines of WGSL. */
export const each = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n');

/** What the four lanes hold, as each lane sees it with its number's bits flipped by 0, 1, 2 and 3. */
export const swapped = (name: string, value: string): string =>
  `let ${name}_0 = ${value};
let ${name}_1 = quadSwapX(${name}_0);
let ${name}_2 = quadSwapY(${name}_0);
let ${name}_3 = quadSwapDiagonal(${name}_0);`;
