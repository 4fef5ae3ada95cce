import { TipButton } from '../common/tip-button.tsx';
import { takeNewVersion } from '../offline.ts';
import { playground, usePage } from '../page.ts';

/** A newer version of the page is there. It is taken when asked for: a run may be under way. */
export function News() {
  const hasNews = usePage((state) => state.hasNews);
  if (!hasNews) return null;
  return (
    <p className="remark" role="note">
      A new version of this page is there; reloading takes it, and kept runs stay.
      <TipButton
        help="Loads the page anew, in its new version."
        className="quiet"
        onClick={takeNewVersion}
      >
        Reload
      </TipButton>
      <TipButton
        help="Hides this line; the new version comes with the next visit."
        className="quiet"
        aria-label="Dismiss the new version"
        onClick={() => {
          playground.set({ hasNews: false });
        }}
      >
        ×
      </TipButton>
    </p>
  );
}
