/** dx [B, I] = dz [B, O] times the transpose of the weights that propagated: the same bits. */
import tile from '../../shaders/input_gradient_tile.wgsl?raw';
import type { VariantId } from '../../experiment/kernels.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import type { Builder } from './builder.ts';
import { GRADIENT_RANGE, halves, product, tiles, type Variants } from './product.ts';
import { quadInputGradient } from './quad/products.ts';
import { readOfRows, windowsOfDense } from './quad/windows.ts';

const BINDINGS = ['read', 'read', 'read', 'write'] as const;

const TILE: KernelSource = {
  name: 'input_gradient_tile',
  parts: [LIB.sign, LIB.matmulTile, { file: 'input_gradient_tile.wgsl', text: tile }],
  bindings: BINDINGS,
};

export const INPUT_GRADIENT: Variants = {
  ...tiles(TILE),
  ...halves(TILE, GRADIENT_RANGE),
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
  /** turnedWords() words, of no meaning before and after. */
  readonly scratch: GPUBuffer;
}

export async function inputGradient(
  builder: Builder,
  r: InputGradientRequest,
): Promise<Dispatch[]> {
  const { label, variant, B, I, O, H, dz, w, wBits, dx, scratch } = r;
  const words = Math.ceil(O / 32);
  const bytes = 4 * (B * (I + O) + I * (H === null ? O : words));
  const quad = quadInputGradient(builder, {
    ...{ label, variant, windows: windowsOfDense(B, O, I), H, x: readOfRows(dz, B, O), z: dx },
    ...{ weights: H === null ? w : wBits, scratch, flops: 2 * B * I * O, bytes },
  });
  if (quad !== null) return quad;
  const tiled = await product(builder, {
    ...{ label, variant, variants: INPUT_GRADIENT, M: B, N: I, K: O, bytes },
    constants: { SCALE: H ?? 1, BITS: H !== null, WORDS: words },
    buffers: [dz, w, wBits, dx],
  });
  return [tiled];
}
