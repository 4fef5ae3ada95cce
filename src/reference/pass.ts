/**
 * One minibatch through the network and back: layer after layer, with dropout of the input and of
 * each hidden layer's output, to the loss. (Courbariaux, Bengio and David 2015, algorithm 1.)
 */
import { at } from '../experiment/at.ts';
import { sizeOf } from '../experiment/datasets.ts';
import { keepFor } from '../experiment/drop-connect.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Statistics } from './batch-norm.ts';
import { type CompanionGradients, companionGradients, type CompanionState } from './companion.ts';
import { dropMasks } from './drop-connect.ts';
import type { Floats } from './floats.ts';
import { layerBackward, layerForward, type LayerGradients, type PassLayer } from './layer.ts';
import { lossOf } from './losses.ts';
import { dropoutMask, dropped } from './relu-dropout.ts';

export interface Gradients {
  /** Mean loss of the minibatch. */
  readonly loss: number;
  /** Examples misclassified. */
  readonly errors: number;
  readonly layers: readonly LayerGradients[];
  /** Of each layer's companion; null where it has none. */
  readonly companions: readonly (CompanionGradients | null)[];
}

/** Numbers of an example, as the first layer reads it. */
export const inputsOf = (layers: readonly PassLayer[]): number => sizeOf(at(layers, 0).shape.from);

/** A layer with the masks of a training step, where its weights drop out. */
function withMask(
  spec: ExperimentSpec,
  layer: PassLayer,
  B: number,
  l: number,
  step: number,
): PassLayer {
  const keep = keepFor(spec, layer.shape);
  if (keep === null) return layer;
  const { I, O } = layer.shape;
  return { ...layer, mask: dropMasks({ B, I, O }, keep, { seed: spec.seed, layer: l, step }) };
}

/** Loss and all gradients of minibatch x [B, inputs] at training step `step`, with one wb for both directions. */
export function trainingPass(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  labels: ArrayLike<number>,
  step: number,
  companions: readonly (CompanionState | null)[] = [],
): Gradients {
  const B = labels.length;
  const { network, seed } = spec;
  const { dropout } = network;

  const inputs = inputsOf(layers);
  if (x.length !== B * inputs) {
    throw new RangeError(`${x.length} numbers for ${B} examples of ${inputs}`);
  }
  let flowing = dropped(x, dropoutMask(B, inputs, dropout.input, { seed, site: 0, step }));
  const seen = layers.map((layer, l) => withMask(spec, layer, B, l, step));
  const traces = seen.map((layer, l) => {
    const { dropout: rate, out: maps } = layer.shape;
    const { out, trace } = layerForward(network, layer, flowing, null);
    const where = { seed, site: l + 1, step };
    const mask = dropoutMask(B, sizeOf(maps), rate, where);
    flowing = dropped(out, mask);
    return { ...trace, mask };
  });

  const {
    loss,
    dz: dScores,
    errors,
  } = lossOf(spec.loss, flowing, labels, at(layers, layers.length - 1).shape.O);

  const aside = traces.map(({ normalised }, l) => {
    const companion = companions[l] ?? null;
    return companion === null ? null : companionGradients(companion, normalised.y, labels);
  });
  const gradients: LayerGradients[] = [];
  let dOut: Floats | null = dScores;
  for (let l = layers.length - 1; dOut !== null; l--) {
    const trace = at(traces, l);
    const d = dropped(dOut, trace.mask);
    const added = at(aside, l)?.dx ?? null;
    const back = layerBackward(network, at(seen, l), trace, d, l === 0, added);
    gradients.unshift(back.gradients);
    dOut = back.dx;
  }
  return { loss, errors, layers: gradients, companions: aside };
}

/**
 * Scores [B, classes] of x [B, inputs] without dropout, each layer normalised by `statistics`, or by
 * the batch itself where null; and the statistics it was normalised by.
 */
export function inferencePass(
  spec: ExperimentSpec,
  layers: readonly PassLayer[],
  x: Floats,
  statistics: readonly Statistics[] | null,
): { readonly scores: Floats; readonly statistics: readonly Statistics[] } {
  let flowing = x;
  const used = layers.map((layer, l) => {
    const given = statistics === null ? null : at(statistics, l);
    const { out, trace } = layerForward(spec.network, layer, flowing, given);
    flowing = out;
    return trace.normalised.statistics;
  });
  return { scores: flowing, statistics: used };
}
