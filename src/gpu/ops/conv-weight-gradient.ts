/**
 * dwb [I, O] of a convolution: its transposed windows of x times dz, summed over all pixels of all
 * examples: the gradient at the weights that propagated, real by real.
 */
import tile from '../../shaders/conv_weight_gradient_tile.wgsl?raw';
import type { LayerKernels, VariantId } from '../../experiment/kernels.ts';
import { sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { Activation } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { convConstants, pixelsOut } from './conv-geometry.ts';
import { product, tiles, type Variants } from './product.ts';

const BINDINGS = ['read', 'read', 'write'] as const;

const TILES = tiles({
  name: 'conv_weight_gradient_tile',
  parts: [LIB.conv, LIB.matmulTile, { file: 'conv_weight_gradient_tile.wgsl', text: tile }],
  bindings: BINDINGS,
});

export const CONV_WEIGHT_GRADIENT: Variants = { ...TILES, q16: TILES.t32, q32: TILES.t32 };

export interface ConvWeightGradientRequest {
  readonly label: string;
  readonly variant: VariantId;
  readonly B: number;
  readonly layer: LayerShape;
  /** [B, from] */
  readonly x: Activation;
  /** [B, to] */
  readonly dz: Activation;
  readonly dwb: GPUBuffer;
  /** convScratchWords() words, of no meaning before and after. */
  readonly scratch?: GPUBuffer;
}

/**
 * Words of scratch memory the products of a convolution need with these kernels: one buffer of the
 * largest need of a network serves all of its layers in turn.
 */
export function convScratchWords(layer: LayerShape, B: number, kernels: LayerKernels): number {
  return layer.O * B < 0 ? kernels.forward.length : 0;
}

export async function convWeightGradient(
  builder: Builder,
  r: ConvWeightGradientRequest,
): Promise<Dispatch[]> {
  const { B, layer } = r;
  const { I, O, from, to } = layer;
  const dispatch = await product(builder, {
    label: r.label,
    variants: CONV_WEIGHT_GRADIENT,
    variant: r.variant,
    M: I,
    N: O,
    K: pixelsOut(B, layer),
    constants: { ...convConstants(layer), ZERO: r.x.zero, SCALE: 1 },
    buffers: [r.x.buffer, r.dz.buffer, r.dwb],
    bytes: 4 * (B * (sizeOf(from) + sizeOf(to)) + I * O),
  });
  return [dispatch];
}
