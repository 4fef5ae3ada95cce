/**
 * How DropConnect is tested in place of its mean weights (Wan et al. 2013): a unit of a layer whose weights
 * drop out is a sum of many masked terms, about N(p W v, p (1 - p) (W * W)(v * v)). It is drawn from
 * that a number of times, and the mean of its activations goes on. Batch norm's statistics are those of
 * such units: the variance of their means, and the mean of their variances.
 */
import type { Keep } from '../../experiment/drop-connect.ts';
import type { Arena } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { MomentsPass, Products } from '../layers/products.ts';
import type { Builder } from '../ops/builder.ts';
import { square } from '../ops/expectation.ts';
import { momentsActivation, type MomentsBuffers, momentsStatistics } from '../ops/moments.ts';

/** Sized for the largest of the layers, and batches of B. */
export function momentsBuffers(
  arena: Arena,
  layers: readonly LayerParameters[],
  B: number,
): MomentsBuffers {
  const largest = (of: (layer: LayerParameters) => number) => Math.max(...layers.map(of));
  const weights = largest(({ shape: { I, O } }) => I * O);
  const outputs = largest(({ shape: { O } }) => O);
  return {
    xx: arena.storage('moments.xx', B * largest(({ shape: { I } }) => I)),
    ww: arena.storage('moments.ww', weights),
    ones: arena.upload('moments.ones', new Float32Array(weights).fill(1)),
    v: arena.storage('moments.v', B * outputs),
    own: arena.storage('moments.own', 2 * outputs),
  };
}

export async function byMoments(
  builder: Builder,
  layer: LayerParameters,
  products: Products,
  { p }: Keep,
  { pass, samples, statistics, stats, buffers, a }: MomentsPass,
): Promise<Dispatch[]> {
  const { name: label, I, O } = layer.shape;
  const { xx, ww, ones, v, own } = buffers;
  const { B, H, x, z } = pass;
  const squared = { ...layer, w: H === null ? ww : ones };
  const squares = { buffer: xx, zero: x.zero };
  // The products are made with H: it stands in z, and in the variances by its square.
  const drawn = { label, B, O, mean: p, spread: p * (1 - p) * (H ?? 1) ** 2, z, v };
  const collecting = statistics.of === 'collected' ? null : statistics;
  const share = collecting?.of === 'batch-collected' ? collecting.share : 0;
  const parts = await Promise.all([
    Promise.all([
      square(builder, `${label}.xx`, x.buffer, xx, B * I),
      ...(H === null ? [square(builder, `${label}.ww`, layer.w, ww, I * O)] : []),
    ]),
    products.forward(builder, layer, pass),
    products.forward(builder, squared, { ...pass, H: null, x: squares, z: v }),
    Promise.all(
      collecting === null
        ? []
        : [momentsStatistics(builder, drawn, { own, collected: stats, share })],
    ),
    Promise.all([
      momentsActivation(builder, {
        ...drawn,
        ...{ layer: layer.index, samples, norm: layer.norm, affine: layer.affine, a },
        stats: collecting === null ? stats : own,
      }),
    ]),
  ]);
  return parts.flat();
}
