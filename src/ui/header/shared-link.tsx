import { useEffect, useRef } from 'react';
import { playground, usePage } from '../page.ts';

/** What Share did; where the clipboard is denied, the link itself, selected for copying by hand. */
export function SharedLink() {
  const shared = usePage((state) => state.shared);
  const edited = usePage((state) => state.draft !== null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [shared]);
  if (shared === null) return null;
  return (
    <p className="shared">
      {shared.copied ? (
        'Link copied.'
      ) : (
        <>
          <label htmlFor="shared-link">The clipboard is not allowed here; copy this:</label>
          <input id="shared-link" ref={field} readOnly value={shared.url} />
        </>
      )}
      {edited && ' Edits that are not applied are not in it.'}
      <button
        type="button"
        title="Opens the panel of links: with the results, for a lesson, as an embed code or a QR code."
        onClick={() => {
          playground.set({ shareOpen: true });
        }}
      >
        More ways to share …
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Dismiss"
        onClick={() => {
          playground.set({ shared: null });
        }}
      >
        ×
      </button>
    </p>
  );
}
