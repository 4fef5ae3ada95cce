/**
 * A spec's weight rule: how stored weights become those that propagate. Signs and samples are bits that
 * the update writes; what else a rule does, it does around the products of its layers, so that a
 * network only asks for a layer's products.
 */
import { keepFor } from '../../experiment/drop-connect.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Arena } from '../buffers.ts';
import { productsOf } from '../layers/kinds.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Products } from '../layers/products.ts';
import { dropConnectBuffers, withDropConnect } from './drop-connect.ts';
import { withMeanMagnitude } from './mean-magnitude.ts';
import { type TernaryLayer, ternaryLayer } from './ternary.ts';

/** The layers of a run's second phase; null where it has none. */
export const ternaryBy = (
  arena: Arena,
  { retraining }: ExperimentSpec,
  layers: readonly LayerParameters[],
): readonly TernaryLayer[] | null =>
  retraining === undefined
    ? null
    : layers.map((layer) => ternaryLayer(arena, layer, productsOf(layer), retraining.signalLevels));

/** The products of each layer by a spec's rule. */
export const productsBy = (
  arena: Arena,
  spec: ExperimentSpec,
  layers: readonly LayerParameters[],
): Products[] => {
  const dropping = dropConnectBuffers(arena, spec, layers);
  return layers.map((layer) => {
    const products = productsOf(layer);
    const keep = keepFor(spec, layer.shape);
    if (dropping !== null && keep !== null) return withDropConnect(dropping, keep, products);
    return spec.magnitude === 'mean' ? withMeanMagnitude(arena, layer, products) : products;
  });
};
