import { useMemo } from 'react';
import { markText } from '../text.ts';
import type { PlotMark } from './plot.tsx';
import type { StreamView } from './use-streams.ts';

/** Beyond this many only the latest changes keep their words. */
const LABELLED = 6;

/** Where the run was changed, for the charts. */
export function useMarks(view: StreamView): readonly PlotMark[] {
  return useMemo(() => {
    const { marks } = view.streams;
    return marks.map((change, i) => ({
      step: change.step,
      text: i < marks.length - LABELLED ? '' : markText(change),
    }));
  }, [view]);
}
