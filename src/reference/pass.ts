/**
 * One minibatch through the network and back. In a hidden layer: z = x wb -> batch norm -> ReLU ->
 * dropout; in the output layer: z = x wb -> batch norm -> loss. (Courbariaux, Bengio and David 2015,
 * algorithm 1.)
 */
import { at } from '../experiment/at.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import {
  type Affine,
  normBackward,
  normForward,
  type Normalised,
  type Statistics,
  statisticsOf,
} from './batch-norm.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from './dense.ts';
import type { Floats } from './floats.ts';
import { lossOf } from './losses.ts';
import { dropoutMask, dropped, reluBackward, reluForward } from './relu-dropout.ts';

/** A layer as the forward pass needs it. */
export interface PassLayer extends Affine {
  readonly shape: LayerShape;
  /** [I, O]: the weights that propagate. */
  readonly wb: Floats;
}

export interface LayerGradients {
  /** [I, O]: the gradient at the propagated weights. */
  readonly dwb: Floats;
  readonly dgamma: Floats;
  readonly dbeta: Floats;
}

export interface Gradients {
  /** Mean loss of the minibatch. */
  readonly loss: number;
  /** Examples misclassified. */
  readonly errors: number;
  readonly layers: readonly LayerGradients[];
}

/** What the backward pass needs of a layer's forward pass. */
interface Trace {
  readonly x: Floats;
  readonly normalised: Normalised;
  /** Dropout of this layer's output. */
  readonly mask: Floats | null;
}

/** Loss and all gradients of minibatch x [B, I] at training step `step`, with one wb for both directions. */
export function trainingPass(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  labels: ArrayLike<number>,
  step: number,
): Gradients {
  const B = labels.length;
  const { dropout, batchNorm } = spec.network;
  const { seed } = spec;

  const inputs = at(layers, 0).shape.I;
  if (x.length !== B * inputs) {
    throw new RangeError(`${x.length} numbers for ${B} examples of ${inputs}`);
  }
  let flowing = dropped(x, dropoutMask(B, inputs, dropout.input, { seed, site: 0, step }));
  const traces = layers.map((layer, l): Trace => {
    const { I, O, hidden } = layer.shape;
    const z = denseForward(flowing, layer.wb, { B, I, O });
    const normalised = normForward(batchNorm, z, layer, statisticsOf(z, B, O));
    const mask = hidden ? dropoutMask(B, O, dropout.hidden, { seed, site: l + 1, step }) : null;
    const trace = { x: flowing, normalised, mask };
    flowing = hidden ? dropped(reluForward(normalised.y), mask) : normalised.y;
    return trace;
  });

  const {
    loss,
    dz: dScores,
    errors,
  } = lossOf(spec.loss, flowing, labels, at(layers, layers.length - 1).shape.O);

  const gradients: LayerGradients[] = [];
  let dOut = dScores;
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = at(layers, l);
    const { I, O, hidden } = layer.shape;
    const { x: into, normalised, mask } = at(traces, l);
    const dy = hidden ? reluBackward(normalised.y, dropped(dOut, mask)) : dOut;
    const { dz, dgamma, dbeta } = normBackward(batchNorm, dy, normalised, layer);
    gradients.unshift({ dwb: denseBackwardWeights(into, dz, { B, I, O }), dgamma, dbeta });
    // The input needs no gradient.
    if (l > 0) dOut = denseBackwardInput(dz, layer.wb, { B, I, O });
  }
  return { loss, errors, layers: gradients };
}

/**
 * Scores [B, classes] of x [B, I] without dropout, each layer normalised by `statistics`, or by the
 * batch itself where null; and the statistics it was normalised by.
 */
export function inferencePass(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  statistics: readonly Statistics[] | null,
): { readonly scores: Floats; readonly statistics: readonly Statistics[] } {
  const B = x.length / at(layers, 0).shape.I;
  let flowing = x;
  const used = layers.map((layer, l) => {
    const { I, O, hidden } = layer.shape;
    const z = denseForward(flowing, layer.wb, { B, I, O });
    const own = statistics === null ? statisticsOf(z, B, O) : at(statistics, l);
    const { y } = normForward(spec.network.batchNorm, z, layer, own);
    flowing = hidden ? reluForward(y) : y;
    return own;
  });
  return { scores: flowing, statistics: used };
}
