import { useEffect, useId, useState } from 'react';
import { playground } from '../page.ts';
import { fieldError, HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

interface FieldProps {
  /** Tells this field from the others, for the list of fields that hold no allowed value. */
  readonly id: string;
  readonly name: string;
  /** What the number belongs to, where the eye sees that already: the first part of its full name. */
  readonly of?: string;
  readonly help: HelpKey;
  readonly bound: { readonly min: number; readonly max: number };
  readonly whole?: boolean;
}

interface NumberFieldProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

interface OptionalNumberFieldProps extends FieldProps {
  readonly value: number | undefined;
  /** What an empty field means, in a word or two. */
  readonly absent: string;
  readonly onChange: (value: number | undefined) => void;
}

/** A labelled number. */
export function NumberField({ onChange, ...props }: NumberFieldProps) {
  return (
    <TypedNumber
      {...props}
      onChange={(value) => {
        if (value !== undefined) onChange(value);
      }}
    />
  );
}

/** A labelled number that may be left out: an empty field says what that means. */
export const OptionalNumberField = (props: OptionalNumberFieldProps) => <TypedNumber {...props} />;

type TypedNumberProps = Omit<OptionalNumberFieldProps, 'absent'> & { readonly absent?: string };

/**
 * What is typed stays as typed; each allowed value goes on at once, and a value that is not allowed
 * stays here with a sentence that says what is.
 */
function TypedNumber(props: TypedNumberProps) {
  const { id, name, of, help, value, absent, bound, whole = false, onChange } = props;
  const [typed, setTyped] = useState({ text: textOf(value), value, isNumber: true });
  const inputId = useId();
  const errorId = useId();
  // A field that goes holds nothing up any more.
  useEffect(
    () => () => {
      playground.setInvalid(id, false);
    },
    [id],
  );

  // The value changed from outside (a recipe, a link, Discard): it replaces what was typed.
  const current = typed.value === value ? typed : { text: textOf(value), value, isNumber: true };
  const isAllowed = (text: string) => {
    const number = Number(text);
    if (text.trim() === '') return absent !== undefined;
    return number >= bound.min && number <= bound.max && (!whole || Number.isInteger(number));
  };
  const isInvalid = !current.isNumber || !isAllowed(current.text);

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
            placeholder={absent}
            min={bound.min}
            max={bound.max}
            step={whole ? 1 : 'any'}
            aria-describedby={isInvalid ? `${errorId} ${describedBy}` : describedBy}
            aria-invalid={isInvalid}
            onChange={({ target }) => {
              // What is no number at all reads as empty, which may be allowed.
              const isNumber = !target.validity.badInput;
              const { value: text } = target;
              const allowed = isNumber && isAllowed(text);
              const next = text.trim() === '' ? undefined : Number(text);
              setTyped({ text, value: allowed ? next : value, isNumber });
              playground.setInvalid(id, !allowed);
              if (allowed) onChange(next);
            }}
          />
          {isInvalid && (
            <span id={errorId} className="field-error">
              {fieldError(of === undefined ? name : `${of} ${name}`, bound.min, bound.max, whole)}
              {absent !== undefined && ` Empty means ${absent}.`}
            </span>
          )}
        </>
      )}
    </Tip>
  );
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value));
