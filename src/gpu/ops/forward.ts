/** z [B, O] = x [B, I] times the weights that propagate: H sign(w) from bits, or w itself. */
import tile from '../../shaders/forward_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { halves, product, tiles, type Variants } from './product.ts';
import { quadProduct } from './quad/products.ts';
import { readOfRows, windowsOfDense } from './quad/windows.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'forward_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'forward_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};

export const FORWARD: Variants = { ...tiles(TILE), ...halves(TILE, 1) };

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
  const { label, variant, B, I, O, H, x, w, wBits, z } = r;
  const words = Math.ceil(O / 32);
  const bytes = 4 * (B * (I + O) + I * (H === null ? O : words));
  return (
    quadProduct(builder, {
      ...{ label, variant, windows: windowsOfDense(B, I, O), H, x: readOfRows(x, B, I), z },
      ...{ weights: H === null ? w : wBits, flops: 2 * B * I * O, bytes },
    }) ??
    product(builder, {
      ...{ label, variant, variants: FORWARD, M: B, N: O, K: I, bytes },
      constants: { SCALE: H ?? 1, BITS: H !== null, WORDS: words },
      buffers: [x, w, wBits, z],
    })
  );
}
