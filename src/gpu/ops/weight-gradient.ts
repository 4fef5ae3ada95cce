/** dwb [I, O] = x^T [I, B] dz [B, O]: the gradient at the weights that propagated, real by real. */
import q16 from '../../shaders/weight_gradient_q16.wgsl?raw';
import q32 from '../../shaders/weight_gradient_q32.wgsl?raw';
import tile from '../../shaders/weight_gradient_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { product, quadKernel, tiles, type Variants } from './product.ts';

const BINDINGS = ['read', 'read', 'write'] as const;
const QUAD = [LIB.weightGradientQuad];

export const WEIGHT_GRADIENT: Variants = {
  ...tiles({
    name: 'weight_gradient_tile',
    parts: [LIB.matmulTile, { file: 'weight_gradient_tile.wgsl', text: tile }],
    bindings: BINDINGS,
  }),
  q16: quadKernel('weight_gradient_q16', q16, QUAD, BINDINGS, 16, 16),
  q32: quadKernel('weight_gradient_q32', q32, QUAD, BINDINGS, 16, 32),
};

export interface WeightGradientRequest {
  readonly label: string;
  readonly variant: VariantId;
  readonly B: number;
  readonly I: number;
  readonly O: number;
  readonly x: GPUBuffer;
  readonly dz: GPUBuffer;
  readonly dwb: GPUBuffer;
}

export function weightGradient(builder: Builder, r: WeightGradientRequest): Promise<Dispatch> {
  return product(builder, {
    label: r.label,
    variants: WEIGHT_GRADIENT,
    variant: r.variant,
    M: r.I,
    N: r.O,
    K: r.B,
    constants: { SCALE: 1 },
    buffers: [r.x, r.dz, r.dwb],
    bytes: 4 * (r.B * (r.I + r.O) + r.I * r.O),
  });
}
