import { RECIPES, recipeOf } from '../../experiment/recipes.ts';
import { SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { recipeGroups } from './recipe-groups.ts';

const OWN = 'own';
const GROUPS = recipeGroups();

/** Every recipe, by method. */
export function RecipeSelect() {
  const recipe = usePage((state) => recipeOf(shownSpec(state))?.name ?? OWN);
  return (
    <SelectField
      name="Recipe"
      help="recipe"
      value={recipe}
      options={recipe === OWN ? [[OWN, 'Your own']] : []}
      groups={GROUPS}
      onChange={(name) => {
        const found = RECIPES.find((candidate) => candidate.name === name);
        if (found) playground.take(found.spec);
      }}
    />
  );
}
