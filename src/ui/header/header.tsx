import type { DatasetId } from '../../experiment/datasets.ts';
import { ActionButton } from '../common/action-button.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { DATASET_TITLES, datasetTitle } from '../text.ts';
import { RecipeSelect } from './recipe-select.tsx';
import { SharedLink } from './shared-link.tsx';
import { ThemeButton } from './theme-button.tsx';

const TITLES: readonly (readonly [DatasetId, string])[] = optionsOf(DATASET_TITLES);

/** What is trained on what, and what concerns the page as a whole. */
export function Header() {
  const data = usePage((state) => shownSpec(state).data);
  return (
    <header className="masthead">
      <h1>
        Binary<span>Connect</span>
      </h1>
      <SelectField
        name="Data"
        help="data"
        value={data}
        options={
          TITLES.some(([id]) => id === data) ? TITLES : [...TITLES, [data, datasetTitle(data)]]
        }
        onChange={(id) => {
          playground.edit({ data: id });
          playground.applyAtStart();
        }}
      />
      <RecipeSelect />
      <div className="masthead-end">
        <ActionButton name="share" side="end" />
        <ThemeButton />
        <ActionButton name="help" side="end" />
      </div>
      <SharedLink />
    </header>
  );
}
