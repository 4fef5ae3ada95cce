/**
 * A dense layer with what follows it: z = x wb, batch norm, and on hidden layers ReLU and dropout.
 * Its parameters, its forward and its backward pass, side by side.
 *
 *   forward    z [B, O] = x [B, I] wb [I, O],  a = dropout(relu(norm(z)))
 *   backward   g [B, O] at a -> dz in place,  dx = dz wb^T,  dwb = x^T dz,
 *              w <- clip(w + scale * step(dwb), -H, H),  wb for the next step
 */
import type { Dispatch } from '../kernel.ts';
import type { Builder } from '../ops/builder.ts';
import { forward } from '../ops/forward.ts';
import { inputGradient } from '../ops/input-gradient.ts';
import { normalise, normaliseBackward, type Statistics } from '../ops/normalise.ts';
import { weightGradient } from '../ops/weight-gradient.ts';
import { update, type UpdateRequest } from '../ops/weights.ts';
import type { DenseParameters } from './parameters.ts';

const normShape = (layer: DenseParameters, B: number, z: GPUBuffer, stats: GPUBuffer) => ({
  label: `${layer.shape.name}.norm`,
  B,
  O: layer.shape.O,
  norm: layer.norm,
  relu: layer.shape.hidden,
  site: layer.index + 1,
  z,
  affine: layer.affine,
  stats,
});

export interface DenseForward {
  readonly B: number;
  /** H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  /** Bits to propagate where H is given. */
  readonly bits: GPUBuffer;
  readonly statistics: Statistics;
  /** Dropout only while training. */
  readonly keep: number;
  readonly x: GPUBuffer;
  readonly z: GPUBuffer;
  readonly stats: GPUBuffer;
  readonly a: GPUBuffer;
}

export function denseForward(
  builder: Builder,
  layer: DenseParameters,
  r: DenseForward,
): Promise<Dispatch[]> {
  const { I, O, name } = layer.shape;
  return Promise.all([
    forward(builder, {
      label: `${name}.forward`,
      variant: builder.profile.kernelsOf(layer.index).forward,
      B: r.B,
      I,
      O,
      H: r.H,
      x: r.x,
      w: layer.w,
      wBits: r.bits,
      z: r.z,
    }),
    normalise(builder, { ...normShape(layer, r.B, r.z, r.stats), keep: r.keep }, r.statistics, r.a),
  ]);
}

export interface DenseBackward {
  readonly B: number;
  readonly H: number | null;
  readonly x: GPUBuffer;
  readonly z: GPUBuffer;
  readonly stats: GPUBuffer;
  /** Gradient at a on entry, at z afterwards. */
  readonly g: GPUBuffer;
  /** Where the gradient at x goes, or null for the first layer, which needs none. */
  readonly dx: GPUBuffer | null;
  readonly update: UpdateRequest;
}

export async function denseBackward(
  builder: Builder,
  layer: DenseParameters,
  r: DenseBackward,
): Promise<Dispatch[]> {
  const { I, O, name } = layer.shape;
  const kernels = builder.profile.kernelsOf(layer.index);
  const product = { B: r.B, I, O };
  const dispatches = await Promise.all([
    normaliseBackward(
      builder,
      { ...normShape(layer, r.B, r.z, r.stats), keep: layer.keep },
      r.update.optimizer,
      r.g,
    ),
    // Before the update: dx takes the bits that the forward pass took.
    r.dx === null
      ? null
      : inputGradient(builder, {
          ...product,
          label: `${name}.dx`,
          variant: kernels.inputGradient,
          H: r.H,
          dz: r.g,
          w: layer.w,
          wBits: layer.wBits,
          dx: r.dx,
        }),
    weightGradient(builder, {
      ...product,
      label: `${name}.dwb`,
      variant: kernels.weightGradient,
      x: r.x,
      dz: r.g,
      dwb: r.update.dwb,
    }),
    update(builder, layer, r.update),
  ]);
  return dispatches.filter((dispatch) => dispatch !== null);
}
