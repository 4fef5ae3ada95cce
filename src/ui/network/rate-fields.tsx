import { BOUNDS, type Decay, type ExperimentSpec } from '../../experiment/spec.ts';
import { ListField } from '../common/list-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground } from '../page.ts';
import { OPTIONS } from '../text.ts';
import { withField } from './arrange.ts';
import { areSteps, STEPS_ALLOWED, usualDecay } from './decays.ts';

type Rate = ExperimentSpec['rate'];

const edit = (rate: Rate) => {
  playground.edit({ rate });
};

/** The learning rate from first to last, and how it gets there. */
export function RateFields({ rate, epochs }: { readonly rate: Rate; readonly epochs: number }) {
  const { decay } = rate;
  return (
    <>
      <NumberField
        id="rateStart"
        name="Rate, at first"
        help="rateStart"
        value={rate.start}
        bound={BOUNDS.rate}
        onChange={(start) => {
          edit({ ...rate, start });
        }}
      />
      <NumberField
        id="rateEnd"
        name="Rate, at the end"
        help="rateEnd"
        value={rate.end}
        bound={{ min: BOUNDS.rate.min, max: rate.start }}
        onChange={(end) => {
          edit({ ...rate, end });
        }}
      />
      <SelectField
        name="Rate decay"
        help="decay"
        value={decay?.kind ?? 'exponential'}
        options={optionsOf(OPTIONS.decay)}
        onChange={(kind) => {
          edit(withField(rate, 'decay', usualDecay(kind, epochs)));
        }}
      />
      {decay !== undefined && (
        <DecayFields
          decay={decay}
          onChange={(changed) => {
            edit({ ...rate, decay: changed });
          }}
        />
      )}
    </>
  );
}

interface DecayFieldsProps {
  readonly decay: Decay;
  readonly onChange: (decay: Decay) => void;
}

/** The numbers that the chosen decay has. */
function DecayFields({ decay, onChange }: DecayFieldsProps) {
  switch (decay.kind) {
    case 'linear':
      return (
        <NumberField
          id="decayEpochs"
          name="Epochs of decay"
          help="decayEpochs"
          value={decay.epochs}
          bound={BOUNDS.epochs}
          whole
          onChange={(epochs) => {
            onChange({ ...decay, epochs });
          }}
        />
      );
    case 'division':
      return (
        <NumberField
          id="decayBy"
          name="Divided by"
          help="decayBy"
          value={decay.by}
          bound={BOUNDS.division}
          onChange={(by) => {
            onChange({ ...decay, by });
          }}
        />
      );
    case 'steps':
      return (
        <ListField
          id="decayAt"
          name="Epochs of decay"
          help="decayAt"
          value={decay.at}
          allowed={STEPS_ALLOWED}
          isAllowed={areSteps}
          onChange={(at) => {
            onChange({ ...decay, at });
          }}
        />
      );
  }
}
