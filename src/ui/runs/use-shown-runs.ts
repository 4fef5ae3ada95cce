import { useMemo } from 'react';
import { useRuns } from '../page.ts';
import type { KeptRun } from './kept-run.ts';

/** The kept runs that are drawn behind the one at hand, latest first. */
export function useShownRuns(): readonly KeptRun[] {
  const runs = useRuns((state) => state.runs);
  const current = useRuns((state) => state.current);
  return useMemo(
    () => runs.filter(({ id, isShown }) => isShown && id !== current),
    [runs, current],
  );
}
