import { useId, useState } from 'react';
import { Tip } from '../common/tip.tsx';
import { fieldError } from '../text.ts';

interface ChoiceProps {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly options: readonly number[];
  readonly text: (option: number) => string;
  readonly onChange: (value: number) => void;
}

/** One of a few numbers. */
export function Choice({ name, help, value, options, text, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <Tip text={help} className="field">
      {(describedBy) => (
        <>
          <label htmlFor={id}>{name}</label>
          <select
            id={id}
            value={value}
            aria-describedby={describedBy}
            onChange={({ target }) => {
              onChange(Number(target.value));
            }}
          >
            {options.map((option) => (
              <option key={option} value={option}>
                {text(option)}
              </option>
            ))}
          </select>
        </>
      )}
    </Tip>
  );
}

interface WholeFieldProps {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/**
 * A whole number. What is typed stays as typed, and what is not allowed is answered in place; the last
 * allowed value stays in force.
 */
export function WholeField({ name, help, value, min, max, onChange }: WholeFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState({ text: String(value), value });
  const text = typed.value === value ? typed.text : String(value);
  const isAllowed = (candidate: string) => {
    const number = Number(candidate);
    return candidate.trim() !== '' && Number.isInteger(number) && number >= min && number <= max;
  };
  const isInvalid = !isAllowed(text);
  return (
    <Tip text={help} className="field">
      {(describedBy) => (
        <>
          <label htmlFor={id}>{name}</label>
          <input
            id={id}
            type="number"
            min={min}
            max={max}
            step={1}
            value={text}
            aria-invalid={isInvalid}
            aria-describedby={isInvalid ? `${id}-error ${describedBy}` : describedBy}
            onChange={({ target }) => {
              const next = target.value;
              const allowed = isAllowed(next);
              setTyped({ text: next, value: allowed ? Number(next) : value });
              if (allowed) onChange(Number(next));
            }}
          />
          {isInvalid && (
            <span id={`${id}-error`} className="field-error">
              {fieldError(name, min, max, true)}
            </span>
          )}
        </>
      )}
    </Tip>
  );
}
