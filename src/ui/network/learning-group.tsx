import { BOUNDS } from '../../experiment/spec.ts';
import { NumberField, OptionalNumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { EXPECTATION, OPTIONS } from '../text.ts';
import { withField } from './arrange.ts';
import { OptimizerFields } from './optimizer-fields.tsx';
import { RateFields } from './rate-fields.tsx';
import { learningMisfit, refitted } from './refit.ts';
import { RetrainingFields } from './retraining-fields.tsx';

/** By what rule it learns; with gradients, the loss, the optimiser and the rate. */
export function LearningGroup() {
  const learning = usePage((state) => shownSpec(state).learning);
  return (
    <>
      <SelectField
        name="Learning by"
        help="learning"
        value={learning}
        options={optionsOf(OPTIONS.learning)}
        onChange={(chosen) => {
          playground.edit({ learning: chosen });
        }}
      />
      {learning === 'backprop' ? <GradientFields /> : <ExpectationNote />}
    </>
  );
}

/** What it does without, and what of the network it does not take. */
function ExpectationNote() {
  const spec = usePage(shownSpec);
  const misfit = learningMisfit(spec);
  const fitting = misfit === null ? null : refitted(spec);
  return (
    <>
      <p className="caption">{EXPECTATION.learning}</p>
      {misfit !== null && <p className="layer-misfit">{misfit}</p>}
      {fitting !== null && (
        <TipButton
          help={EXPECTATION.refitHelp}
          onClick={() => {
            playground.replace(fitting);
          }}
        >
          {EXPECTATION.refit}
        </TipButton>
      )}
    </>
  );
}

function GradientFields() {
  const spec = usePage(shownSpec);
  const edit = (key: 'weightDecay' | 'biasRate', value: number | undefined) => {
    playground.replace(withField(spec, key, value));
  };
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
      <OptimizerFields optimizer={spec.optimizer} epochs={spec.epochs} />
      <RateFields rate={spec.rate} epochs={spec.epochs} />
      <SelectField
        name="Rate scale"
        help="lrScale"
        value={spec.lrScale}
        options={optionsOf(OPTIONS.lrScale)}
        onChange={(lrScale) => {
          playground.edit({ lrScale });
        }}
      />
      <NumberField
        id="biasRate"
        name="Rate of biases"
        help="biasRate"
        value={spec.biasRate ?? 1}
        bound={BOUNDS.share}
        onChange={(value) => {
          edit('biasRate', value === 1 ? undefined : value);
        }}
      />
      <OptionalNumberField
        id="weightDecay"
        name="Weight decay"
        help="weightDecay"
        value={spec.weightDecay}
        absent="none"
        bound={BOUNDS.weightDecay}
        onChange={(value) => {
          edit('weightDecay', value);
        }}
      />
      <RetrainingFields />
    </>
  );
}
