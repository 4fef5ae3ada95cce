/** dwb [I, O] = x^T [I, B] dz [B, O]: the gradient at the weights that propagated, real by real. */
import tile from '../../shaders/weight_gradient_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { product, tiles, type Variants } from './product.ts';
import { quadGradient } from './quad/products.ts';
import { readOfRows, windowsOfDense } from './quad/windows.ts';

export const WEIGHT_GRADIENT: Variants = tiles({
  name: 'weight_gradient_tile',
  parts: [LIB.matmulTile, { file: 'weight_gradient_tile.wgsl', text: tile }],
  bindings: ['read', 'read', 'write'],
});

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
  const { label, variant, B, I, O, x, dz, dwb } = r;
  const bytes = 4 * (B * (I + O) + I * O);
  return (
    quadGradient(builder, {
      ...{ label, variant, windows: windowsOfDense(B, I, O), flops: 2 * B * I * O, bytes },
      ...{ x: readOfRows(x, B, I), dz: readOfRows(dz, B, O), dwb, splits: 1 },
    }) ??
    product(builder, {
      ...{ label, variant, variants: WEIGHT_GRADIENT, M: I, N: O, K: B, bytes },
      constants: { SCALE: 1 },
      buffers: [x, dz, dwb],
    })
  );
}
