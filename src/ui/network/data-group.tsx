import { isToyId } from '../../experiment/datasets.ts';
import { BOUNDS } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { OPTIONS, TOY_AS_IT_IS } from '../text.ts';

/** What is done to examples before they are trained on, and anew in each epoch. */
export function DataGroup() {
  const spec = usePage(shownSpec);
  const { preprocessing, augmentation } = spec;
  if (isToyId(spec.data)) return <p className="caption">{TOY_AS_IT_IS}</p>;
  return (
    <>
      <SelectField
        name="Preprocessing"
        help="preprocessing"
        value={preprocessing}
        options={optionsOf(OPTIONS.preprocessing)}
        onChange={(chosen) => {
          playground.edit({ preprocessing: chosen });
        }}
      />
      <NumberField
        id="crop"
        name="Crop padding"
        help="crop"
        value={augmentation.pad}
        bound={BOUNDS.crop}
        whole
        onChange={(pad) => {
          playground.edit({ augmentation: { ...augmentation, pad } });
        }}
      />
      <CheckField
        name="Mirror images"
        help="flip"
        checked={augmentation.flip}
        onChange={(flip) => {
          playground.edit({ augmentation: { ...augmentation, flip } });
        }}
      />
    </>
  );
}
