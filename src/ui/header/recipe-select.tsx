import { RECIPES } from '../../experiment/recipes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { sameData } from '../state/drafts.ts';
import { shownSpec } from '../state/page-state.ts';

const OWN = 'own';
const OPTIONS = RECIPES.map(({ name, title }) => [name, title] as const);

/** The recipe a spec follows in all but what any recipe leaves open. */
const recipeOf = (spec: ExperimentSpec): string =>
  RECIPES.find((recipe) =>
    sameData({ ...recipe.spec, mode: spec.mode, seed: spec.seed, data: spec.data }, spec),
  )?.name ?? OWN;

export function RecipeSelect() {
  const recipe = usePage((state) => recipeOf(shownSpec(state)));
  return (
    <SelectField
      name="Recipe"
      help="recipe"
      value={recipe}
      options={recipe === OWN ? [[OWN, 'Your own'], ...OPTIONS] : OPTIONS}
      onChange={(name) => {
        const found = RECIPES.find((candidate) => candidate.name === name);
        if (found) playground.take(found.spec);
      }}
    />
  );
}
