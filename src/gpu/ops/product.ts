/**
 * The matrix products of a dense layer, and the kernels each can be computed by. Every variant of a
 * product takes the same bindings and gives the same numbers up to the order of sums.
 */
import type { VariantId } from '../../experiment/kernels.ts';
import type { Access, Constants, Dispatch, KernelSource, Wgsl } from '../kernel.ts';
import type { Builder } from './builder.ts';

/** One way to compute a product: a kernel, and the rows and columns of C a workgroup of it covers. */
export interface Variant {
  readonly source: KernelSource;
  readonly rows: number;
  readonly columns: number;
  readonly constants: Constants;
}

export type Variants = Readonly<Partial<Record<VariantId, Variant>>>;

/** The two workgroup tiles of lib/matmul_tile.wgsl. */
export const tiles = (source: KernelSource): Variants => ({
  t32: { source, rows: 32, columns: 32, constants: { TILE: 32, THREADS: 64 } },
  t64: { source, rows: 64, columns: 64, constants: { TILE: 64, THREADS: 256 } },
});

/** A kernel of one subgroup of four lanes, for software adapters. */
export const quadKernel = (
  name: string,
  text: string,
  shared: readonly Wgsl[],
  bindings: readonly Access[],
  rows: number,
  columns: number,
): Variant => ({
  source: { name, parts: [...shared, { file: `${name}.wgsl`, text }], bindings, subgroups: true },
  rows,
  columns,
  constants: {},
});

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
  const variant = r.variants[r.variant];
  if (variant === undefined) throw new RangeError(`${r.label} has no kernel ${r.variant}`);
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
