import type { Split } from '../../data/own/split.ts';
import { whole } from '../common/format.ts';
import { Segmented } from '../common/segmented.tsx';
import type { Preview, SplitPreview } from './import-protocol.ts';
import { desk } from './own.ts';
import { SPLIT_HELP, SPLIT_NAMES } from './text.ts';

interface SplitChoiceProps {
  readonly preview: Preview;
  readonly split: Split;
}

/** Which examples train, validate and test. */
export function SplitChoice({ preview, split }: SplitChoiceProps) {
  const chosen = preview.splits.find((each) => each.split === split);
  return (
    <div className="own-split">
      <Segmented
        name="Split"
        value={split}
        segments={preview.splits.map((each) => ({
          value: each.split,
          label: SPLIT_NAMES[each.split],
          help: SPLIT_HELP[each.split],
        }))}
        onChange={(value) => {
          desk.setSplit(value);
        }}
      />
      {chosen && (
        <>
          <p>
            {whole(chosen.parts.train)} train, {whole(chosen.parts.validation)} validate,{' '}
            {whole(chosen.parts.test)} test
          </p>
          <Absent split={chosen} classes={preview.classNames.length} />
        </>
      )}
    </div>
  );
}

interface AbsentProps {
  readonly split: SplitPreview;
  readonly classes: number;
}

/** A part without some of the classes measures, or learns, something else. */
function Absent({ split: { absent }, classes }: AbsentProps) {
  const parts = [
    ['training', absent.train],
    ['validation', absent.validation],
    ['test', absent.test],
  ] as const;
  const lacking = parts.filter(([, count]) => count > 0);
  if (lacking.length === 0) return null;
  const text = lacking.map(([part, count]) => `${count} of ${classes} in ${part}`).join(', ');
  return <p className="own-warning">Classes without an example: {text}.</p>;
}
