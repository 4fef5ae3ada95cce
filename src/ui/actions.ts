/**
 * The one registry of what a person can do: buttons, shortcuts, the help sheet, the command palette and
 * tests read it.
 */
import type { LessonPart } from '../experiment/lesson.ts';
import { METHODS } from '../experiment/methods.ts';
import { goTo } from './common/go-to.ts';
import { comparison, keeper, runs } from './page.ts';
import { isReady, isRunning, refusalOf, type PageState } from './state/page-state.ts';
import type { Playground } from './state/playground.ts';
import { share } from './state/share.ts';
import { applyTheme, THEMES } from './state/theme.ts';
import { HELP, NO_CLOCK, RECORDED, TIMING } from './text.ts';
import { leaveTour, startTour, tourStart } from './tour/tour-state.ts';
import { canFollow, HAPPENING, nextPhase } from './understand/following.ts';

export interface Action {
  readonly name: string;
  readonly label: (state: PageState) => string;
  /** One sentence. */
  readonly help: string;
  /** A `KeyboardEvent.key`; null where there is none. */
  readonly key: string | null;
  /** What the help sheet prints for the key. */
  readonly keyName: string;
  /** Whether holding the key down repeats the action. */
  readonly repeats: boolean;
  /** The key acts with Ctrl or Command held, also while something is typed. */
  readonly chord?: boolean;
  readonly enabled: (state: PageState) => boolean;
  /** Why it is not enabled, in a sentence, where that is not what it usually is. */
  readonly why?: (state: PageState) => string;
  readonly run: (playground: Playground) => void;
}

/** What the paper's tables set beside each other. */
const USUAL_METHODS = METHODS.filter(({ id }) => ['none', 'det', 'stoch'].includes(id));

const always = (): boolean => true;

const NO_RUN = 'No run stands on the device yet.';
const FINISHED = 'This run is finished; rewind it first.';

/** Actions that need a run which is trained here. */
const LIVE: ReadonlySet<string> = new Set([
  ...['reseed', 'compare', 'profile', 'ensemble', 'phase'],
  ...['keep', 'share', 'sharing'],
]);

/** Actions that go with a part of the page that a lesson may leave out. */
const PART_OF: Readonly<Record<string, LessonPart>> = {
  data: 'data',
  reseed: 'seed',
  compare: 'compare',
  phase: 'step',
  keep: 'export',
  share: 'share',
  sharing: 'share',
};

/** True where the lesson at hand leaves the action out, wherever it is. */
export function isLeftOut({ name }: Pick<Action, 'name'>, { hide }: PageState): boolean {
  const part = PART_OF[name];
  return part !== undefined && hide.includes(part);
}

/** Why an action cannot be taken now, in a sentence; null: it can. */
export function refusalFor(action: Action, state: PageState): string | null {
  const { enabled, why } = action;
  if (isLeftOut(action, state)) return 'This lesson leaves it out.';
  if (state.recorded !== null && LIVE.has(action.name)) return RECORDED.refusal;
  if (enabled(state)) return null;
  return why?.(state) ?? (isReady(state) ? FINISHED : NO_RUN);
}

/** It goes through all of the page, and trains. */
export const hasTour = ({ embed, hide, recorded }: PageState): boolean =>
  !embed && hide.length === 0 && recorded === null;

const hasClock = ({ opened }: PageState): boolean => opened?.adapter.clock === true;

export const ACTIONS = {
  train: {
    name: 'train',
    label: (state) => (isRunning(state) ? 'Pause' : state.recorded === null ? 'Train' : 'Play'),
    help: 'Trains until you pause or the last epoch is done.',
    key: ' ',
    keyName: 'Space',
    repeats: false,
    enabled: (state) => isReady(state) && state.phase !== 'finished',
    run: (playground) => {
      if (isRunning(playground.state)) playground.pause();
      else playground.train();
    },
  },
  step: {
    name: 'step',
    label: () => 'Step',
    help: 'Takes one training step, on one minibatch, then pauses.',
    key: '.',
    keyName: '.',
    repeats: true,
    enabled: (state) => isReady(state) && state.phase !== 'finished',
    run: (playground) => {
      playground.step();
    },
  },
  rewind: {
    name: 'rewind',
    label: () => 'Rewind',
    help: 'Goes back to step 0 of the same run: same seed, same changes on the way.',
    key: 'r',
    keyName: 'R',
    repeats: false,
    enabled: (state) => isReady(state) || state.failure?.kind === 'not-finite',
    run: (playground) => {
      playground.rewind();
    },
  },
  reseed: {
    name: 'reseed',
    label: () => 'New seed',
    help: 'Goes back to step 0 with another seed: other first weights, another order of examples.',
    key: null,
    keyName: '',
    repeats: false,
    enabled: (state) => isReady(state),
    run: (playground) => {
      playground.reseed(1 + Math.floor(Math.random() * 999_999));
    },
  },
  compare: {
    name: 'compare',
    label: (state) => (state.isComparing ? 'Stop comparing' : 'Compare all'),
    help: 'Trains real, deterministic and stochastic weights one after another, from one seed and one order of examples.',
    key: 'c',
    keyName: 'C',
    repeats: false,
    enabled: (state) => state.isComparing || isReady(state),
    run: () => {
      if (comparison.isRunning) comparison.stop();
      else comparison.start(USUAL_METHODS);
    },
  },
  profile: {
    name: 'profile',
    label: () => 'Time the kernels',
    help: 'Takes training steps for about a second and times each kernel; they are steps of the run like any others.',
    key: null,
    keyName: '',
    repeats: false,
    enabled: (state) =>
      isReady(state) && !state.profiling && refusalOf(state) !== 'finished' && hasClock(state),
    why: (state) =>
      !isReady(state)
        ? NO_RUN
        : !hasClock(state)
          ? NO_CLOCK
          : state.profiling
            ? 'The kernels are being timed.'
            : TIMING.finished,
    run: (playground) => {
      playground.profile();
    },
  },
  ensemble: {
    name: 'ensemble',
    label: () => 'Measure an ensemble',
    help: 'Samples 16 binary nets from the stored weights and tests the mean of what they say; Pause gives it up.',
    key: null,
    keyName: '',
    repeats: false,
    enabled: (state) =>
      isReady(state) &&
      !isRunning(state) &&
      state.step > 0 &&
      state.run.spec.retraining === undefined,
    run: (playground) => {
      playground.measureEnsemble();
    },
    why: (state) =>
      !isReady(state)
        ? NO_RUN
        : isRunning(state)
          ? 'The run is training; pause it first.'
          : state.step === 0
            ? 'Nothing is trained yet.'
            : 'A run with retraining has ternary weights, which are not sampled.',
  },
  phase: {
    name: 'phase',
    label: () => 'Next phase',
    help: 'Goes one phase on in what happens to one weight; the first of the four takes a training step.',
    key: 'n',
    keyName: 'N',
    repeats: false,
    enabled: (state) => isReady(state) && canFollow(state),
    why: (state) =>
      !isReady(state) ? NO_RUN : state.tracing ? 'The step is being taken.' : FINISHED,
    run: (playground) => {
      if (document.querySelector('.happening') === null) goTo(HAPPENING);
      nextPhase(playground);
    },
  },
  data: {
    name: 'data',
    label: () => 'Your data',
    help: 'Brings your own pictures or numbers to train on; they stay in this browser.',
    key: 'd',
    keyName: 'D',
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ ownOpen: true });
    },
  },
  keep: {
    name: 'keep',
    label: () => 'Export',
    help: 'Saves the run as a checkpoint, its weights and its figures as files, or opens a checkpoint.',
    key: 'e',
    keyName: 'E',
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ keepOpen: true });
    },
  },
  share: {
    name: 'share',
    label: () => 'Share',
    help: 'Copies a link that carries the whole run: experiment, seed and changes on the way.',
    key: 's',
    keyName: 'S',
    repeats: false,
    enabled: always,
    run: (playground) => {
      void share(playground);
    },
  },
  sharing: {
    name: 'sharing',
    label: () => 'Ways to share',
    help: 'Makes links with results, for a lesson or for another page, and a QR code for a lecture hall.',
    key: null,
    keyName: '',
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ shareOpen: true });
    },
  },
  undo: {
    name: 'undo',
    label: (state) =>
      state.undo !== null
        ? `Undo: bring back ${state.undo.what}`
        : state.deletedRuns > 0
          ? `Undo: bring back ${state.deletedRuns === 1 ? 'the deleted run' : `${state.deletedRuns} deleted runs`}`
          : 'Undo',
    help: 'Brings back what was thrown away or left last: discarded edits, a run in the middle, or deleted runs.',
    key: 'u',
    keyName: 'U',
    repeats: false,
    enabled: (state) => state.undo !== null || state.deletedRuns > 0,
    why: () => 'Nothing was thrown away that could be brought back.',
    run: (playground) => {
      const { undo } = playground.state;
      if (undo === null) runs.undelete();
      else if ('resume' in undo.back) void keeper.resume(undo.back.resume);
      else playground.undo();
      playground.announce('What was thrown away is back.');
    },
  },
  theme: {
    name: 'theme',
    label: (state) => `Theme: ${state.theme}`,
    help: HELP.theme,
    key: null,
    keyName: '',
    repeats: false,
    enabled: always,
    run: (playground) => {
      const next = THEMES[(THEMES.indexOf(playground.state.theme) + 1) % THEMES.length] ?? 'system';
      applyTheme(next);
      playground.set({ theme: next });
    },
  },
  palette: {
    name: 'palette',
    label: () => 'Find',
    help: 'Finds every action, section, term, recipe and data set by its name.',
    key: 'k',
    keyName: 'Ctrl K or ⌘ K',
    chord: true,
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ paletteOpen: true });
    },
  },
  tour: {
    name: 'tour',
    label: (state) =>
      state.tour !== null ? 'Leave the tour' : tourStart() > 0 ? 'Resume the tour' : 'Tour',
    help: 'Five steps through the run that trains here; left and resumed at any time.',
    key: 't',
    keyName: 'T',
    repeats: false,
    enabled: hasTour,
    why: () => 'An embedded page, a lesson and a recording have no tour.',
    run: (playground) => {
      if (playground.state.tour === null) startTour(playground);
      else leaveTour(playground);
    },
  },
  glossary: {
    name: 'glossary',
    label: () => 'Glossary',
    help: 'Every term of this page in a sentence or two, with its equation where it has one.',
    key: 'g',
    keyName: 'G',
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ glossary: { term: null } });
    },
  },
  help: {
    name: 'help',
    label: () => 'Keys and terms',
    help: 'Lists the keys and what the colours mean, and leads to the glossary and the tour.',
    key: '?',
    keyName: '?',
    repeats: false,
    enabled: always,
    run: (playground) => {
      playground.set({ helpOpen: true });
    },
  },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

export const ACTION_LIST: readonly Action[] = Object.values(ACTIONS);

/** Keys mean text in these; a radio, a checkbox or a button takes no text, only the space bar. */
const TYPES_TEXT =
  'textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])';
const TAKES_SPACE = 'button, summary, a[href], input, [role=button]';

/** The action a key press means, given what has the focus; null: none. */
export function actionFor(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>,
  focused: Pick<Element, 'closest'> | null,
): Action | null {
  if (event.altKey) return null;
  const isChord = event.ctrlKey || event.metaKey;
  if (!isChord && focused?.closest(TYPES_TEXT)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === ' ' && focused?.closest(TAKES_SPACE)) return null;
  const action = ACTION_LIST.find(
    (candidate) => candidate.key === key && (candidate.chord ?? false) === isChord,
  );
  return action && (action.repeats || !event.repeat) ? action : null;
}
