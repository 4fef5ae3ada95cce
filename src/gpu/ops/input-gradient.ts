/** dx [B, I] = dz [B, O] times the transpose of the weights that propagated: the same bits. */
import q10 from '../../shaders/input_gradient_q10.wgsl?raw';
import tile from '../../shaders/input_gradient_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { GRADIENT_RANGE, halves, product, quadKernel, tiles, type Variants } from './product.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'input_gradient_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'input_gradient_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};

export const INPUT_GRADIENT: Variants = {
  ...tiles(TILE),
  ...halves(TILE, GRADIENT_RANGE),
  q10: quadKernel('input_gradient_q10', q10, [LIB.sign], BINDINGS, 10, 8),
};

export interface InputGradientRequest {
  readonly label: string;
  readonly variant: VariantId;
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

export function inputGradient(builder: Builder, r: InputGradientRequest): Promise<Dispatch> {
  return product(builder, {
    label: r.label,
    variants: INPUT_GRADIENT,
    variant: r.variant,
    M: r.B,
    N: r.I,
    K: r.O,
    constants: { SCALE: r.H ?? 1, BITS: r.H !== null, WORDS: Math.ceil(r.O / 32) },
    buffers: [r.dz, r.w, r.wBits, r.dx],
    bytes: 4 * (r.B * (r.I + r.O) + r.I * (r.H === null ? r.O : Math.ceil(r.O / 32))),
  });
}
