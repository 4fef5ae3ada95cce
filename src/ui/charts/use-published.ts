import { useMemo } from 'react';
import type { PublishedFigure } from '../../experiment/recipe.ts';
import { usePage } from '../page.ts';
import { publishedBeside } from './published.ts';

/** What was published for exactly the run at hand. */
export function usePublished(): readonly PublishedFigure[] {
  const spec = usePage((state) => state.opened?.run.spec ?? null);
  const isWhole = usePage((state) => state.opened?.data.note === null);
  const run = usePage((state) => state.run);
  return useMemo(
    () => (spec === null ? [] : publishedBeside({ ...run, spec }, isWhole)),
    [spec, run, isWhole],
  );
}
