import { bytes } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { PHASES } from '../text.ts';

/** How far loading has come; it can be given up. */
export function LoadingNotice() {
  const phase = usePage((state) => state.phase);
  const loading = usePage((state) => state.loading);
  const share = loading && loading.total > 0 ? loading.loaded / loading.total : null;
  return (
    <div className="loading">
      <p>
        {loading === null ? (
          `${PHASES[phase]} …`
        ) : loading.preparing ? (
          `Preparing the data, ${loading.file}: ${Math.floor(100 * (share ?? 0))} %`
        ) : (
          <>
            Loading {loading.file}: {bytes(loading.loaded)}
            {share !== null && ` of ${bytes(loading.total)}, ${Math.floor(100 * share)} %`}
            {loading.cached && ', from this browser’s cache'}
          </>
        )}
      </p>
      <progress aria-label={PHASES[phase]} {...(share !== null && { value: share })} max={1} />
      {phase === 'loading' && (
        <TipButton
          help="Gives up loading; the experiment stays, and can be loaded again."
          className="quiet"
          onClick={() => {
            playground.cancel();
          }}
        >
          Cancel
        </TipButton>
      )}
    </div>
  );
}
