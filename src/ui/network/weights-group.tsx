import { dropConnectRefusal } from '../../experiment/drop-connect.ts';
import { BOUNDS, type ExperimentSpec } from '../../experiment/spec.ts';
import { NumberField, OptionalNumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { EXPECTATION, OPTIONS } from '../text.ts';
import { withField } from './arrange.ts';
import { CompanionFields } from './companion-fields.tsx';

const editNetwork = (patch: Partial<ExperimentSpec['network']>) => {
  playground.edit({ network: { ...shownSpec(playground.state).network, ...patch } });
};

/** H, initialisation, batch norm, what is dropped, companions. */
export function WeightsGroup() {
  const learning = usePage((state) => shownSpec(state).learning);
  if (learning === 'expectation') return <p className="caption">{EXPECTATION.weights}</p>;
  return (
    <>
      <MagnitudeFields />
      <BetweenFields />
      <DropFields />
      <CompanionFields />
    </>
  );
}

/** What weights propagate as, and where they start from. */
function MagnitudeFields() {
  const spec = usePage(shownSpec);
  const isReal = usePage((state) => state.mode === 'none');
  return (
    <>
      <SelectField
        name="Magnitude H"
        help="h"
        value={spec.h}
        options={optionsOf(OPTIONS.h)}
        onChange={(h) => {
          playground.edit({ h });
        }}
      />
      <SelectField
        name="Signs times"
        help="magnitude"
        value={spec.magnitude}
        options={optionsOf(OPTIONS.magnitude)}
        onChange={(magnitude) => {
          playground.edit({ magnitude });
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
      {(isReal || spec.initialRange !== undefined) && (
        <OptionalNumberField
          id="initialRange"
          name="Real ones within ±"
          help="initialRange"
          value={spec.initialRange}
          absent="as above"
          bound={BOUNDS.initialRange}
          onChange={(value) => {
            playground.replace(withField(spec, 'initialRange', value));
          }}
        />
      )}
    </>
  );
}

/** What stands between layers. */
function BetweenFields() {
  const { batchNorm, pooling, hidden } = usePage(shownSpec).network;
  return (
    <>
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
    </>
  );
}

/** What training leaves out, drawn anew each time. */
function DropFields() {
  const spec = usePage(shownSpec);
  const { dropout, dropConnect, hidden } = spec.network;
  const refusal = dropConnectRefusal(spec);
  return (
    <>
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
        onChange={(value) => {
          editNetwork({ dropout: { ...dropout, hidden: value } });
        }}
      />
      {(dropConnect !== undefined || hidden.some(({ type }) => type === 'dense')) && (
        <OptionalNumberField
          id="dropConnect"
          name="DropConnect"
          help="dropConnect"
          value={dropConnect}
          absent="none"
          bound={BOUNDS.dropConnect}
          onChange={(value) => {
            playground.edit({ network: withField(spec.network, 'dropConnect', value) });
          }}
        />
      )}
      {refusal !== null && (
        <p className="layer-misfit">{refusal.replace(/^.*? does not fit: /, 'Does not fit: ')}</p>
      )}
    </>
  );
}
