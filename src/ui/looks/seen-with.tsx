import { optionsOf, SelectField } from '../common/select-field.tsx';
import { OPTIONS } from '../text.ts';
import type { Weights } from './use-watched.ts';

interface SeenWithProps {
  readonly weights: Weights;
  readonly onChange: (weights: Weights) => void;
}

/** Which weights a picture is drawn with. */
export const SeenWith = ({ weights, onChange }: SeenWithProps) => (
  <SelectField
    name="Seen with"
    help="seenWith"
    value={weights}
    options={optionsOf(OPTIONS.seenWith)}
    onChange={onChange}
  />
);
