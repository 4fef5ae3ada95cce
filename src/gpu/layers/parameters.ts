/** What a layer with weights keeps on the device, and what follows from its shape. */
import type { LayerShape } from '../../experiment/shapes.ts';
import type { BatchNorm } from '../../experiment/spec.ts';
import type { Arena } from '../buffers.ts';
import type { StateBuffer } from '../state.ts';

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

/** What a layer holds from one step to the next. */
export function layerState(layer: LayerParameters): StateBuffer[] {
  const { shape, words, momentsPerWeight, w, moments, wBits, affine } = layer;
  const { name, I, O } = shape;
  return [
    { name: `${name}.w`, dtype: 'F32', shape: [I, O], buffer: w },
    ...(momentsPerWeight === 0
      ? []
      : [
          {
            ...{ name: `${name}.moments`, dtype: 'F32' as const, buffer: moments },
            shape: [momentsPerWeight, I, O],
          },
        ]),
    { name: `${name}.affine`, dtype: 'F32', shape: [6, O], buffer: affine },
    { name: `${name}.wBits`, dtype: 'U32', shape: [I, words], buffer: wBits },
  ];
}
