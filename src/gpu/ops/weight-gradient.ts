/** dwb [I, O] = x^T [I, B] dz [B, O]: the gradient at the weights that propagated, real by real. */
import quad from '../../shaders/weight_gradient_quad.wgsl?raw';
import tile from '../../shaders/weight_gradient_tile.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { productGrid, type Builder } from './builder.ts';

const bindings = ['read', 'read', 'write'] as const;
const TILE: KernelSource = {
  name: 'weight_gradient_tile',
  parts: [LIB.matmulTile, { file: 'weight_gradient_tile.wgsl', text: tile }],
  bindings,
};
const QUAD: KernelSource = {
  name: 'weight_gradient_quad',
  parts: [{ file: 'weight_gradient_quad.wgsl', text: quad }],
  bindings,
  subgroups: true,
};
export const WEIGHT_GRADIENT_KERNELS = [TILE, QUAD];

export interface WeightGradientRequest {
  readonly label: string;
  readonly B: number;
  readonly I: number;
  readonly O: number;
  readonly x: GPUBuffer;
  readonly dz: GPUBuffer;
  readonly dwb: GPUBuffer;
}

export function weightGradient(
  { kernels, profile }: Builder,
  r: WeightGradientRequest,
): Promise<Dispatch> {
  const isTile = profile.kernels === 'tile';
  return kernels.dispatch({
    label: r.label,
    source: isTile ? TILE : QUAD,
    constants: { M: r.I, N: r.O, K: r.B, SCALE: 1 },
    buffers: [r.x, r.dz, r.dwb],
    grid: isTile ? productGrid(r.I, r.O, 32, 32) : productGrid(r.I, r.O, 16, 16),
  });
}
