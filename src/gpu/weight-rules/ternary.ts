/**
 * Ternary weights (experiment/retraining.ts): what propagates is -Delta, 0 or +Delta of the stored weights,
 * written anew for each step, forward and back; their gradient is handed to the stored weights unchanged.
 * Signals of hidden layers go on by their nearest level, and their gradient as if they had not been moved.
 */
import { sizeOf } from '../../experiment/datasets.ts';
import type { Arena } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Products } from '../layers/products.ts';
import type { Builder } from '../ops/builder.ts';
import { quantise, STEP_WORDS, ternarise } from '../ops/quantise.ts';

/** A layer whose weights can propagate by three levels. */
export interface TernaryLayer {
  readonly products: Products;
  /** See ops/quantise.ts. */
  readonly steps: GPUBuffer;
  /** The levels of its weights as they are stored now, for evaluations. */
  readonly prepare: (builder: Builder) => Promise<Dispatch>;
}

export function ternaryLayer(
  arena: Arena,
  { shape, w }: LayerParameters,
  inner: Products,
  levels: number,
): TernaryLayer {
  const { name, I, O, out, hidden } = shape;
  const count = I * O;
  const steps = arena.storage(`${name}.steps`, STEP_WORDS);
  const wq = arena.storage(`${name}.wq`, count);
  const prepare = (builder: Builder) =>
    ternarise(builder, { label: `${name}.wq`, w, wq, count, steps });
  const products: Products = {
    ...inner,
    propagates: { buffer: wq, each: true },
    forward: async (builder, layer, pass) => {
      const product = inner.forward(builder, { ...layer, w: wq }, pass);
      // Evaluations prepare once: their weights stay.
      return pass.training ? [await prepare(builder), ...(await product)] : product;
    },
    backward: (builder, layer, pass) => inner.backward(builder, { ...layer, w: wq }, pass),
    ...(hidden && {
      signals: (builder: Builder, B: number, a: GPUBuffer) =>
        quantise(builder, { label: `${name}.levels`, a, count: B * sizeOf(out), levels, steps }),
    }),
  };
  return { products, steps, prepare };
}
