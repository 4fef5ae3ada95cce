import { useId, useState } from 'react';
import { playground } from '../page.ts';
import { fieldError, HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

interface NumberFieldProps {
  /** Tells this field from the others, for the list of fields that hold no allowed value. */
  readonly id: string;
  readonly name: string;
  /** What the number belongs to, where the eye sees that already: the first part of its full name. */
  readonly of?: string;
  readonly help: HelpKey;
  readonly value: number;
  readonly bound: { readonly min: number; readonly max: number };
  readonly whole?: boolean;
  readonly onChange: (value: number) => void;
}

/**
 * A labelled number. What is typed stays as typed; each allowed value goes on at once, and a value
 * that is not allowed stays here with a sentence that says what is.
 */
export function NumberField(props: NumberFieldProps) {
  const { id, name, of, help, value, bound, whole = false, onChange } = props;
  const [typed, setTyped] = useState({ text: String(value), value });
  const inputId = useId();
  const errorId = useId();

  // The value changed from outside (a recipe, a link, Discard): it replaces what was typed.
  const current = typed.value === value ? typed : { text: String(value), value };
  const isAllowed = (text: string) => {
    const number = Number(text);
    const inside = text.trim() !== '' && number >= bound.min && number <= bound.max;
    return inside && (!whole || Number.isInteger(number));
  };
  const isInvalid = !isAllowed(current.text);

  return (
    <Tip text={HELP[help]} className="field">
      {(describedBy) => (
        <>
          <label htmlFor={inputId}>
            {of !== undefined && <span className="visually-hidden">{of} </span>}
            {name}
          </label>
          <input
            id={inputId}
            type="number"
            value={current.text}
            min={bound.min}
            max={bound.max}
            step={whole ? 1 : 'any'}
            aria-describedby={isInvalid ? `${errorId} ${describedBy}` : describedBy}
            aria-invalid={isInvalid}
            onChange={({ target }) => {
              const { value: text } = target;
              const allowed = isAllowed(text);
              setTyped({ text, value: allowed ? Number(text) : value });
              playground.setInvalid(id, !allowed);
              if (allowed) onChange(Number(text));
            }}
          />
          {isInvalid && (
            <span id={errorId} className="field-error">
              {fieldError(of === undefined ? name : `${of} ${name}`, bound.min, bound.max, whole)}
            </span>
          )}
        </>
      )}
    </Tip>
  );
}
