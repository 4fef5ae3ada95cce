import { optionsOf, SelectField } from '../common/select-field.tsx';
import { usePage } from '../page.ts';
import { isRetraining } from '../state/page-state.ts';
import { OPTIONS } from '../text.ts';
import type { Weights } from './use-watched.ts';

interface SeenWithProps {
  readonly weights: Weights;
  readonly onChange: (weights: Weights) => void;
}

/** Which weights a picture is drawn with. */
export function SeenWith({ weights, onChange }: SeenWithProps) {
  const retrains = usePage(isRetraining);
  const all = optionsOf(OPTIONS.seenWith);
  return (
    <SelectField
      name="Seen with"
      help="seenWith"
      value={weights}
      options={retrains ? all : all.filter(([kind]) => kind !== 'ternary')}
      onChange={onChange}
    />
  );
}
