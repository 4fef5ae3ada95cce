/**
 * Ternary weights with retraining (Hwang and Sung 2014; Kim, Hwang and Sung 2014): a run in two phases. The
 * first trains real weights. Then every layer gets a step Delta, and every hidden layer's signals a step of
 * their own; the second phase trains on with -Delta, 0 and +Delta and with signals of a few levels, while
 * real weights take the updates. The rate and the momentum go through their schedules once in each.
 */
import type { ExperimentSpec, LayerSpec, Mode } from './spec.ts';

/** Levels of hidden signals where nothing else is said: 3 bits. */
export const USUAL_LEVELS = 8;

/** What each layer's Delta is tried times, after the least-squares one itself. */
export const SEARCH_FACTORS = [0.7, 0.85, 1.15, 1.3] as const;

/** A part of a run: the epochs done before it, and how many it has. */
export interface PhaseSpan {
  readonly first: number;
  readonly epochs: number;
}

/** The parts of a run, first to last. */
export function phasesOf({ epochs, retraining }: ExperimentSpec): readonly PhaseSpan[] {
  if (retraining === undefined) return [{ first: 0, epochs }];
  const { after } = retraining;
  return [
    { first: 0, epochs: after },
    { first: after, epochs: epochs - after },
  ];
}

/** The part that epoch `epoch` (from 0) belongs to; behind the end, the last. */
export const phaseAt = (spec: ExperimentSpec, epoch: number): PhaseSpan =>
  phasesOf(spec).reduce((found, phase) => (phase.first <= epoch ? phase : found));

/** What is said where a change of mode is asked for and none is taken. */
export const NO_MODES =
  'A run with retraining goes from real to ternary weights by itself: it takes changes of the rate, not of the mode.';

/** What of a layer stands in the way; null where nothing does. */
function unfit(layer: LayerSpec, position: number): string | null {
  if (layer.type === 'pool') return null;
  const { pieces = 1, maxNorm, dropout } = layer;
  const field = (name: string) => `network.hidden[${position}].${name}`;
  if (pieces > 1) return only(field('pieces'), '1');
  if (maxNorm !== undefined) return only(field('maxNorm'), 'none');
  return dropout === undefined ? null : only(field('dropout'), 'none');
}

const only = (field: string, allowed: string): string =>
  `The experiment's ${field} does not fit retraining; allowed with it is ${allowed}.`;

/** Why a spec cannot have the retraining it asks for, in one sentence; null where it can. */
export function retrainingRefusal(spec: ExperimentSpec): string | null {
  const { retraining, network, epochs } = spec;
  if (retraining === undefined) return null;
  if (retraining.after >= epochs) {
    return `The experiment's retraining.after is ${retraining.after} of ${epochs} epochs; allowed are fewer than all of them.`;
  }
  if (spec.learning !== 'backprop') return only('learning', 'backprop');
  if (spec.mode !== 'none') return only('mode', 'none');
  if (spec.magnitude !== 'bound') return only('magnitude', 'bound');
  const { dropout, dropConnect, companions, output } = network;
  if (dropout.input > 0) return only('network.dropout.input', '0');
  if (dropout.hidden > 0) return only('network.dropout.hidden', '0');
  if (dropConnect !== undefined) return only('network.dropConnect', 'none');
  if (companions !== undefined) return only('network.companions', 'none');
  if (output?.maxNorm !== undefined) return only('network.output.maxNorm', 'none');
  return network.hidden.map(unfit).find((refusal) => refusal !== null) ?? null;
}

/** A run without a second phase: the first alone. */
export function firstPhaseOf(spec: ExperimentSpec): ExperimentSpec {
  const { retraining, ...rest } = spec;
  return retraining === undefined ? spec : { ...rest, epochs: retraining.after };
}

/** The same experiment in another mode; retraining goes with real weights only. */
export const inMode = (spec: ExperimentSpec, mode: Mode): ExperimentSpec => ({
  ...(mode === 'none' ? spec : firstPhaseOf(spec)),
  mode,
});

/** As many epochs of retraining behind all that there are. */
export const retrained = (spec: ExperimentSpec): ExperimentSpec => ({
  ...spec,
  epochs: 2 * spec.epochs,
  retraining: { after: spec.epochs, signalLevels: spec.retraining?.signalLevels ?? USUAL_LEVELS },
});
