/** The page's state: everything the views show but the streams. Only `reduce` and the playground write it. */
import type { LessonPart } from '../../experiment/lesson.ts';
import { takesChanges } from '../../experiment/learning.ts';
import { MAX_CHANGES, runOf, type Change, type Run } from '../../experiment/run.ts';
import {
  DEFAULT_SPEC,
  type ExperimentSpec,
  type Mode,
  momentumOf as startMomentumOf,
} from '../../experiment/spec.ts';
import type {
  Failure,
  Phase,
  Refusal,
  SessionEvent,
  StepProfile,
  StepProgram,
  StepTrace,
  Tuning,
} from '../../session/protocol.ts';
import type { Theme } from './theme.ts';

export type Speed = number | 'max';

type EventOf<T extends SessionEvent['type']> = Omit<Extract<SessionEvent, { type: T }>, 'type'>;

export type Opened = EventOf<'opened'>;
export type Loading = EventOf<'loading'>;

/** A link that could not be read: its text stays visible beside the sentence. */
export interface BrokenLink {
  readonly text: string;
  readonly sentence: string;
}

/** What the latest Share did; `copied` is false where the clipboard was denied. */
export interface Shared {
  readonly url: string;
  readonly copied: boolean;
}

/** What a link says came of its run: read, and shown, by share/claim. */
export interface Claim {
  readonly run: Run;
  readonly text: string;
}

/** Something that was thrown away: what, and the state that brings it back. */
export interface Undo {
  readonly what: string;
  /** The state as it was, or the kept run whose checkpoint is to be gone on from. */
  readonly back: Pick<PageState, 'draft'> | { readonly resume: string };
}

/** True where it is a run that was left, false where it is edits; null: nothing. */
export const leavesRun = ({ undo }: Pick<PageState, 'undo'>): boolean | null =>
  undo && 'resume' in undo.back;

export interface PageState {
  readonly phase: Phase;
  readonly failure: Failure | null;
  readonly loading: Loading | null;
  /** The run that was asked for, or that stands on the device, with the changes made so far. */
  readonly run: Run;
  /** The changes that took effect so far; the run may carry others that a replay has still to reach. */
  readonly applied: readonly Change[];
  /** What the worker said about the run once it stood at step 0. */
  readonly opened: Opened | null;
  /** Edits of the spec that have not been applied; null: none. */
  readonly draft: ExperimentSpec | null;
  /** Fields whose text is no allowed value, by field id. */
  readonly invalid: Readonly<Record<string, true>>;
  /** Counts up whenever what was typed into the form is to be replaced by the spec's values. */
  readonly formVersion: number;
  /** The mode, and Nesterov's momentum, in force now. */
  readonly mode: Mode;
  readonly momentum: number;
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly rate: number;
  readonly speed: Speed;
  /** What is being measured, or was, for runs after this one; null: nothing to be said. */
  readonly tuning: Tuning | null;
  /** Milliseconds a training step of the run takes, measured before the first one; null: not measured. */
  readonly stepTime: number | null;
  /** Where the time of a step went when it was last measured; null: not measured in this run. */
  readonly profile: StepProfile | null;
  /** Kernels are being timed. */
  readonly profiling: boolean;
  /** What became of one weight in the latest step that told of it; null: none in this run did. */
  readonly trace: StepTrace | null;
  /** Why the latest one did not, in a sentence. */
  readonly untraced: string | null;
  readonly tracing: boolean;
  /** What a step of the run consists of; null: not asked for since something changed. */
  readonly program: StepProgram | null;
  /** What can be taken back; null: nothing. */
  readonly undo: Undo | null;
  /** Kept runs that were deleted and can be brought back. */
  readonly deletedRuns: number;
  /** A sentence about this run that stays until it is dismissed. */
  readonly remark: string | null;
  /** The mode that the run at hand did not take, where a run of its own could have it; null: none. */
  readonly refusedMode: Mode | null;
  readonly brokenLink: BrokenLink | null;
  readonly shared: Shared | null;
  /** The latest sentence for the polite live region. */
  readonly announcement: string;
  /** Methods are being trained one after another. */
  readonly isComparing: boolean;
  readonly embed: boolean;
  /** Lesson mode: parts of the page that its link leaves out. */
  readonly hide: readonly LessonPart[];
  readonly claim: Claim | null;
  /** A recorded run is played, and what was asked for before; null: runs are trained. */
  readonly recorded: { readonly before: Run } | null;
  /** A newer version of the page is there and waits. */
  readonly hasNews: boolean;
  readonly helpOpen: boolean;
  readonly paletteOpen: boolean;
  /** The glossary, open at an entry (null: at its beginning); null: closed. */
  readonly glossary: { readonly term: string | null } | null;
  /** The step of the tour that is shown, from 0; null: it is not. */
  readonly tour: number | null;
  /** The panel of a person's own data. */
  readonly ownOpen: boolean;
  /** The panel of checkpoints and exports. */
  readonly keepOpen: boolean;
  /** The panel of links. */
  readonly shareOpen: boolean;
  readonly theme: Theme;
  /** Whether single keys act: some people's input software types them by accident. */
  readonly shortcuts: boolean;
}

export const INITIAL_STATE: PageState = {
  phase: 'idle',
  failure: null,
  loading: null,
  run: runOf(DEFAULT_SPEC),
  applied: [],
  opened: null,
  draft: null,
  invalid: {},
  formVersion: 0,
  mode: DEFAULT_SPEC.mode,
  momentum: 0,
  step: 0,
  stepsPerSecond: 0,
  rate: DEFAULT_SPEC.rate.start,
  speed: 'max',
  tuning: null,
  stepTime: null,
  profile: null,
  profiling: false,
  trace: null,
  untraced: null,
  tracing: false,
  program: null,
  undo: null,
  deletedRuns: 0,
  remark: null,
  refusedMode: null,
  brokenLink: null,
  shared: null,
  announcement: '',
  isComparing: false,
  embed: false,
  hide: [],
  claim: null,
  recorded: null,
  hasNews: false,
  helpOpen: false,
  paletteOpen: false,
  glossary: null,
  tour: null,
  ownOpen: false,
  keepOpen: false,
  shareOpen: false,
  theme: 'system',
  shortcuts: true,
};

/** The spec the form shows: the edits, or the run's own. */
export const shownSpec = (state: PageState): ExperimentSpec => state.draft ?? state.run.spec;

export const momentumOf = (spec: ExperimentSpec): number => startMomentumOf(spec.optimizer) ?? 0;

/** What the run asked for before its adapter decided: what another run of its kind should ask for. */
export const askedKernels = ({ run, opened }: Pick<PageState, 'run' | 'opened'>): string =>
  opened === null || opened.adapter.origin === 'given' ? run.kernels : 'auto';

/** Why a run in the middle takes no change; null: it does. */
export function refusalOf(
  state: Pick<PageState, 'opened' | 'step' | 'applied' | 'recorded'>,
): Refusal | null {
  const { opened, step, applied, recorded } = state;
  if (recorded !== null) return 'recorded';
  if (opened !== null && step >= opened.stepsPerEpoch * opened.run.spec.epochs) return 'finished';
  if (opened !== null && !takesChanges(opened.run.spec)) return 'fixed';
  return applied.length >= MAX_CHANGES ? 'too-many' : null;
}

/** True in the second phase of a run with retraining, whose own weights are ternary. */
export function isRetraining({ opened, step }: Pick<PageState, 'opened' | 'step'>): boolean {
  const after = opened?.run.spec.retraining?.after ?? Infinity;
  return opened !== null && step > after * opened.stepsPerEpoch;
}

/** True while pressing the button should pause. */
export const isRunning = ({ phase }: Pick<PageState, 'phase'>): boolean =>
  phase === 'training' || phase === 'evaluating' || phase === 'quantising';

/** True once a run stands on the device and can be commanded. */
export const isReady = ({ phase, opened }: Pick<PageState, 'phase' | 'opened'>): boolean =>
  opened !== null && (isRunning({ phase }) || phase === 'paused' || phase === 'finished');
