import { BOUNDS, type ExperimentSpec } from '../../experiment/spec.ts';
import { NumberField } from '../common/number-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';

const FIELDS = [
  ['batch', 'Batch', BOUNDS.batch],
  ['epochs', 'Epochs', BOUNDS.epochs],
  ['evaluateEvery', 'Evaluate every', BOUNDS.every],
  ['shuffleEvery', 'Shuffle every', BOUNDS.every],
  ['seed', 'Seed', BOUNDS.seed],
] as const satisfies readonly (readonly [keyof ExperimentSpec, string, object])[];

/** How much is looked at, how often, and in which order. */
export function ScheduleGroup() {
  const spec = usePage(shownSpec);
  return FIELDS.map(([field, name, bound]) => (
    <NumberField
      key={field}
      id={field}
      name={name}
      help={field}
      value={spec[field]}
      bound={bound}
      whole
      onChange={(value) => {
        playground.edit({ [field]: value });
      }}
    />
  ));
}
