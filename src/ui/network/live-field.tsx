import { useId, useState } from 'react';
import { BOUNDS } from '../../experiment/spec.ts';
import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { fieldError, HELP, type HelpKey } from '../text.ts';

interface LiveFieldProps {
  readonly field: 'rate' | 'momentum';
  readonly name: string;
  readonly help: HelpKey;
  /** The number in force, shown until another is typed. */
  readonly value: number;
  readonly enabled: boolean;
  readonly onSet: (value: number) => void;
}

/** A number of the running net: typed, then set by Enter or the button. */
export function LiveField({ field, name, help, value, enabled, onSet }: LiveFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const inputId = useId();
  const errorId = useId();
  const { min, max } = BOUNDS[field];
  const number = Number(typed);
  const isInvalid = typed !== null && !(typed.trim() !== '' && number >= min && number <= max);
  return (
    <form
      className="live"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === null || isInvalid || !enabled) return;
        onSet(number);
        setTyped(null);
      }}
    >
      <Tip text={HELP[help]} className="field">
        {(describedBy) => (
          <>
            <label htmlFor={inputId}>{name}</label>
            <input
              id={inputId}
              type="number"
              step="any"
              value={typed ?? String(Number(value.toPrecision(3)))}
              aria-describedby={isInvalid ? `${errorId} ${describedBy}` : describedBy}
              aria-invalid={isInvalid}
              onChange={({ target }) => {
                setTyped(target.value);
              }}
            />
            {isInvalid && (
              <span id={errorId} className="field-error">
                {fieldError(name, min, max, false)}
              </span>
            )}
          </>
        )}
      </Tip>
      <TipButton
        help={HELP.setNow}
        type="submit"
        aria-label={`Set ${name.toLowerCase()}`}
        aria-disabled={typed === null || isInvalid || !enabled}
      >
        Set
      </TipButton>
    </form>
  );
}
