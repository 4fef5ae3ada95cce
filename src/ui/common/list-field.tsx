import { useEffect, useId, useState } from 'react';
import { playground } from '../page.ts';
import { HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

interface ListFieldProps {
  /** Tells this field from the others, for the list of fields that hold no allowed value. */
  readonly id: string;
  readonly name: string;
  readonly help: HelpKey;
  readonly value: readonly number[];
  /** What is allowed, as the end of a sentence. */
  readonly allowed: string;
  readonly isAllowed: (value: readonly number[]) => boolean;
  readonly onChange: (value: number[]) => void;
}

const textOf = (value: readonly number[]): string => value.join(', ');

/** Undefined where a part is no number. */
const numbersOf = (text: string): number[] | undefined => {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  return numbers.some(Number.isNaN) ? undefined : numbers;
};

/** A labelled list of numbers, typed with commas between; as with one number, what is not allowed stays here. */
export function ListField(props: ListFieldProps) {
  const { id, name, help, value, allowed, isAllowed, onChange } = props;
  const [typed, setTyped] = useState({ text: textOf(value), value: textOf(value) });
  const inputId = useId();
  const errorId = useId();
  useEffect(
    () => () => {
      playground.setInvalid(id, false);
    },
    [id],
  );
  const text = typed.value === textOf(value) ? typed.text : textOf(value);
  const read = (typedText: string): number[] | undefined => {
    const numbers = numbersOf(typedText);
    return numbers !== undefined && isAllowed(numbers) ? numbers : undefined;
  };
  const isInvalid = read(text) === undefined;
  return (
    <Tip text={HELP[help]} className="field">
      {(describedBy) => (
        <>
          <label htmlFor={inputId}>{name}</label>
          <input
            id={inputId}
            type="text"
            inputMode="numeric"
            autoComplete="off"
            value={text}
            aria-describedby={isInvalid ? `${errorId} ${describedBy}` : describedBy}
            aria-invalid={isInvalid}
            onChange={({ target }) => {
              const numbers = read(target.value);
              setTyped({ text: target.value, value: textOf(numbers ?? value) });
              playground.setInvalid(id, numbers === undefined);
              if (numbers !== undefined) onChange(numbers);
            }}
          />
          {isInvalid && (
            <span id={errorId} className="field-error">
              {name} must be {allowed}.
            </span>
          )}
        </>
      )}
    </Tip>
  );
}
