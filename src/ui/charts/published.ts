/** Which published figures may stand beside a run. Pure. */
import type { PublishedFigure } from '../../experiment/recipe.ts';
import { publishedFor } from '../../experiment/recipes.ts';
import type { Run } from '../../experiment/run.ts';

const NONE: readonly PublishedFigure[] = [];

/**
 * What was published for exactly this run: no change on the way, and all of the data. `isWhole`: whether
 * its data is all of what its name means; not known is no.
 */
export const publishedBeside = (
  { spec, changes }: Run,
  isWhole: boolean | undefined,
): readonly PublishedFigure[] =>
  isWhole === true && changes.length === 0 ? publishedFor(spec) : NONE;
