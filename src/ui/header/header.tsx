import { ActionButton } from '../common/action-button.tsx';
import { Shown } from '../common/shown.tsx';
import { DataSelect } from '../data/data-select.tsx';
import { DataNote } from './data-note.tsx';
import { RecipeSelect } from './recipe-select.tsx';
import { SharedLink } from './shared-link.tsx';

/** What is trained on what, and what concerns the page as a whole. */
export function Header() {
  return (
    <header className="masthead">
      <h1>
        Binary<span>Connect</span>
      </h1>
      <Shown part="data">
        <DataSelect />
        <ActionButton name="data" />
      </Shown>
      <Shown part="recipe">
        <RecipeSelect />
      </Shown>
      <div className="masthead-end">
        <ActionButton name="keep" side="end" />
        <ActionButton name="share" side="end" />
        <ActionButton name="theme" className="quiet" side="end" />
        <ActionButton name="palette" side="end" />
        <ActionButton name="help" side="end" />
      </div>
      <DataNote />
      <SharedLink />
    </header>
  );
}
