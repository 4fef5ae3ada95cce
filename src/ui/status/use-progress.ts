import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { playground } from '../page.ts';
import type { PageState } from '../state/page-state.ts';

/** Milliseconds between two readings while it trains: fast enough to be live, slow enough to be read. */
const READ_EVERY = 250;

const progressOf = ({ step, stepsPerSecond }: PageState) => ({ step, stepsPerSecond });

const shown = createStore(() => progressOf(playground.state));
let timer: ReturnType<typeof setTimeout> | undefined;

const show = () => {
  clearTimeout(timer);
  timer = undefined;
  shown.setState(progressOf(playground.state));
};

playground.store.subscribe((state, before) => {
  if (state.step === before.step && state.stepsPerSecond === before.stepsPerSecond) {
    if (state.phase !== before.phase) show();
  } else if (state.phase === 'training') timer ??= setTimeout(show, READ_EVERY);
  else show();
});

/** Step and speed as every place of the page says them: one reading for all, so that no two disagree. */
export const useProgress = () => useStore(shown);
