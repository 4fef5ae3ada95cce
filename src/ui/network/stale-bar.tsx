import { actionId } from '../common/action-button.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { obstacle, startingDraft } from '../state/drafts.ts';
import { HELP } from '../text.ts';

/** Edits wait here until they are applied: what trains goes on as it was. */
export function StaleBar() {
  const draft = usePage((state) => state.draft);
  const invalid = usePage((state) => state.invalid);
  const mode = usePage((state) => state.mode);
  const step = usePage((state) => state.step);
  const changes = usePage((state) => state.run.changes.length);
  const hasInvalid = Object.keys(invalid).length > 0;
  if (draft === null && !hasInvalid) return null;
  const why = draft === null ? null : obstacle(startingDraft(draft, mode), invalid);
  return (
    <div className="stale" role="group" aria-label="Edits not applied">
      <p>
        {why ??
          (hasInvalid
            ? 'A setting holds no allowed value; its field says what is allowed.'
            : step > 0
              ? 'These edits need a new start at step 0. Until then the run goes on as it was.'
              : 'These edits are not applied yet.')}
        {draft?.retraining !== undefined && mode !== 'none' && ` ${HELP.startsReal}`}
        {changes > 0 && step > 0 && ' The changes made on the way belong to this run only.'}
      </p>
      <TipButton
        help={HELP.apply}
        className="primary"
        aria-disabled={draft === null || why !== null}
        onClick={() => {
          playground.apply();
          // This bar goes; the next thing to do is to train.
          document.getElementById(actionId('train'))?.focus();
        }}
      >
        Apply and restart
      </TipButton>
      <TipButton
        help={HELP.discard}
        className="quiet"
        onClick={() => {
          playground.discard();
        }}
      >
        Discard
      </TipButton>
    </div>
  );
}
