/** Which weight is followed through its step, and how far: the state behind "What is happening". */
import { createStore } from 'zustand/vanilla';
import type { LayerSummary, WeightPlace } from '../../session/protocol.ts';
import type { PageState } from '../state/page-state.ts';
import { isReady, refusalOf } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';

export const HAPPENING = 'What is happening';

export const PHASES = ['Binarise', 'Forward', 'Backward', 'Update and clip'] as const;

type Chosen = Omit<WeightPlace, 'row'> & { readonly row: number | null };

export interface Following {
  /** A row of null: the one in the middle, which hardly any example leaves without a signal. */
  readonly place: Chosen;
  /** Phases shown of the latest step, 0..4. */
  readonly shown: number;
}

export const following = createStore<Following>(() => ({
  place: { layer: 0, row: null, column: 0 },
  shown: 0,
}));

/** A phase is left to show, or a step to take. */
export const canFollow = (state: PageState): boolean =>
  !state.tracing &&
  isReady(state) &&
  ((state.trace !== null && following.getState().shown < PHASES.length) ||
    refusalOf(state) !== 'finished');

/** The row of the input in the middle of the maps that a layer reads. */
function middleOf({ I, from }: LayerSummary): number {
  const { height, width, channels } = from;
  const centre = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
  return height * width * channels === I ? centre : Math.floor(I / 2);
}

/** The nearest weight that the net at hand has. */
export function within({ layer, row, column }: Chosen, { opened }: PageState): WeightPlace {
  const layers = opened?.layers ?? [];
  const l = Math.max(0, Math.min(layer, layers.length - 1));
  const shape = layers[l];
  if (shape === undefined) return { layer: l, row: 0, column: 0 };
  const { I, O } = shape;
  return {
    layer: l,
    row: Math.min(row ?? middleOf(shape), I - 1),
    column: Math.min(column, O - 1),
  };
}

/** Show the next phase of the step at hand; behind the last one, take another step. */
export function nextPhase(playground: Playground): void {
  const { place, shown } = following.getState();
  if (playground.state.trace !== null && shown < PHASES.length) {
    following.setState({ shown: shown + 1 });
    return;
  }
  following.setState({ shown: 1 });
  playground.traceStep(within(place, playground.state));
}

/** Follow another weight: with the next step. */
export function follow(playground: Playground, place: Chosen): void {
  following.setState({ place, shown: 0 });
  playground.set({ trace: null, untraced: null });
}
