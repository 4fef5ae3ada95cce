/**
 * The matrix products of a dense layer, and the kernels each can be computed by. Every variant of a
 * product takes the same bindings and gives the same numbers up to the order of sums, and up to the
 * precision of half floats.
 */
import type { VariantId } from '../../experiment/kernels.ts';
import type { Constants, Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';

/** One way to compute a product: a kernel, and the rows and columns of C a workgroup of it covers. */
export interface Variant {
  readonly source: KernelSource;
  readonly rows: number;
  readonly columns: number;
  readonly constants: Constants;
}

export type Variants = Readonly<Partial<Record<VariantId, Variant>>>;

const tile = (source: KernelSource, size: 32 | 64, constants: Constants): Variant => ({
  source,
  rows: size,
  columns: size,
  constants: { TILE: size, THREADS: (size / 4) ** 2, ...constants },
});

/** The two workgroup tiles of lib/matmul_tile.wgsl. */
export function tiles({ parts, ...source }: KernelSource) {
  const whole = { ...source, parts: [LIB.slabF32, ...parts] };
  return { t32: tile(whole, 32, {}), t64: tile(whole, 64, {}) } as const satisfies Variants;
}

/**
 * The same tiles with half floats in workgroup memory, for a product of real numbers and signs: those
 * numbers, times `range`, are rounded to 11 bits, and limited to 65504. Real weights, which would lose
 * more, take the tiles of float32 (see `product`).
 * @param range a power of two: 1 where numbers are about 1, more where they are small.
 */
export function halves({ name, parts, ...source }: KernelSource, range: number) {
  const half = { ...source, name: `${name}_half`, parts: [LIB.slabF16, ...parts], f16: true };
  const constants = { RANGE: range };
  return {
    h32: tile(half, 32, constants),
    h64: tile(half, 64, constants),
  } as const satisfies Variants;
}

/** What gradients are multiplied by before they are rounded to halves: whole to 1.5e-8, limited to 16. */
export const GRADIENT_RANGE = 4096;

/** What computes a product with real weights in the place of a kernel for signs. */
const WITH_REAL_WEIGHTS: Readonly<Partial<Record<VariantId, VariantId>>> = {
  h32: 't32',
  h64: 't64',
};

export interface ProductRequest {
  readonly label: string;
  readonly variants: Variants;
  readonly variant: VariantId;
  /** C [M, N] = A [M, K] B [K, N]. */
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly constants: Constants;
  readonly buffers: readonly GPUBuffer[];
  /** Bytes read and written: real weights or their bits, never both. */
  readonly bytes: number;
}

/** Workgroups a grid has at most in a direction. */
const GRID_LIMIT = 65_535;

/** A grid of so many columns and rows of workgroups; rows past the limit lie beside the first ones. */
export function foldedGrid(columns: number, rows: number): readonly [number, number] {
  const folds = Math.ceil(rows / GRID_LIMIT);
  return [columns * folds, Math.ceil(rows / folds)];
}

export function product({ kernels }: Builder, r: ProductRequest): Promise<Dispatch> {
  const real = r.constants['BITS'] === false;
  const id = (real ? WITH_REAL_WEIGHTS[r.variant] : undefined) ?? r.variant;
  const variant = r.variants[id];
  if (variant === undefined) throw new RangeError(`${r.label} has no kernel ${id}`);
  return kernels.dispatch({
    label: r.label,
    source: variant.source,
    constants: { M: r.M, N: r.N, K: r.K, ...r.constants, ...variant.constants },
    buffers: r.buffers,
    grid: foldedGrid(Math.ceil(r.N / variant.columns), Math.ceil(r.M / variant.rows)),
    flops: 2 * r.M * r.N * r.K,
    bytes: r.bytes,
  });
}
