import { useMemo } from 'react';
import type { PublishedFigure } from '../../experiment/recipe.ts';
import { publishedFor } from '../../experiment/recipes.ts';
import { usePage } from '../page.ts';

const NONE: readonly PublishedFigure[] = [];

/** What was published for exactly the run at hand: no change on the way, and all of the data. */
export function usePublished(): readonly PublishedFigure[] {
  const opened = usePage((state) => state.opened);
  const changes = usePage((state) => state.run.changes);
  return useMemo(() => {
    if (opened === null || changes.length > 0 || opened.data.note !== null) return NONE;
    return publishedFor(opened.run.spec);
  }, [opened, changes]);
}
