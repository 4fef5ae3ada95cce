import { DEFAULT_OPTIMIZERS } from '../../experiment/link.ts';
import { BOUNDS } from '../../experiment/spec.ts';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { OPTIONS } from '../text.ts';
import { OptimizerFields } from './optimizer-fields.tsx';

/** Loss, optimiser and learning rate. */
export function LearningGroup() {
  const spec = usePage(shownSpec);
  return (
    <>
      <SelectField
        name="Loss function"
        help="loss"
        value={spec.loss}
        options={optionsOf(OPTIONS.loss)}
        onChange={(loss) => {
          playground.edit({ loss });
        }}
      />
      <SelectField
        name="Optimiser"
        help="optimizer"
        value={spec.optimizer.kind}
        options={optionsOf(OPTIONS.optimizer)}
        onChange={(kind) => {
          for (const field of ['momentum', 'beta1', 'beta2', 'epsilon']) {
            playground.setInvalid(field, false);
          }
          playground.edit({ optimizer: DEFAULT_OPTIMIZERS[kind] });
        }}
      />
      <OptimizerFields optimizer={spec.optimizer} />
      <NumberField
        id="rateStart"
        name="Rate, first epoch"
        help="rateStart"
        value={spec.rate.start}
        bound={BOUNDS.rate}
        onChange={(start) => {
          playground.edit({ rate: { ...spec.rate, start } });
        }}
      />
      <NumberField
        id="rateEnd"
        name="Rate, at the end"
        help="rateEnd"
        value={spec.rate.end}
        bound={{ min: BOUNDS.rate.min, max: spec.rate.start }}
        onChange={(end) => {
          playground.edit({ rate: { ...spec.rate, end } });
        }}
      />
      <SelectField
        name="Rate scale"
        help="lrScale"
        value={spec.lrScale}
        options={optionsOf(OPTIONS.lrScale)}
        onChange={(lrScale) => {
          playground.edit({ lrScale });
        }}
      />
    </>
  );
}
