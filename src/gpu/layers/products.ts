/** What every kind of layer does with its weights: one product forward, two backward. */
import type { Activation } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import type { Builder } from '../ops/builder.ts';
import type { MomentsBuffers } from '../ops/moments.ts';
import type { Statistics } from '../ops/normalise.ts';
import type { LayerParameters } from './parameters.ts';

export interface ForwardPass {
  readonly B: number;
  /** What is drawn for a minibatch, as masks, applies in training only. */
  readonly training: boolean;
  /** H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  /** Bits to propagate where H is given. */
  readonly bits: GPUBuffer;
  /** [B, from] */
  readonly x: Activation;
  /** [B, to] */
  readonly z: GPUBuffer;
}

export interface BackwardPass {
  readonly B: number;
  readonly H: number | null;
  readonly x: Activation;
  /** [B, to] */
  readonly dz: Activation;
  /** [B, from], or null for the first layer, which needs none. */
  readonly dx: GPUBuffer | null;
  /** [I, O] */
  readonly dwb: GPUBuffer;
  /** What kernels may write in between; see scratchWords. */
  readonly scratch: GPUBuffer;
}

/** A forward pass of units drawn by their moments, through batch norm and ReLU to their mean activations. */
export interface MomentsPass {
  readonly pass: ForwardPass;
  /** Draws a unit. */
  readonly samples: number;
  readonly statistics: Statistics;
  /** [2, O]: collected statistics. */
  readonly stats: GPUBuffer;
  readonly buffers: MomentsBuffers;
  /** [B, O] */
  readonly a: GPUBuffer;
}

export interface Products {
  readonly forward: (
    builder: Builder,
    layer: LayerParameters,
    pass: ForwardPass,
  ) => Promise<Dispatch[]>;
  /** dx before dwb; both read the weights as they propagated, so the update comes after. */
  readonly backward: (
    builder: Builder,
    layer: LayerParameters,
    pass: BackwardPass,
  ) => Promise<Dispatch[]>;
  /** In place of the product and what follows it; absent where a layer's units are not drawn. */
  readonly byMoments?: (
    builder: Builder,
    layer: LayerParameters,
    pass: MomentsPass,
  ) => Promise<Dispatch[]>;
  /** What is done to what a layer hands on, [B, out], in place; absent where it stays as it is. */
  readonly signals?: (builder: Builder, B: number, a: GPUBuffer) => Promise<Dispatch>;
  /**
   * Where what propagates lies, from the forward pass on to the update: each weight [I, O], or one number
   * that signs are multiplied by. Absent where it is w or +-H.
   */
  readonly propagates?: { readonly buffer: GPUBuffer; readonly each: boolean };
  /** Words of scratch memory the backward pass needs. */
  readonly scratchWords: (builder: Builder, layer: LayerParameters, B: number) => number;
}
