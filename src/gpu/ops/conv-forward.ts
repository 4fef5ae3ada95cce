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

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'conv_forward_tile',
  parts: [LIB.sign, LIB.conv, LIB.matmulTile, { file: 'conv_forward_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};
const TILES = tiles(TILE);

export const CONV_FORWARD: Variants = {
  ...TILES,
  ...halves(TILE, 1),
  q10: TILES.t32,
  q20: TILES.t32,
};

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
  const { B, layer, H } = r;
  const { I, O } = layer;
  const words = Math.ceil(O / 32);
  const dispatch = await product(builder, {
    label: r.label,
    variants: CONV_FORWARD,
    variant: r.variant,
    M: pixelsOut(B, layer),
    N: O,
    K: I,
    constants: {
      ...convConstants(layer),
      ZERO: r.x.zero,
      SCALE: H ?? 1,
      BITS: H !== null,
      WORDS: words,
    },
    buffers: [r.x.buffer, r.w, r.wBits, r.z],
    bytes: 4 * (B * (sizeOf(layer.from) + sizeOf(layer.to)) + I * (H === null ? O : words)),
  });
  return [dispatch];
}
