/**
 * DropConnect (Wan et al. 2013) in hidden dense layers. In training every example sees weights of its own,
 * each there with probability p; masks are drawn before the product, and drawn again, the same ones,
 * for the way back. Without training the mean of what examples see propagates: p times the weights.
 */
import { sizeOf } from '../../experiment/datasets.ts';
import { type Keep, keepFor, maskWords } from '../../experiment/drop-connect.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Arena } from '../buffers.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Products } from '../layers/products.ts';
import { scale } from '../ops/magnitude.ts';
import { byMoments } from './moments.ts';
import {
  dropMasks,
  maskedForward,
  maskedInputGradient,
  maskedWeightGradient,
} from '../ops/masked.ts';

/** What all layers of a network whose weights drop out share. */
export interface DropConnectBuffers {
  /** Masks of the layer at hand. */
  readonly masks: GPUBuffer;
  /** One number: p. */
  readonly p: GPUBuffer;
}

/** Null where no layer's weights drop out. */
export function dropConnectBuffers(
  arena: Arena,
  spec: ExperimentSpec,
  layers: readonly LayerParameters[],
): DropConnectBuffers | null {
  const dropping = layers.flatMap(({ shape }) => {
    const keep = keepFor(spec, shape);
    return keep === null ? [] : [{ keep, words: maskWords(spec.batch, shape) }];
  });
  const [first] = dropping;
  if (first === undefined) return null;
  return {
    masks: arena.storage('dropConnect.masks', Math.max(...dropping.map(({ words }) => words))),
    p: arena.upload('dropConnect.p', Float32Array.of(first.keep.p)),
  };
}

export const withDropConnect = (
  { masks, p }: DropConnectBuffers,
  keep: Keep,
  inner: Products,
): Products => ({
  ...inner,

  forward: async (builder, layer, pass) => {
    const { name: label, I, O, to } = layer.shape;
    const { B, H, bits, x, z } = pass;
    if (!pass.training) {
      const product = await inner.forward(builder, layer, pass);
      return [...product, await scale(builder, `${label}.p`, p, z, B * sizeOf(to))];
    }
    const shape = { label, B, I, O };
    return Promise.all([
      dropMasks(builder, shape, layer.index, keep, masks),
      maskedForward(builder, { ...shape, H, w: layer.w, wBits: bits, masks, x: x.buffer, z }),
    ]);
  },

  backward: (builder, layer, { B, H, x, dz: { buffer: dz }, dx, dwb }) => {
    const { name: label, I, O } = layer.shape;
    const shape = { label, B, I, O };
    const { w, wBits } = layer;
    return Promise.all([
      dropMasks(builder, shape, layer.index, keep, masks),
      ...(dx === null
        ? []
        : [maskedInputGradient(builder, { ...shape, H, w, wBits, masks, dz, dx })]),
      maskedWeightGradient(builder, { ...shape, masks, x: x.buffer, dz, dwb }),
    ]);
  },

  byMoments: (builder, layer, pass) => byMoments(builder, layer, inner, keep, pass),

  scratchWords: () => 0,
});
