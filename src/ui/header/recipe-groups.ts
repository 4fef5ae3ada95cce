/** Recipes by what they are for, and what is known of each before it has run. Pure. */
import { RECIPES } from '../../experiment/recipes.ts';
import type { Recipe } from '../../experiment/recipe.ts';
import type { OptionGroup } from '../common/select-field.tsx';
import { MODE_NAMES } from '../text.ts';

const NAMES = {
  small: 'BinaryConnect, small',
  published: 'BinaryConnect, as published',
  maxout: 'Maxout',
  nin: 'Network in Network',
  dsn: 'Deeply supervised nets',
  ternary: 'Ternary weights',
  expectation: 'Expectation BackPropagation',
} as const;
type GroupKey = keyof typeof NAMES;

/** The method of a recipe's spec; of the paper's own, the published ones and those for a laptop. */
function groupOf({ spec, configuration, published }: Recipe): GroupKey {
  const { hidden, output, companions } = spec.network;
  if (spec.learning === 'expectation') return 'expectation';
  if (spec.retraining !== undefined) return 'ternary';
  if (companions !== undefined) return 'dsn';
  if (output?.type === 'average') return 'nin';
  if (hidden.some((layer) => layer.type !== 'pool' && (layer.pieces ?? 1) > 1)) return 'maxout';
  return configuration === 'neighbour' || published.length > 0 ? 'published' : 'small';
}

/** In the order of the names above; groups without a recipe are left out. */
export const recipeGroups = (): readonly OptionGroup<string>[] =>
  (Object.keys(NAMES) as GroupKey[]).flatMap((key) => {
    const own = RECIPES.filter((recipe) => groupOf(recipe) === key);
    const options = own.map(({ name, title }) => [name, title] as const);
    return options.length === 0 ? [] : [{ name: NAMES[key], options }];
  });

/** What a recipe is, and the test errors published for it, each with the mode and the weights it holds for. */
export const expectationOf = ({ summary, published }: Recipe): string =>
  [
    summary,
    ...published.map(
      ({ mode, weights, testError, source }) =>
        `Published: ${testError} % test error with ${MODE_NAMES[mode].toLowerCase()} weights, tested with ${weights === 'real' ? 'the real ones' : 'their signs'} (${source}).`,
    ),
  ].join(' ');
