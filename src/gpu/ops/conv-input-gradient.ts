/**
 * dx [B, height, width, channels] of a convolution: every input pixel sums, over the windows it lies
 * in, dz times the transpose of the weights that propagated: the same bits. The kernels of four lanes
 * turn the weights round first, and then it is a convolution of dz like any other.
 */
import tile from '../../shaders/conv_input_gradient_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import { sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { Activation } from '../buffers.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { convConstants, pixelsIn } from './conv-geometry.ts';
import { GRADIENT_RANGE, halves, product, tiles, type Variants } from './product.ts';
import { quadInputGradient } from './quad/products.ts';
import { readOf, windowsOfGradient } from './quad/windows.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'conv_input_gradient_tile',
  parts: [
    LIB.sign,
    LIB.conv,
    LIB.matmulTile,
    { file: 'conv_input_gradient_tile.wgsl', text: tile },
  ],
  bindings: BINDINGS,
};

export const CONV_INPUT_GRADIENT: Variants = { ...tiles(TILE), ...halves(TILE, GRADIENT_RANGE) };

export interface ConvInputGradientRequest {
  readonly label: string;
  readonly variant: VariantId;
  readonly B: number;
  readonly layer: LayerShape;
  /** The magnitude H of binary weights, or null where w propagated as stored. */
  readonly H: number | null;
  /** [B, to] */
  readonly dz: Activation;
  readonly w: GPUBuffer;
  readonly wBits: GPUBuffer;
  /** [B, from] */
  readonly dx: GPUBuffer;
  /** convScratchWords() words, of no meaning before and after. */
  readonly scratch: GPUBuffer;
}

export async function convInputGradient(
  builder: Builder,
  r: ConvInputGradientRequest,
): Promise<Dispatch[]> {
  const { label, variant, B, layer, H, dz, w, wBits, dx, scratch } = r;
  const { I, O, from, to, kernel } = layer;
  const words = Math.ceil(O / 32);
  const size = { M: pixelsIn(B, layer), N: from.channels, K: kernel ** 2 * O };
  const bytes = 4 * (B * (sizeOf(from) + sizeOf(to)) + I * (H === null ? O : words));
  const quad = quadInputGradient(builder, {
    ...{ label, variant, windows: windowsOfGradient(B, layer), H, x: readOf(dz, to), z: dx },
    ...{ weights: H === null ? w : wBits, scratch, bytes },
    flops: 2 * size.M * size.N * size.K,
  });
  if (quad !== null) return quad;
  const tiled = await product(builder, {
    ...{ label, variant, variants: CONV_INPUT_GRADIENT, ...size, bytes },
    constants: {
      ...convConstants(layer),
      ...{ ZERO: dz.zero, SCALE: H ?? 1, BITS: H !== null, WORDS: words },
    },
    buffers: [dz.buffer, w, wBits, dx],
  });
  return [tiled];
}
