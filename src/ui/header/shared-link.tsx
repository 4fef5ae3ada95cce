import { useEffect, useRef } from 'react';
import { TipButton } from '../common/tip-button.tsx';
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
          <label htmlFor="shared-link" id="shared-link-label">
            The clipboard is not allowed here; copy this:
          </label>
          <input
            id="shared-link"
            aria-describedby="shared-link-label"
            ref={field}
            readOnly
            value={shared.url}
          />
        </>
      )}
      {edited && ' Edits that are not applied are not in it.'}
      <TipButton
        help="Opens the panel of links: with the results, for a lesson, as an embed code or a QR code."
        side="end"
        onClick={() => {
          playground.set({ shareOpen: true });
        }}
      >
        More ways to share …
      </TipButton>
      <TipButton
        help="Hides this line."
        side="end"
        className="quiet"
        aria-label="Dismiss"
        onClick={() => {
          playground.set({ shared: null });
        }}
      >
        ×
      </TipButton>
    </p>
  );
}
