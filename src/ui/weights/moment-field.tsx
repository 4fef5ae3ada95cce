import { useId } from 'react';
import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { HELP } from '../text.ts';

interface MomentFieldProps {
  /** What each moment is called, first to last. */
  readonly names: readonly string[];
  readonly index: number;
  readonly isLive: boolean;
  /** The last is now, and goes along. */
  readonly onChoose: (index: number) => void;
}

/** Which moment of the run is looked at. */
export function MomentField({ names, index, isLive, onChoose }: MomentFieldProps) {
  const id = useId();
  const last = Math.max(0, names.length - 1);
  const name = names[index] ?? 'no step yet';
  return (
    <div className="moment">
      <Tip text={HELP.moment} className="field">
        {(describedBy) => (
          <>
            <label htmlFor={id}>Moment</label>
            <input
              id={id}
              type="range"
              min={0}
              max={last}
              value={index}
              aria-valuetext={isLive ? `now, ${name}` : name}
              aria-describedby={describedBy}
              onChange={({ target }) => {
                onChoose(Number(target.value));
              }}
            />
          </>
        )}
      </Tip>
      <span className="moment-name">{name}</span>
      <TipButton
        help={HELP.momentNow}
        side="end"
        className="quiet"
        aria-disabled={isLive}
        onClick={() => {
          onChoose(last);
        }}
      >
        Now
      </TipButton>
    </div>
  );
}
