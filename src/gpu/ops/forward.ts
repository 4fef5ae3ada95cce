/** z [B, O] = x [B, I] times the weights that propagate: H sign(w) from bits, or w itself. */
import quad from '../../shaders/forward_quad.wgsl?raw';
import tile from '../../shaders/forward_tile.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { productGrid, type Builder } from './builder.ts';

const bindings = ['read', 'read', 'read', 'write'] as const;
const TILE: KernelSource = {
  name: 'forward_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'forward_tile.wgsl', text: tile }],
  bindings,
};
const QUAD: KernelSource = {
  name: 'forward_quad',
  parts: [LIB.sign, { file: 'forward_quad.wgsl', text: quad }],
  bindings,
  subgroups: true,
};
export const FORWARD_KERNELS = [TILE, QUAD];

export interface ForwardRequest {
  readonly label: string;
  readonly B: number;
  readonly I: number;
  readonly O: number;
  /** The magnitude H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  readonly x: GPUBuffer;
  readonly w: GPUBuffer;
  /** [I, ceil(O / 32)] words of sign bits. */
  readonly wBits: GPUBuffer;
  readonly z: GPUBuffer;
}

export function forward({ kernels, profile }: Builder, r: ForwardRequest): Promise<Dispatch> {
  const isTile = profile.kernels === 'tile';
  return kernels.dispatch({
    label: r.label,
    source: isTile ? TILE : QUAD,
    constants: {
      M: r.B,
      N: r.O,
      K: r.I,
      SCALE: r.H ?? 1,
      BITS: r.H !== null,
      WORDS: Math.ceil(r.O / 32),
    },
    buffers: [r.x, r.w, r.wBits, r.z],
    grid: isTile ? productGrid(r.B, r.O, 32, 32) : productGrid(r.B, r.O, 10, 16),
  });
}
