/** The five steps of the tour: what is said, what is pointed at, and which event of the run is waited for. */
import { HAPPENING, nextPhase, following, PHASES } from '../understand/following.ts';
import { goTo } from '../common/go-to.ts';
import { isReady, isRunning, type PageState } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';
import type { Streams } from '../state/streams.ts';

/** What a step is judged by: the page, the streams of the run, and the page as it was when the step was shown. */
export interface Seen {
  readonly state: PageState;
  readonly streams: Streams;
  readonly before: PageState;
}

export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** What is waited for, as an invitation. */
  readonly task: string;
  /** What is said once it has happened. */
  readonly done: string;
  /** A selector of what is pointed at. */
  readonly target: string;
  readonly isDone: (seen: Seen) => boolean;
  /** What the button that does it is called. */
  readonly deed: string;
  readonly act: (playground: Playground) => void;
}

/** Steps that are enough to see a curve. */
const ENOUGH = 20;

const HAPPENING_TARGET = '.on-demand:has(.happening)';

/** A run that is over takes no more steps: it begins again. */
function ready(playground: Playground): void {
  if (playground.state.phase === 'finished') playground.rewind();
}

function train(playground: Playground): void {
  if (isRunning(playground.state) || !isReady(playground.state)) return;
  ready(playground);
  playground.train();
}

/** Once the run has taken a step; on a small task one may end before the next word of the tour is read. */
function whileTraining(playground: Playground, act: () => void): void {
  const isUnderWay = ({ step }: PageState) => step > 0 && isRunning(playground.state);
  train(playground);
  if (isUnderWay(playground.state)) {
    act();
    return;
  }
  const stop = playground.store.subscribe((state) => {
    if (!isUnderWay(state)) return;
    stop();
    act();
  });
}

export const STEPS: readonly TourStep[] = [
  {
    title: 'Train',
    text: 'This is a real network, training on your graphics adapter. Each step looks at one minibatch, and the loss is drawn as it falls.',
    task: `Press Train and watch ${ENOUGH} steps go by.`,
    done: 'It trains. You can pause it at any time; so can the space bar.',
    target: '.controls',
    isDone: ({ state, before }) => state.step >= before.step + ENOUGH,
    deed: 'Train',
    act: train,
  },
  {
    title: 'Signs propagate, real numbers are stored',
    text: 'With deterministic weights each one propagates as +H or −H. What the optimiser updates is the stored, real number behind it, and only where that crosses zero does a sign flip.',
    task: 'Choose Deterministic.',
    done: 'The signs are what the net computes with now; the histograms of Stored weights show what is stored.',
    target: '.weights',
    isDone: ({ state }) => state.mode === 'deterministic',
    deed: 'Choose Deterministic',
    act: (playground) => {
      if (playground.state.mode !== 'deterministic') playground.setMode('deterministic');
    },
  },
  {
    title: 'Flip to stochastic',
    text: 'A change in the middle of a run leaves a mark on the charts, and the run carries it: its link replays it. Stochastic weights are drawn anew for each minibatch.',
    task: 'Choose Stochastic while it trains, and watch the mark appear.',
    done: 'There is the mark. From it on, samples flip too: the dotted lines of the sign flips.',
    target: '.happens',
    isDone: ({ state }) => {
      const mark = state.applied.findLast(({ field }) => field === 'mode');
      return mark?.value === 'stochastic' && state.step > mark.step;
    },
    deed: 'Choose Stochastic',
    act: (playground) => {
      whileTraining(playground, () => {
        if (playground.state.mode !== 'stochastic') playground.setMode('stochastic');
      });
    },
  },
  {
    title: 'What it has learnt',
    text: 'When an epoch is over, the net is tested twice: with the signs of its weights and with the real ones. Validation error chooses the best epoch; test error is only looked at.',
    task: 'Wait for the end of an epoch. On a slow adapter that takes a while: go on if you like.',
    done: 'An epoch is measured: one line for each kind of weights.',
    target: 'section.region:has(> .region-head > h3)',
    // An epoch measured before counts too: a small run may be over by now, and then no other comes.
    isDone: ({ streams }) => streams.epochs.length > 0,
    deed: 'Train on',
    act: train,
  },
  {
    title: 'Follow one weight',
    text: 'Here a single training step is taken apart: binarise, forward, backward, update and clip, with the numbers of one weight as the GPU had them.',
    task: 'Press Next phase until all four are shown.',
    done: 'That is all of BinaryConnect. Find (Ctrl K) leads to everything else.',
    target: HAPPENING_TARGET,
    isDone: ({ state }) => state.trace !== null && following.getState().shown === PHASES.length,
    deed: 'Next phase',
    act: (playground) => {
      if (document.querySelector('.happening') === null) goTo(HAPPENING, false);
      if (playground.state.trace === null) ready(playground);
      nextPhase(playground);
    },
  },
];
