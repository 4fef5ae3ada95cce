import { momentumOf } from '../../experiment/spec.ts';
import { playground, usePage } from '../page.ts';
import { isReady, refusalOf } from '../state/page-state.ts';
import { REFUSALS } from '../text.ts';
import { LiveField } from './live-field.tsx';

/** What can be changed without a new start; each change leaves a mark on the charts. */
export function LiveGroup() {
  const ready = usePage((state) => isReady(state) && refusalOf(state) === null);
  const refusal = usePage(refusalOf);
  const rate = usePage((state) => state.rate);
  const momentum = usePage((state) => state.momentum);
  const hasMomentum = usePage((state) => momentumOf(state.run.spec.optimizer) !== null);
  return (
    <>
      <LiveField
        field="rate"
        name="Learning rate now"
        help="rateNow"
        value={rate}
        enabled={ready}
        onSet={(value) => {
          playground.change({ field: 'rate', value });
        }}
      />
      {hasMomentum && (
        <LiveField
          field="momentum"
          name="Momentum now"
          help="momentumNow"
          value={momentum}
          enabled={ready}
          onSet={(value) => {
            playground.change({ field: 'momentum', value });
          }}
        />
      )}
      {refusal !== null && <p className="caption">{REFUSALS[refusal]}</p>}
    </>
  );
}
