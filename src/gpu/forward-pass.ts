/** A network that learns by backpropagation, without a way back: for evaluations and looks. */
import { at } from '../experiment/at.ts';
import type { Dispatch } from './kernel.ts';
import { followingForward, followingOf } from './layers/after.ts';
import type { EvaluationWeights, ForwardOptions, ForwardPass } from './learning/learning.ts';
import type { Network } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { binarise } from './ops/weights.ts';

/** What passes with a kind of weights read of every layer's stored ones; signs go into `signs`. */
export async function preparedWeights(
  builder: Builder,
  { layers, ternary }: Network,
  weights: EvaluationWeights,
  signs: readonly GPUBuffer[],
): Promise<Dispatch[]> {
  switch (weights) {
    case 'real':
      return [];
    case 'binary':
      return Promise.all(layers.map((layer, l) => binarise(builder, layer, false, at(signs, l))));
    case 'ternary':
      if (ternary === null) throw new RangeError('ternary weights of a run without retraining');
      return Promise.all(ternary.map(({ prepare }) => prepare(builder)));
  }
}

/** How many there are up to the end of each part. */
export function endsOf(parts: readonly { readonly length: number }[]): number[] {
  let end = 0;
  return parts.map(({ length }) => (end += length));
}

/** All layers without a way back. `scratch` is what batch norm adds up chunks in. */
export async function forwardPass(
  builder: Builder,
  network: Network,
  { B, weights, drawing = null, signs, stats, scratch, statistics, valuesAt }: ForwardOptions,
): Promise<ForwardPass> {
  const partials = at(scratch, 0);
  // Ternary weights are what the second phase propagates.
  const rules = at(network.phases, weights === 'ternary' ? 1 : 0);
  let turn = 0;
  const outputs: number[] = [];
  const parts = network.layers.map((layer, l) => {
    const products = at(rules, l);
    const pass = {
      training: false,
      B,
      H: weights === 'binary' ? layer.shape.H : null,
      bits: at(signs, l),
      x: valuesAt(turn),
      z: valuesAt(turn + 1).buffer,
    };
    if (drawing !== null && products.byMoments !== undefined) {
      turn += 2;
      outputs.push(turn);
      const a = valuesAt(turn).buffer;
      const drawn = { ...drawing, pass, statistics, stats: at(stats, l), a };
      return [products.byMoments(builder, layer, drawn)];
    }
    const product = products.forward(builder, layer, pass);
    turn += 1;
    const after = followingOf(layer.shape, network.spec.network.pooling).map((following) => {
      const part = followingForward(
        builder,
        layer,
        { B, stats: at(stats, l), partials, keep: 1 },
        {
          following,
          last: true,
          statistics,
          input: valuesAt(turn).buffer,
          output: valuesAt(turn + 1).buffer,
          picks: null,
        },
      );
      turn += 1;
      return part;
    });
    outputs.push(turn);
    const signalled = products.signals?.(builder, B, valuesAt(turn).buffer);
    return [product, ...after, ...(signalled ? [Promise.all([signalled])] : [])];
  });
  const layers = await Promise.all(parts.map(async (part) => (await Promise.all(part)).flat()));
  return { dispatches: layers.flat(), ends: endsOf(layers), outputs, turn };
}
