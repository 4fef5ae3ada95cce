import { ActionButton } from '../common/action-button.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { keeper, playground, useKeeper, usePage } from '../page.ts';
import { leavesRun } from '../state/page-state.ts';
import { offered } from './text.ts';

/** What became of the run of the last visit, and why one is not kept: sentences that stop nothing. */
export function KeepNotices() {
  const [offer] = useKeeper((state) => state.offers);
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
          <TipButton
            help="Hides this line."
            className="quiet"
            aria-label="Dismiss"
            onClick={() => {
              keeper.clearRefusal();
            }}
          >
            ×
          </TipButton>
        </p>
      )}
      {offer !== undefined && (
        <div className="remark keep-offer" role="note">
          <p>{offered(offer.name, offer.step, offer.steps)}</p>
          <TipButton
            help="Opens the run of the last visit where it was kept, paused."
            onClick={() => {
              void keeper.resume(offer.id);
            }}
          >
            Resume where you were
          </TipButton>
          <TipButton
            help="Hides this offer and throws away what was kept of that run."
            className="quiet"
            onClick={() => {
              keeper.dismiss(offer.id);
            }}
          >
            Forget it
          </TipButton>
        </div>
      )}
      <UndoNotice />
      {problem !== null && step > 0 && <p className="caption keep-problem">{problem}</p>}
    </>
  );
}

/** What was thrown away or left last can be brought back. */
function UndoNotice() {
  const isThere = usePage((state) => leavesRun(state) === true);
  if (!isThere) return null;
  return (
    <p className="remark">
      <ActionButton name="undo" />
      <TipButton
        help="Hides this line; what was left stays among the runs."
        className="quiet"
        aria-label="Dismiss undo"
        onClick={() => {
          playground.set({ undo: null });
        }}
      >
        ×
      </TipButton>
    </p>
  );
}
