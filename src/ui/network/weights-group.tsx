import { BOUNDS, type ExperimentSpec } from '../../experiment/spec.ts';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { OPTIONS } from '../text.ts';

const editNetwork = (patch: Partial<ExperimentSpec['network']>) => {
  playground.edit({ network: { ...shownSpec(playground.state).network, ...patch } });
};

/** H, initialisation, batch norm and dropout. */
export function WeightsGroup() {
  const spec = usePage(shownSpec);
  const { batchNorm, dropout, pooling, hidden } = spec.network;
  return (
    <>
      <SelectField
        name="Magnitude"
        help="h"
        value={spec.h}
        options={optionsOf(OPTIONS.h)}
        onChange={(h) => {
          playground.edit({ h });
        }}
      />
      <SelectField
        name="Initialisation"
        help="initialisation"
        value={spec.initialisation}
        options={optionsOf(OPTIONS.initialisation)}
        onChange={(initialisation) => {
          playground.edit({ initialisation });
        }}
      />
      <SelectField
        name="Batch norm"
        help="batchNorm"
        value={batchNorm}
        options={optionsOf(OPTIONS.batchNorm)}
        onChange={(chosen) => {
          editNetwork({ batchNorm: chosen });
        }}
      />
      {hidden.some(({ type }) => type === 'pool') && (
        <SelectField
          name="Pooling"
          help="pooling"
          value={pooling}
          options={optionsOf(OPTIONS.pooling)}
          onChange={(chosen) => {
            editNetwork({ pooling: chosen });
          }}
        />
      )}
      <NumberField
        id="dropoutInput"
        name="Dropout, input"
        help="dropoutInput"
        value={dropout.input}
        bound={BOUNDS.dropout}
        onChange={(input) => {
          editNetwork({ dropout: { ...dropout, input } });
        }}
      />
      <NumberField
        id="dropoutHidden"
        name="Dropout, hidden"
        help="dropoutHidden"
        value={dropout.hidden}
        bound={BOUNDS.dropout}
        onChange={(hidden) => {
          editNetwork({ dropout: { ...dropout, hidden } });
        }}
      />
    </>
  );
}
