import { USUAL_LEVELS } from '../../experiment/retraining.ts';
import { BOUNDS } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { playground, usePage } from '../page.ts';
import { startingDraft } from '../state/drafts.ts';
import { shownSpec } from '../state/page-state.ts';
import { withField } from './arrange.ts';
import { learningMisfit } from './refit.ts';

/** A second part of the run, with ternary weights and signals of a few levels. */
export function RetrainingFields() {
  const spec = usePage(shownSpec);
  const mode = usePage((state) => state.mode);
  const { retraining, epochs } = spec;
  const misfit = retraining === undefined ? null : learningMisfit(startingDraft(spec, mode));
  return (
    <>
      <CheckField
        name="Ternary retraining"
        help="retraining"
        checked={retraining !== undefined}
        onChange={(isThere) => {
          const half = { after: Math.ceil(epochs / 2), signalLevels: USUAL_LEVELS };
          playground.replace(withField(spec, 'retraining', isThere ? half : undefined));
        }}
      />
      {retraining !== undefined &&
        (
          [
            ['after', 'Epochs before it', BOUNDS.epochs],
            ['signalLevels', 'Levels of signals', BOUNDS.signalLevels],
          ] as const
        ).map(([field, name, bound]) => (
          <NumberField
            key={field}
            id={`retraining-${field}`}
            name={name}
            help={field === 'after' ? 'retrainingAfter' : 'signalLevels'}
            value={retraining[field]}
            bound={bound}
            whole
            onChange={(value) => {
              playground.edit({ retraining: { ...retraining, [field]: value } });
            }}
          />
        ))}
      {misfit !== null && <p className="layer-misfit">{misfit}</p>}
    </>
  );
}
