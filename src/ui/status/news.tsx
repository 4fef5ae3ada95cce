import { takeNewVersion } from '../offline.ts';
import { playground, usePage } from '../page.ts';

/** A newer version of the page is there. It is taken when asked for: a run may be under way. */
export function News() {
  const hasNews = usePage((state) => state.hasNews);
  if (!hasNews) return null;
  return (
    <p className="remark" role="note">
      A new version of this page is there; reloading takes it, and kept runs stay.
      <button type="button" className="quiet" onClick={takeNewVersion}>
        Reload
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Dismiss the new version"
        onClick={() => {
          playground.set({ hasNews: false });
        }}
      >
        ×
      </button>
    </p>
  );
}
