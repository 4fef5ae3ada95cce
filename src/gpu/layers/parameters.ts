/** What a layer with weights keeps on the device, and what follows from its shape. */
import type { LayerShape } from '../../experiment/shapes.ts';
import type { BatchNorm } from '../../experiment/spec.ts';
import type { Arena } from '../buffers.ts';
import type { StateBuffer, TensorShape } from '../state.ts';

export interface LayerParameters {
  readonly shape: LayerShape;
  /** 0 for the first layer: its place in the random streams. */
  readonly index: number;
  /** ceil(O / 32): words of a row of bits. */
  readonly words: number;
  readonly momentsPerWeight: number;
  /** Stored real weights [I, O]. */
  readonly w: GPUBuffer;
  /** Optimiser moments, [momentsPerWeight, I, O]. */
  readonly moments: GPUBuffer;
  /** Bits that propagate, [I, words]; in mode none the signs. */
  readonly wBits: GPUBuffer;
  /** gamma, beta and their moments, [6, O]. */
  readonly affine: GPUBuffer;
  readonly norm: BatchNorm;
  /** Keep probability of the dropout behind the activation. */
  readonly keep: number;
}

export function createLayer(
  arena: Arena,
  shape: LayerShape,
  index: number,
  options: {
    readonly momentsPerWeight: number;
    readonly norm: BatchNorm;
    readonly keep: number;
  },
): LayerParameters {
  const { I, O, name } = shape;
  const words = Math.ceil(O / 32);
  return {
    shape,
    index,
    words,
    ...options,
    w: arena.storage(`${name}.w`, I * O),
    moments: arena.storage(`${name}.moments`, options.momentsPerWeight * I * O),
    wBits: arena.storage(`${name}.wBits`, I * words),
    affine: arena.storage(`${name}.affine`, 6 * O),
  };
}

/** What of a layer's buffers the next step depends on. */
export type LayerPart = 'w' | 'moments' | 'affine' | 'wBits';

/** What a layer holds from one step to the next: the tensors alone. */
export function layerTensors(
  { name, I, O }: Pick<LayerShape, 'name' | 'I' | 'O'>,
  momentsPerWeight: number,
): (TensorShape & { readonly part: LayerPart })[] {
  const tensor = (part: LayerPart, dtype: TensorShape['dtype'], ...shape: number[]) => [
    { name: `${name}.${part}`, dtype, shape, part },
  ];
  return [
    ...tensor('w', 'F32', I, O),
    ...(momentsPerWeight === 0 ? [] : tensor('moments', 'F32', momentsPerWeight, I, O)),
    ...tensor('affine', 'F32', 6, O),
    ...tensor('wBits', 'U32', I, Math.ceil(O / 32)),
  ];
}

/** The same with the buffers that hold them. */
export const layerState = (layer: LayerParameters): StateBuffer[] =>
  layerTensors(layer.shape, layer.momentsPerWeight).map(({ part, ...tensor }) => ({
    ...tensor,
    buffer: layer[part],
  }));
