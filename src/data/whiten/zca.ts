/**
 * ZCA whitening: x <- (x - mu) P with mu the mean of the examples it is fitted on and
 * P = (Cov + 0.1 I)^(-1/2), Cov = sum of (x - mu)^T (x - mu) / n. Examples come out with covariance
 * near the identity, yet looking as much as they can like what went in.
 */
import type { Work } from '../work.ts';
import { invertRoot } from './inverse-root.ts';
import { TILE, type Tiles, tilesFor } from './tile.ts';

/** Added to every variance, so that directions of next to none are not blown up. */
export const BIAS = 0.1;

/** Examples as rows of numbers, made when they are asked for. */
export interface Rows {
  readonly count: number;
  readonly inputs: number;
  /** Write rows `start` to `start + count` one after the other into `target`. */
  fill(target: Float32Array, start: number, count: number): void;
}

export interface Zca {
  /** [inputs] */
  readonly mean: Float32Array<ArrayBuffer>;
  /** [inputs, inputs], symmetric. */
  readonly matrix: Float32Array<ArrayBuffer>;
}

/** Rows summed in float32 before the sum goes to float64. */
const FIT_ROWS = 256;
/** Rows whitened at a time. */
const APPLY_ROWS = 64;
/** Inputs summed in one go: so many rows of a panel fit the processor's nearest memory. */
const DEPTH = 256;

const { rows: R, columns: C } = TILE;
const upTo = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/**
 * Fit on all rows. Takes inputs^2 * rows / 2 multiplications for the covariance and some
 * 2 * inputs^3 for its root. Null: somebody called it off.
 */
export async function fitZca(rows: Rows, work: Work): Promise<Zca | null> {
  const mean = await meanOfRows(rows, work);
  if (mean === null) return null;
  const covariance = await covarianceOf(rows, mean, work);
  if (covariance === null) return null;
  const { inputs } = rows;
  for (let i = 0; i < inputs; i++) {
    covariance[i * inputs + i] = (covariance[i * inputs + i] ?? 0) + BIAS;
  }
  const whole = await invertRoot({ n: inputs, elements: covariance }, BIAS, work);
  return whole ? { mean, matrix: Float32Array.from(covariance) } : null;
}

async function meanOfRows(rows: Rows, work: Work): Promise<Float32Array<ArrayBuffer> | null> {
  const { count, inputs } = rows;
  const sums = new Float64Array(inputs);
  const block = new Float32Array(FIT_ROWS * inputs);
  for (let start = 0; start < count; start += FIT_ROWS) {
    if (!(await work.goOn('mean', start, count))) return null;
    const n = Math.min(FIT_ROWS, count - start);
    rows.fill(block, start, n);
    for (let row = 0; row < n * inputs; row += inputs) {
      for (let j = 0; j < inputs; j++) sums[j] = (sums[j] ?? 0) + (block[row + j] ?? 0);
    }
  }
  return Float32Array.from(sums, (sum) => sum / count);
}

/** The lower triangle of the covariance, [inputs, inputs]. */
async function covarianceOf(
  rows: Rows,
  mean: Float32Array,
  work: Work,
): Promise<Float64Array<ArrayBuffer> | null> {
  const { count, inputs } = rows;
  const sums = new Float64Array(inputs * inputs);
  const width = upTo(inputs, C);
  const block = new Float32Array(FIT_ROWS * inputs);
  // The block's columns in panels of 8, [width / 8, rows, 8], then a strip [8, width] of products.
  const panel = FIT_ROWS * C;
  const strip = (width / C) * panel;
  const tiles = tilesFor(strip + C * width);
  const { floats } = tiles;
  for (let start = 0; start < count; start += FIT_ROWS) {
    if (!(await work.goOn('covariance', start, count))) return null;
    const n = Math.min(FIT_ROWS, count - start);
    rows.fill(block, start, n);
    for (let row = 0; row < n; row++) {
      for (let j = 0; j < inputs; j++) {
        const x = (block[row * inputs + j] ?? 0) - (mean[j] ?? 0);
        floats[Math.floor(j / C) * panel + row * C + (j % C)] = x;
      }
    }
    for (let i = 0; i < width; i += C) {
      floats.fill(0, strip);
      for (let j = 0; j <= i; j += C) {
        for (let half = 0; half < C; half += R) {
          const a = (i / C) * panel + half;
          tiles.addTile(a, C, (j / C) * panel, n, strip + half * width + j, width);
        }
      }
      for (let row = i; row < Math.min(i + C, inputs); row++) {
        const from = strip + (row - i) * width;
        for (let j = 0; j <= row; j++) {
          const e = row * inputs + j;
          sums[e] = (sums[e] ?? 0) + (floats[from + j] ?? 0);
        }
      }
    }
  }
  for (let e = 0; e < sums.length; e++) sums[e] = (sums[e] ?? 0) / count;
  return sums;
}

/**
 * Whiten all rows: `take` gets them block by block, [count, inputs] from row `start` on. Takes
 * inputs^2 * rows multiplications. False: somebody called it off.
 */
export async function applyZca(
  zca: Zca,
  rows: Rows,
  take: (values: Float32Array, start: number, count: number) => void,
  work: Work,
): Promise<boolean> {
  const { count, inputs } = rows;
  const width = upTo(inputs, C);
  // Panels of P [width / 8, inputs, 8], rows in fours [rows / 4, inputs, 4], products [rows, width].
  const input = width * inputs;
  const output = input + APPLY_ROWS * inputs;
  const tiles = tilesFor(output + APPLY_ROWS * width);
  const { floats } = tiles;
  packPanels(floats, zca.matrix, inputs);
  const block = new Float32Array(APPLY_ROWS * inputs);
  for (let start = 0; start < count; start += APPLY_ROWS) {
    if (!(await work.goOn('whitening', start, count))) return false;
    const n = Math.min(APPLY_ROWS, count - start);
    rows.fill(block, start, n);
    for (let row = 0; row < n; row++) {
      const to = input + Math.floor(row / R) * R * inputs + (row % R);
      for (let j = 0; j < inputs; j++) {
        floats[to + j * R] = (block[row * inputs + j] ?? 0) - (zca.mean[j] ?? 0);
      }
    }
    floats.fill(0, output);
    multiply(tiles, { input, output, width, inputs, rows: upTo(n, R) });
    for (let row = 0; row < n; row++) {
      const from = output + row * width;
      block.set(floats.subarray(from, from + inputs), row * inputs);
    }
    take(block, start, n);
  }
  return true;
}

function packPanels(floats: Float32Array, matrix: Float32Array, inputs: number): void {
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < inputs; j++) {
      const panel = Math.floor(j / C) * inputs * C;
      floats[panel + i * C + (j % C)] = matrix[i * inputs + j] ?? 0;
    }
  }
}

interface Product {
  readonly input: number;
  readonly output: number;
  readonly width: number;
  readonly inputs: number;
  readonly rows: number;
}

function multiply(tiles: Tiles, { input, output, width, inputs, rows }: Product): void {
  for (let k = 0; k < inputs; k += DEPTH) {
    const depth = Math.min(DEPTH, inputs - k);
    for (let j = 0; j < width; j += C) {
      for (let i = 0; i < rows; i += R) {
        tiles.addTile(
          input + i * inputs + k * R,
          R,
          j * inputs + k * C,
          depth,
          output + i * width + j,
          width,
        );
      }
    }
  }
}
