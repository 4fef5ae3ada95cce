/** dx [B, I] = dz [B, O] times the transpose of the weights that propagated: the same bits. */
import quad from '../../shaders/input_gradient_quad.wgsl?raw';
import tile from '../../shaders/input_gradient_tile.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { productGrid, type Builder } from './builder.ts';

const bindings = ['read', 'read', 'read', 'write'] as const;
const TILE: KernelSource = {
  name: 'input_gradient_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'input_gradient_tile.wgsl', text: tile }],
  bindings,
};
const QUAD: KernelSource = {
  name: 'input_gradient_quad',
  parts: [LIB.sign, { file: 'input_gradient_quad.wgsl', text: quad }],
  bindings,
  subgroups: true,
};
export const INPUT_GRADIENT_KERNELS = [TILE, QUAD];

export interface InputGradientRequest {
  readonly label: string;
  readonly B: number;
  readonly I: number;
  readonly O: number;
  /** The magnitude H of binary weights, or null where w propagated as stored. */
  readonly H: number | null;
  readonly dz: GPUBuffer;
  readonly w: GPUBuffer;
  readonly wBits: GPUBuffer;
  readonly dx: GPUBuffer;
}

export function inputGradient(
  { kernels, profile }: Builder,
  r: InputGradientRequest,
): Promise<Dispatch> {
  const isTile = profile.kernels === 'tile';
  return kernels.dispatch({
    label: r.label,
    source: isTile ? TILE : QUAD,
    constants: {
      M: r.B,
      N: r.I,
      K: r.O,
      SCALE: r.H ?? 1,
      BITS: r.H !== null,
      WORDS: Math.ceil(r.O / 32),
    },
    buffers: [r.dz, r.w, r.wBits, r.dx],
    grid: isTile ? productGrid(r.B, r.I, 32, 32) : productGrid(r.B, r.I, 10, 8),
  });
}
