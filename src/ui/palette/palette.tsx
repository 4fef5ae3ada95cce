import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { headings } from '../common/go-to.ts';
import { TipButton } from '../common/tip-button.tsx';
import { useDesk } from '../data/own.ts';
import { playground, usePage } from '../page.ts';
import { entriesOf, found, type Entry } from './entries.ts';
import '../styles/palette.css';

/** A field and the list of what it finds: type, go up and down, Enter. */
export default function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const kept = useDesk((state) => state.kept);
  // As the page stood when this was opened: figures that change ten times a second are no matter here.
  const [state] = useState(() => playground.state);
  const phase = usePage((page) => page.phase);
  const [sections] = useState(() => headings().map(({ textContent }) => textContent.trim()));
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [why, setWhy] = useState('');
  const entries = useMemo(
    () => entriesOf({ ...state, phase }, sections, kept),
    [state, phase, sections, kept],
  );
  const shown = useMemo(() => found(entries, query), [entries, query]);
  const current = shown[Math.min(active, shown.length - 1)];
  const optionId = (entry: Entry) => `${id}-${entry.id.replaceAll(/\W+/g, '-')}`;

  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (entry: Entry) => {
    if (entry.refusal !== null) {
      setWhy(entry.refusal);
      return;
    }
    // Closed first: what was in focus gets it back, and the entry may then take it elsewhere.
    dialog.current?.close();
    entry.run(playground);
  };
  const press = (event: KeyboardEvent) => {
    const last = shown.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
    };
    const next = to[event.key];
    if (next !== undefined) {
      setActive(Math.max(0, next));
      setWhy('');
    } else if (event.key === 'Enter' && current !== undefined) choose(current);
    else return;
    event.preventDefault();
  };

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find"
      onClose={() => {
        playground.set({ paletteOpen: false });
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) currentTarget.close();
      }}
    >
      <div className="palette-field">
        <label htmlFor={`${id}-field`} className="visually-hidden">
          Find an action, a section, a term, a recipe or a data set
        </label>
        <input
          id={`${id}-field`}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          placeholder="Find an action, section, term, recipe, data set"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current && optionId(current)}
          aria-describedby={`${id}-said`}
          value={query}
          onChange={({ target }) => {
            setQuery(target.value);
            setActive(0);
            setWhy('');
          }}
          onKeyDown={press}
        />
        <TipButton
          help="Closes this list; Escape does the same."
          side="end"
          className="quiet"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          ×
        </TipButton>
      </div>
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label="What was found">
        {shown.map((entry, k) => (
          <li
            key={entry.id}
            id={optionId(entry)}
            role="option"
            aria-selected={entry === current}
            aria-disabled={entry.refusal !== null}
            onClick={() => {
              setActive(k);
              choose(entry);
            }}
          >
            <span className="palette-group">
              {entry.group !== shown[k - 1]?.group && entry.group}
            </span>
            <b>{entry.name}</b>
            {entry.keyName !== '' && <kbd>{entry.keyName}</kbd>}
            <small>{entry.refusal === null ? entry.detail : `Not now: ${entry.refusal}`}</small>
          </li>
        ))}
      </ul>
      <p id={`${id}-said`} className="caption" aria-live="polite">
        {why === ''
          ? shown.length === 0
            ? `Nothing is called “${query}”; shorter words find more.`
            : `${shown.length} found. Arrow keys choose, Enter takes, Escape closes.`
          : `${current?.name ?? ''} cannot be taken now: ${why}`}
      </p>
    </dialog>
  );
}
