import { useEffect, useState } from 'react';
import { playground } from '../page.ts';

const progress = () => {
  const { step, stepsPerSecond } = playground.state;
  return { step, stepsPerSecond };
};

/** Progress of the run at a reader's pace: every `interval` ms at most, or at once where it is 0. */
export function useSlow(interval: number): ReturnType<typeof progress> {
  const [shown, setShown] = useState(progress);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      setShown(progress());
    };
    const unsubscribe = playground.store.subscribe((state, before) => {
      if (state.step === before.step && state.stepsPerSecond === before.stepsPerSecond) return;
      timer ??= setTimeout(show, interval);
    });
    timer = setTimeout(show, 0);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [interval]);
  return shown;
}
