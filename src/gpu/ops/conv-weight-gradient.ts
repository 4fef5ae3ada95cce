/**
 * dwb [I, O] of a convolution: its transposed windows of x times dz, summed over all pixels of all
 * examples: the gradient at the weights that propagated, real by real. Where that is too little work
 * side by side, the pixels are cut into slices, whose sums are added up in a second dispatch.
 */
import sumText from '../../shaders/sum_slices.wgsl?raw';
import tile from '../../shaders/conv_weight_gradient_tile.wgsl?raw';
import type { LayerKernels, VariantId } from '../../experiment/kernels.ts';
import { sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { Activation } from '../buffers.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';
import { convConstants, pixelsOut } from './conv-geometry.ts';
import { foldedGrid, tiles, type Variants } from './product.ts';
import { quadGradient, quadGradientWorkgroups, turnedWords } from './quad/products.ts';
import { readOf, windowsOf } from './quad/windows.ts';

export const CONV_WEIGHT_GRADIENT: Variants = tiles({
  name: 'conv_weight_gradient_tile',
  parts: [LIB.conv, LIB.matmulTile, { file: 'conv_weight_gradient_tile.wgsl', text: tile }],
  bindings: ['read', 'read', 'write'],
});

export const SUM_SLICES: KernelSource = {
  name: 'sum_slices',
  parts: [{ file: 'sum_slices.wgsl', text: sumText }],
  bindings: ['read', 'write'],
};

/** As many workgroups as keep an adapter busy: a GPU, or the cores of a processor. */
const ENOUGH = { tile: 512, quad: 16 };
/** Pixels of a slice at least, so that adding up stays the smaller part. */
const PIXELS_OF_SLICE = 64;

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
  readonly scratch: GPUBuffer;
}

/** Slices the pixels are cut into. */
function slicesOf(layer: LayerShape, B: number, variant: VariantId): number {
  const quad = quadGradientWorkgroups(windowsOf(B, layer), variant);
  const { rows = 1, columns = 1 } = CONV_WEIGHT_GRADIENT[variant] ?? {};
  const tileCount = Math.ceil(layer.I / rows) * Math.ceil(layer.O / columns);
  const wanted = Math.ceil(quad === null ? ENOUGH.tile / tileCount : ENOUGH.quad / quad);
  const most = Math.floor(pixelsOut(B, layer) / PIXELS_OF_SLICE);
  return Math.max(1, Math.min(wanted, most));
}

/**
 * Words of scratch memory the products of a convolution need with these kernels: one buffer of the
 * largest need of a network serves all of its layers in turn.
 */
export function convScratchWords(layer: LayerShape, B: number, kernels: LayerKernels): number {
  const slices = slicesOf(layer, B, kernels.weightGradient);
  return Math.max(
    turnedWords(layer, kernels.inputGradient),
    slices > 1 ? slices * layer.I * layer.O : 0,
  );
}

/** The product, into [slices, I, O]. */
function sliced(
  builder: Builder,
  r: ConvWeightGradientRequest,
  slices: number,
  output: GPUBuffer,
): Promise<Dispatch> {
  const { label, variant, B, layer, x, dz } = r;
  const { I, O, from, to } = layer;
  const pixels = pixelsOut(B, layer);
  const counts = {
    flops: 2 * pixels * I * O,
    bytes: 4 * (B * (sizeOf(from) + sizeOf(to)) + slices * I * O),
  };
  const quad = quadGradient(builder, {
    ...{ label, variant, windows: windowsOf(B, layer), ...counts },
    ...{ x: readOf(x, from), dz: readOf(dz, to), dwb: output, splits: slices },
  });
  if (quad !== null) return quad;
  const tiled = CONV_WEIGHT_GRADIENT[variant];
  if (tiled === undefined) throw new RangeError(`${label} has no kernel ${variant}`);
  return builder.kernels.dispatch({
    ...{ label, ...counts },
    source: tiled.source,
    constants: {
      ...convConstants(layer),
      ...{ M: I, N: O, K: Math.ceil(pixels / slices), SCALE: 1, ZERO: x.zero },
      ...{ PIXELS: pixels, SLICES: slices },
      ...tiled.constants,
    },
    buffers: [x.buffer, dz.buffer, output],
    grid: foldedGrid(Math.ceil(O / tiled.columns), slices * Math.ceil(I / tiled.rows)),
  });
}

export async function convWeightGradient(
  builder: Builder,
  r: ConvWeightGradientRequest,
): Promise<Dispatch[]> {
  const { label, variant, B, layer, dwb, scratch } = r;
  const slices = slicesOf(layer, B, variant);
  if (slices === 1) return [await sliced(builder, r, 1, dwb)];
  const count = layer.I * layer.O;
  const sum = builder.kernels.dispatch({
    label: `${label}.sum`,
    source: SUM_SLICES,
    constants: { COUNT: count, SLICES: slices },
    buffers: [scratch, dwb],
    grid: [Math.min(groups(count, 64), 1024)],
    bytes: 4 * count * (slices + 1),
  });
  return Promise.all([sliced(builder, r, slices, scratch), sum]);
}
