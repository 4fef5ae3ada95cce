/** How a worker's event changes the page's state. Pure: the streams take their share elsewhere. */
import type { Change } from '../../experiment/run.ts';
import type { Mode } from '../../experiment/spec.ts';
import type { SessionEvent } from '../../session/protocol.ts';
import { fineTuning, openedText, REFUSALS, resumedText } from '../text.ts';
import { sameData, settledDraft } from './drafts.ts';
import { isRunning, momentumOf, type Opened, type PageState } from './page-state.ts';

export function reduce(state: PageState, event: SessionEvent): Partial<PageState> {
  switch (event.type) {
    case 'phase':
      return {
        phase: event.phase,
        failure: event.failure,
        loading: event.phase === 'loading' ? state.loading : null,
        profiling: state.profiling && isRunning(event),
        tracing: state.tracing && isRunning(event),
      };
    case 'loading':
      return { loading: event };
    case 'opened':
      return opened(state, event);
    case 'resumed':
      return resumed(state, event);
    case 'returned':
      return returned(state, event.step, event.changes);
    case 'changed':
      return changed(state, event.change);
    case 'refused':
      return {
        ...{ mode: event.mode, momentum: event.momentum, remark: REFUSALS[event.reason] },
        // The page shows what was asked for until it is told that it is not to be.
        refusedMode: state.mode === event.mode ? null : state.mode,
      };
    case 'tuning':
      return { tuning: event.tuning };
    case 'profile':
      return { profile: event.profile, profiling: false };
    case 'trace':
      return { trace: event.trace, untraced: null, tracing: false };
    case 'untraced':
      return { untraced: event.reason, tracing: false };
    case 'program':
      return { program: event.program };
    case 'timed':
      return { stepTime: event.milliseconds };
    case 'frame':
      return { step: event.step, stepsPerSecond: event.stepsPerSecond, rate: event.rate };
    case 'opening':
    case 'epoch':
    case 'quantised':
    case 'ensemble':
    case 'look':
    case 'handed':
    case 'testing':
    case 'good':
      return {};
  }
}

/** A replayed change is in the run already; a new one ends what was still to be replayed. */
function changed(state: PageState, change: Change): Partial<PageState> {
  const { run } = state;
  const applied = [...state.applied, change];
  const isReplay = run.changes.some((known) => sameData(known, change));
  const binarises = change.step > 0 && modeBefore(state) === 'none' && isBinary(change);
  return {
    ...(binarises && { remark: fineTuning(run.spec.h) }),
    ...(change.field === 'mode' && { program: null }),
    mode: change.field === 'mode' ? change.value : state.mode,
    momentum: change.field === 'momentum' ? change.value : state.momentum,
    applied,
    run: isReplay ? run : { ...run, changes: applied },
  };
}

const isBinary = (change: Change): boolean => change.field === 'mode' && change.value !== 'none';

/** The mode in force before a change: the page shows the one asked for already. */
const modeBefore = ({ applied, run }: PageState): Mode =>
  applied.reduce((mode, change) => (change.field === 'mode' ? change.value : mode), run.spec.mode);

/** The same run, perhaps on another adapter: what it asked for stays what it asked for. */
function resumed(
  { opened, remark }: PageState,
  event: Extract<SessionEvent, { type: 'resumed' }>,
): Partial<PageState> {
  if (opened === null) return {};
  const { origin, asked } = opened.adapter;
  const isReplaced = event.adapter.origin === 'replaced';
  return {
    failure: null,
    opened: {
      ...opened,
      adapter: { ...event.adapter, asked, origin: isReplaced ? 'replaced' : origin },
    },
    remark: event.reason === '' ? remark : resumedText(event),
  };
}

/** Changes taken later are gone; those that replays have still to reach stay the run's. */
function returned(state: PageState, step: number, changes: number): Partial<PageState> {
  const { spec } = state.run;
  const applied = state.applied.slice(0, changes);
  const mode = applied.findLast(({ field }) => field === 'mode');
  const momentum = applied.findLast(({ field }) => field === 'momentum');
  return {
    ...{ step, applied, failure: null },
    mode: mode?.field === 'mode' ? mode.value : spec.mode,
    momentum: momentum?.field === 'momentum' ? momentum.value : momentumOf(spec),
  };
}

function opened(state: PageState, event: Opened): Partial<PageState> {
  const { spec } = event.run;
  // A new seed from the button belongs in the edits too: else applying them would bring the old one back.
  const reseeded = state.draft !== null && state.draft.seed === state.run.spec.seed;
  const draft = state.draft && reseeded ? { ...state.draft, seed: spec.seed } : state.draft;
  return {
    opened: event,
    run: event.run,
    applied: [],
    draft: draft && settledDraft(draft, spec),
    mode: spec.mode,
    momentum: momentumOf(spec),
    step: 0,
    stepsPerSecond: 0,
    rate: spec.rate.start,
    loading: null,
    tuning: null,
    stepTime: null,
    profile: null,
    profiling: false,
    trace: null,
    untraced: null,
    tracing: false,
    program: null,
    remark: openedText(event.adapter),
    refusedMode: null,
  };
}
