import { useId } from 'react';
import { HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

interface CheckFieldProps {
  readonly name: string;
  /** What it belongs to, where the eye sees that already: the first part of its full name. */
  readonly of?: string;
  readonly help: HelpKey;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A labelled yes or no. */
export function CheckField({ name, of, help, checked, onChange }: CheckFieldProps) {
  const id = useId();
  return (
    <Tip text={HELP[help]} className="field check-field">
      {(describedBy) => (
        <>
          <label htmlFor={id}>
            {of !== undefined && <span className="visually-hidden">{of} </span>}
            {name}
          </label>
          <input
            id={id}
            type="checkbox"
            checked={checked}
            aria-describedby={describedBy}
            onChange={({ target }) => {
              onChange(target.checked);
            }}
          />
        </>
      )}
    </Tip>
  );
}
