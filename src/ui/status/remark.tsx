import { TipButton } from '../common/tip-button.tsx';
import { goTo } from '../common/go-to.ts';
import { playground, useComparison, usePage } from '../page.ts';
import { compared } from '../runs/text.ts';
import { REFUSALS, trainAnewText } from '../text.ts';

const REFUSED = new Set<string>(Object.values(REFUSALS));

/** Something a person should know of this run; it stops nothing, and goes when dismissed. */
export function Remark() {
  const remark = usePage((state) => state.remark);
  const mode = usePage((state) => state.refusedMode);
  const done = useComparison(
    ({ jobs }) => jobs?.filter(({ state }) => state === 'done').length ?? 0,
  );
  if (remark === null) return null;
  return (
    <p className="remark" role="note">
      {remark}
      {mode !== null && REFUSED.has(remark) && (
        <TipButton
          help="Begins at step 0 with these weights, from the same seed."
          onClick={() => {
            playground.trainAnew();
          }}
        >
          {trainAnewText(mode)}
        </TipButton>
      )}
      {remark === compared(done) && (
        <TipButton
          help="Goes to the table of the comparison."
          onClick={() => {
            goTo('Comparison');
          }}
        >
          Show the table
        </TipButton>
      )}
      <TipButton
        help="Hides this line."
        className="quiet"
        aria-label="Dismiss"
        onClick={() => {
          playground.set({ remark: null });
        }}
      >
        ×
      </TipButton>
    </p>
  );
}
