/** z [B, O] = x [B, I] times the weights that propagate: H sign(w) from bits, or w itself. */
import q10 from '../../shaders/forward_q10.wgsl?raw';
import q20 from '../../shaders/forward_q20.wgsl?raw';
import tile from '../../shaders/forward_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { halves, product, quadKernel, tiles, type Variants } from './product.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;
const QUAD = [LIB.sign, LIB.forwardQuad];

const TILE: KernelSource = {
  name: 'forward_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'forward_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};

export const FORWARD: Variants = {
  ...tiles(TILE),
  ...halves(TILE, 1),
  q10: quadKernel('forward_q10', q10, QUAD, BINDINGS, 10, 16),
  q20: quadKernel('forward_q20', q20, QUAD, BINDINGS, 20, 16),
};

export interface ForwardRequest {
  readonly label: string;
  readonly variant: VariantId;
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

export function forward(builder: Builder, r: ForwardRequest): Promise<Dispatch> {
  return product(builder, {
    label: r.label,
    variants: FORWARD,
    variant: r.variant,
    M: r.B,
    N: r.O,
    K: r.I,
    constants: { SCALE: r.H ?? 1, BITS: r.H !== null, WORDS: Math.ceil(r.O / 32) },
    buffers: [r.x, r.w, r.wBits, r.z],
    bytes: 4 * (r.B * (r.I + r.O) + r.I * (r.H === null ? r.O : Math.ceil(r.O / 32))),
  });
}
