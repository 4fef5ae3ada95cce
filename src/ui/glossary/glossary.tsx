import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import '../styles/glossary.css';
import { termsFor } from './terms.ts';

/** Every term, searched by any of its words. */
export default function Glossary() {
  const wanted = usePage((state) => state.glossary?.term ?? null);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDListElement>(null);
  const id = useId();
  const [query, setQuery] = useState('');
  const terms = useMemo(() => termsFor(query), [query]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    if (wanted === null) return;
    const entry = list.current?.querySelector<HTMLElement>(`[data-term="${wanted}"]`);
    entry?.scrollIntoView({ block: 'start' });
    entry?.focus();
  }, [wanted]);
  return (
    <dialog
      ref={dialog}
      className="glossary"
      aria-labelledby={`${id}-title`}
      onClose={() => {
        playground.set({ glossary: null });
      }}
    >
      <div className="glossary-head">
        <h2 id={`${id}-title`}>Glossary</h2>
        <label htmlFor={`${id}-search`}>Search</label>
        <input
          id={`${id}-search`}
          type="search"
          autoComplete="off"
          value={query}
          aria-describedby={`${id}-found`}
          onChange={({ target }) => {
            setQuery(target.value);
          }}
        />
        <p id={`${id}-found`} className="caption" aria-live="polite">
          {terms.length === 0
            ? `No entry has “${query}”; one shorter word finds more.`
            : `${terms.length} ${terms.length === 1 ? 'entry' : 'entries'}`}
        </p>
        {/* Last, so that a dialog that opens begins at the search. */}
        <TipButton
          help="Closes the glossary; Escape does the same."
          side="end"
          className="quiet"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          ×
        </TipButton>
      </div>
      <dl ref={list} tabIndex={0} aria-label="Entries">
        {terms.map(({ id: term, name, text, equation }) => (
          <div key={term} data-term={term} data-wanted={term === wanted} tabIndex={-1}>
            <dt>{name}</dt>
            <dd>
              {text}
              {equation !== undefined && <code>{equation}</code>}
            </dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
