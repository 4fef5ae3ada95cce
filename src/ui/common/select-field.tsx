import { useId } from 'react';
import { HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

interface SelectFieldProps<T extends string> {
  readonly name: string;
  readonly help: HelpKey;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  readonly side?: 'start' | 'end';
}

/** A labelled choice among a few. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { name, help, value, options, onChange, side = 'start' } = props;
  const id = useId();
  return (
    <Tip text={HELP[help]} className="field" side={side}>
      {(describedBy) => (
        <>
          <label htmlFor={id}>{name}</label>
          <select
            id={id}
            value={value}
            aria-describedby={describedBy}
            onChange={({ target }) => {
              const chosen = options.find(([option]) => option === target.value);
              if (chosen) onChange(chosen[0]);
            }}
          >
            {options.map(([option, text]) => (
              <option key={option} value={option}>
                {text}
              </option>
            ))}
          </select>
        </>
      )}
    </Tip>
  );
}

/** The options of a record of texts, in its order. */
export function optionsOf<T extends string>(texts: Readonly<Record<T, string>>) {
  return (Object.keys(texts) as T[]).map((key) => [key, texts[key]] as const);
}
