/**
 * Exact counts of a network's arithmetic and weight memory. What is not counted: batch norm,
 * activations, the loss and the optimiser, which grow with units or weights, not with their product.
 */
import { at } from './at.ts';
import { sizeOf } from './datasets.ts';
import type { LayerShape } from './shapes.ts';

/** Real multiplications of a layer's matrix products in training, per example. */
export interface Multiplications {
  /** With real weights: forward, dX = dZ w^T (never needed by the first layer) and dW = X^T dZ. */
  readonly real: number;
  /** With binary weights: forward and dX only add and subtract; dW = X^T dZ stays. */
  readonly binary: number;
}

export interface Counts {
  /** Multiply-accumulates of one forward pass, per example. */
  readonly macs: number;
  readonly weights: number;
  readonly multiplications: Multiplications;
  /** Share of the real multiplications that binary weights save in training, 0..1. */
  readonly avoided: number;
  /** Bytes of the weights as float32, and as one bit each. Training keeps both, and the moments. */
  readonly bytes: { readonly real: number; readonly binary: number };
}

export interface NetworkCounts extends Counts {
  readonly layers: readonly (Counts & { readonly name: string })[];
}

function counted(weights: number, macs: number, real: number): Counts {
  return {
    macs,
    weights,
    multiplications: { real, binary: macs },
    avoided: (real - macs) / real,
    bytes: { real: 4 * weights, binary: weights / 8 },
  };
}

/** Multiply-accumulates of a layer's product for one example: a row of I for each of its outputs. Zeros of a padding count as work. */
export const macsOf = ({ I, to }: LayerShape): number => I * sizeOf(to);

/**
 * Counts of a whole network and of each layer; `layers` first to last, at least one. (Courbariaux,
 * Bengio and David 2015, section 2.3: of three products two lose their multiplications.)
 */
export function countsOf(layers: readonly LayerShape[]): NetworkCounts {
  const weights = layers.reduce((sum, { I, O }) => sum + I * O, 0);
  const macs = layers.reduce((sum, layer) => sum + macsOf(layer), 0);
  return {
    ...counted(weights, macs, 3 * macs - macsOf(at(layers, 0))),
    layers: layers.map((layer, l) => ({
      name: layer.name,
      ...counted(layer.I * layer.O, macsOf(layer), (l === 0 ? 2 : 3) * macsOf(layer)),
    })),
  };
}
