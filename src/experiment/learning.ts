/**
 * What a rule of learning asks of the rest of a spec. `backprop` takes all there is. `expectation`
 * (Expectation BackPropagation) has weights and units of two values whose chances it learns: it takes
 * dense layers as they are, and no part of BinaryConnect's training. It does not read mode (which only
 * says by which readout a run is judged: the signs where deterministic, else the means), nor what says
 * how weights of other rules start, scale, step and lose (h, magnitude, initialisation, loss,
 * optimizer, rate, lrScale and their like), and refuses what would stand in or between the layers.
 */
import type { ExperimentSpec, LayerSpec } from './spec.ts';

/** Half-width of the uniform distribution that h starts from: variance 1 / fan in. */
export const expectedRange = (fanIn: number): number => Math.sqrt(3 / fanIn);

/** True where a run can be changed on its way: its weights' mode, its rate. */
export const takesChanges = ({ learning }: ExperimentSpec): boolean => learning === 'backprop';

/** What is said where a change is asked for and none is taken. */
export const NO_CHANGES =
  'Learning "expectation" has neither modes nor a rate: nothing can be changed on the way.';

/** What usually helps where a loss is no finite number any more. */
export const remedyOf = ({ learning }: ExperimentSpec): string =>
  learning === 'backprop' ? 'a smaller learning rate' : 'a smaller batch';

/** True where signs propagate in training, not real numbers. */
export const propagatesSigns = ({ learning, mode }: ExperimentSpec): boolean =>
  learning === 'backprop' && mode !== 'none';

/** Optional fields that say something. */
const named = (fields: object): string[] =>
  Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [key]));

/** What the network of any spec has. */
const NETWORK: readonly string[] = ['hidden', 'pooling', 'batchNorm', 'dropout'];

/** A dense layer that has nothing but its width. */
const isPlain = (layer: LayerSpec): boolean =>
  layer.type === 'dense' && named(layer).every((key) => key === 'type' || key === 'units');

/** Why a spec's rule of learning does not take the rest of it, in one sentence; null where it does. */
export function learningRefusal(spec: ExperimentSpec): string | null {
  if (spec.learning === 'backprop') return null;
  const { hidden, batchNorm, dropout } = spec.network;
  const position = hidden.findIndex((layer) => !isPlain(layer));
  if (position >= 0) {
    return `The experiment's network.hidden[${position}] does not fit: learning "expectation" takes plain dense layers only.`;
  }
  const only = (field: string, allowed: string): string =>
    `The experiment's ${field} does not fit learning "expectation"; allowed with it is ${allowed}.`;
  const other = named(spec.network).find((key) => !NETWORK.includes(key));
  if (other !== undefined) return only(`network.${other}`, 'none');
  if (batchNorm !== 'none') return only('network.batchNorm', 'none');
  if (dropout.input > 0) return only('network.dropout.input', '0');
  if (dropout.hidden > 0) return only('network.dropout.hidden', '0');
  return null;
}
