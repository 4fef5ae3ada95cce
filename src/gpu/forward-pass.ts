/** A network that learns by backpropagation, without a way back: for evaluations and looks. */
import { at } from '../experiment/at.ts';
import type { Dispatch } from './kernel.ts';
import { followingForward, followingOf } from './layers/after.ts';
import type { ForwardOptions, ForwardPass } from './learning/learning.ts';
import type { Network } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { binarise } from './ops/weights.ts';

/** Signs of every layer's stored weights into `signs`. */
export const signsOf = (
  builder: Builder,
  network: Network,
  signs: readonly GPUBuffer[],
): Promise<Dispatch[]> =>
  Promise.all(network.layers.map((layer, l) => binarise(builder, layer, false, at(signs, l))));

/** All layers without a way back. `scratch` is what batch norm adds up chunks in. */
export async function forwardPass(
  builder: Builder,
  network: Network,
  { B, weights, drawing = null, signs, stats, scratch, statistics, valuesAt }: ForwardOptions,
): Promise<ForwardPass> {
  const partials = at(scratch, 0);
  let turn = 0;
  const outputs: number[] = [];
  const parts = network.layers.flatMap((layer, l) => {
    const products = at(network.products, l);
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
    return [product, ...after];
  });
  const dispatches = await Promise.all(parts);
  return { dispatches: dispatches.flat(), outputs, turn };
}
