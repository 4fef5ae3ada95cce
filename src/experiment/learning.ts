/**
 * What a rule of learning asks of the rest of a spec. `backprop` takes all there is. `expectation`
 * (Expectation BackPropagation) has weights and units of two values whose chances it learns: it takes
 * dense layers as they are, and no part of BinaryConnect's training. It does not read mode (which only
 * says by which readout a run is judged: the signs where deterministic, else the means), h,
 * initialisation, loss, optimizer, rate and lrScale, and refuses what would stand between the layers.
 */
import type { ExperimentSpec } from './spec.ts';

/** Half-width of the uniform distribution that h starts from: variance 1 / fan in. */
export const expectedRange = (fanIn: number): number => Math.sqrt(3 / fanIn);

/** True where a run can be changed on its way: its weights' mode, its rate. */
export const takesChanges = ({ learning }: ExperimentSpec): boolean => learning === 'backprop';

/** What is said where a change is asked for and none is taken. */
export const NO_CHANGES =
  'Learning "expectation" has neither modes nor a rate: nothing can be changed on the way.';

/** True where signs propagate in training, not real numbers. */
export const propagatesSigns = ({ learning, mode }: ExperimentSpec): boolean =>
  learning === 'backprop' && mode !== 'none';

/** Why a spec's rule of learning does not take the rest of it, in one sentence; null where it does. */
export function learningRefusal(spec: ExperimentSpec): string | null {
  if (spec.learning === 'backprop') return null;
  const { hidden, batchNorm, dropout } = spec.network;
  const position = hidden.findIndex(
    (layer) =>
      layer.type !== 'dense' || (layer.pieces ?? 1) > 1 || (layer.maxNorm ?? null) !== null,
  );
  if (position >= 0) {
    return `The experiment's network.hidden[${position}] does not fit: learning "expectation" takes plain dense layers only.`;
  }
  const only = (field: string, allowed: string): string =>
    `The experiment's ${field} does not fit learning "expectation"; allowed with it is ${allowed}.`;
  if (batchNorm !== 'none') return only('network.batchNorm', 'none');
  if (dropout.input > 0) return only('network.dropout.input', '0');
  if (dropout.hidden > 0) return only('network.dropout.hidden', '0');
  return null;
}
