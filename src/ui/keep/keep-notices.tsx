import { keeper, useKeeper, usePage } from '../page.ts';
import { offered } from './text.ts';

/** What became of the run of the last visit, and why one is not kept: sentences that stop nothing. */
export function KeepNotices() {
  const offer = useKeeper((state) => state.offer);
  const problem = useKeeper((state) => state.problem);
  const refused = useKeeper((state) => state.refused);
  const embed = usePage((state) => state.embed);
  const step = usePage((state) => state.step);
  if (embed) return null;
  return (
    <>
      {refused !== null && (
        <p className="remark" role="alert">
          {refused}
          <button
            type="button"
            className="quiet"
            aria-label="Dismiss"
            onClick={() => {
              keeper.clearRefusal();
            }}
          >
            ×
          </button>
        </p>
      )}
      {offer !== null && (
        <div className="remark keep-offer" role="note">
          <p>{offered(offer.name, offer.step, offer.steps)}</p>
          <button
            type="button"
            onClick={() => {
              void keeper.resume();
            }}
          >
            Resume where you were
          </button>
          <button
            type="button"
            className="quiet"
            onClick={() => {
              keeper.dismiss();
            }}
          >
            Forget it
          </button>
        </div>
      )}
      {problem !== null && step > 0 && <p className="caption keep-problem">{problem}</p>}
    </>
  );
}
