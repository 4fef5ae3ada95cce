/**
 * Binary weights of magnitude mean |w|: what propagates is the mean of the layer's |w|, as stored at that
 * step, times the signs or the sample, instead of H times them. It is a number of the device that
 * every step finds anew, so products are made of +1 and -1 and multiplied afterwards; no gradient goes
 * through it. Probabilities and clipping keep H.
 */
import { sizeOf } from '../../experiment/datasets.ts';
import type { Arena } from '../buffers.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Products } from '../layers/products.ts';
import { MAGNITUDE_SUMS, meanMagnitude, scale } from '../ops/magnitude.ts';

export function withMeanMagnitude(
  arena: Arena,
  { shape: { name, I, O, from, to } }: LayerParameters,
  inner: Products,
): Products {
  const sums = arena.storage(`${name}.magnitude.sums`, MAGNITUDE_SUMS);
  const mean = arena.storage(`${name}.magnitude`, 1);
  return {
    ...inner,
    propagates: { buffer: mean, each: false },
    forward: async (builder, layer, pass) => {
      if (pass.H === null) return inner.forward(builder, layer, pass);
      const label = `${name}.magnitude`;
      const [measured, product, scaled] = await Promise.all([
        meanMagnitude(builder, { label, w: layer.w, count: I * O, sums, mean }),
        inner.forward(builder, layer, { ...pass, H: 1 }),
        scale(builder, label, mean, pass.z, pass.B * sizeOf(to)),
      ]);
      return [...measured, ...product, scaled];
    },
    backward: async (builder, layer, pass) => {
      if (pass.H === null) return inner.backward(builder, layer, pass);
      const products = await inner.backward(builder, layer, { ...pass, H: 1 });
      if (pass.dx === null) return products;
      const label = `${name}.dx.magnitude`;
      return [...products, await scale(builder, label, mean, pass.dx, pass.B * sizeOf(from))];
    },
  };
}
