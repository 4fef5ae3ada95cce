import { ActionButton } from '../common/action-button.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { DATASETS } from '../text.ts';
import type { DatasetId } from '../../experiment/spec.ts';
import { RecipeSelect } from './recipe-select.tsx';
import { SharedLink } from './shared-link.tsx';
import { ThemeButton } from './theme-button.tsx';

const TITLES = optionsOf(
  Object.fromEntries(Object.entries(DATASETS).map(([id, { title }]) => [id, title])) as Record<
    DatasetId,
    string
  >,
);

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
        options={TITLES}
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
