import { DEFAULT_OPTIMIZERS } from '../../experiment/link.ts';
import { BOUNDS, type OptimizerSpec } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground } from '../page.ts';
import { OPTIONS } from '../text.ts';
import { withField } from './arrange.ts';

interface OptimizerFieldsProps {
  readonly optimizer: OptimizerSpec;
  readonly epochs: number;
}

const edit = (optimizer: OptimizerSpec) => {
  playground.edit({ optimizer });
};

/** The optimiser and the numbers it has. */
export function OptimizerFields({ optimizer, epochs }: OptimizerFieldsProps) {
  return (
    <>
      <SelectField
        name="Optimiser"
        help="optimizer"
        value={optimizer.kind}
        options={optionsOf(OPTIONS.optimizer)}
        onChange={(kind) => {
          edit(DEFAULT_OPTIMIZERS[kind]);
        }}
      />
      {'momentum' in optimizer && (
        <NumberField
          id="momentum"
          name="Momentum"
          help="momentum"
          value={optimizer.momentum}
          bound={BOUNDS.momentum}
          onChange={(momentum) => {
            edit({ ...optimizer, momentum });
          }}
        />
      )}
      {optimizer.kind === 'momentum' && <RampFields optimizer={optimizer} epochs={epochs} />}
      {optimizer.kind === 'adam' &&
        (['beta1', 'beta2', 'epsilon'] as const).map((field) => (
          <NumberField
            key={field}
            id={field}
            name={{ beta1: 'Beta 1', beta2: 'Beta 2', epsilon: 'Epsilon' }[field]}
            help={field}
            value={optimizer[field]}
            bound={field === 'epsilon' ? BOUNDS.epsilon : BOUNDS.beta}
            onChange={(value) => {
              edit({ ...optimizer, [field]: value });
            }}
          />
        ))}
    </>
  );
}

interface RampFieldsProps {
  readonly optimizer: Extract<OptimizerSpec, { kind: 'momentum' }>;
  readonly epochs: number;
}

/** Momentum that changes on its way. */
function RampFields({ optimizer, epochs }: RampFieldsProps) {
  const { ramp, momentum } = optimizer;
  return (
    <>
      <CheckField
        name="Momentum ramp"
        help="ramp"
        checked={ramp !== undefined}
        onChange={(isThere) => {
          edit(withField(optimizer, 'ramp', isThere ? { end: momentum, epochs } : undefined));
        }}
      />
      {ramp !== undefined && (
        <>
          <NumberField
            id="rampEnd"
            name="Momentum, at the end"
            help="rampEnd"
            value={ramp.end}
            bound={BOUNDS.momentum}
            onChange={(end) => {
              edit({ ...optimizer, ramp: { ...ramp, end } });
            }}
          />
          <NumberField
            id="rampEpochs"
            name="Epochs of the ramp"
            help="rampEpochs"
            value={ramp.epochs}
            bound={BOUNDS.epochs}
            whole
            onChange={(over) => {
              edit({ ...optimizer, ramp: { ...ramp, epochs: over } });
            }}
          />
        </>
      )}
    </>
  );
}
