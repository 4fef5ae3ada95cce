/** The products of each kind of layer. */
import { convProducts } from './conv.ts';
import { denseProducts } from './dense.ts';
import type { LayerParameters } from './parameters.ts';
import type { Products } from './products.ts';

export const productsOf = ({ shape }: LayerParameters): Products =>
  shape.kind === 'conv' ? convProducts : denseProducts;
