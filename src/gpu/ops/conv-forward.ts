/**
 * z [B, height, width, O] of a convolution: its windows of x times the weights that propagate, H sign(w)
 * from bits, or w itself. The matrix of windows is never made.
 */
import tile from '../../shaders/conv_forward_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import { sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { Activation } from '../buffers.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { convConstants, pixelsOut } from './conv-geometry.ts';
import { halves, product, tiles, type Variants } from './product.ts';
import { quadProduct } from './quad/products.ts';
import { readOf, windowsOf } from './quad/windows.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'conv_forward_tile',
  parts: [LIB.sign, LIB.conv, LIB.matmulTile, { file: 'conv_forward_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};

export const CONV_FORWARD: Variants = { ...tiles(TILE), ...halves(TILE, 1) };

export interface ConvForwardRequest {
  readonly label: string;
  readonly variant: VariantId;
  readonly B: number;
  readonly layer: LayerShape;
  /** The magnitude H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  /** [B, from] */
  readonly x: Activation;
  readonly w: GPUBuffer;
  /** [I, ceil(O / 32)] words of sign bits. */
  readonly wBits: GPUBuffer;
  /** [B, to] */
  readonly z: GPUBuffer;
}

export async function convForward(builder: Builder, r: ConvForwardRequest): Promise<Dispatch[]> {
  const { label, variant, B, layer, H, x, w, wBits, z } = r;
  const { I, O, from, to } = layer;
  const words = Math.ceil(O / 32);
  const size = { M: pixelsOut(B, layer), N: O, K: I };
  const bytes = 4 * (B * (sizeOf(from) + sizeOf(to)) + I * (H === null ? O : words));
  const dispatch =
    quadProduct(builder, {
      ...{ label, variant, windows: windowsOf(B, layer), H, x: readOf(x, from), z, bytes },
      weights: H === null ? w : wBits,
      flops: 2 * size.M * size.N * size.K,
    }) ??
    product(builder, {
      ...{ label, variant, variants: CONV_FORWARD, ...size, bytes },
      constants: {
        ...convConstants(layer),
        ...{ ZERO: x.zero, SCALE: H ?? 1, BITS: H !== null, WORDS: words },
      },
      buffers: [x.buffer, w, wBits, z],
    });
  return [await dispatch];
}
