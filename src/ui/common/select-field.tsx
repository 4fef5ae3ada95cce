import { useId } from 'react';
import { HELP, type HelpKey } from '../text.ts';
import { Tip } from './tip.tsx';

type Options<T> = readonly (readonly [T, string])[];

/** Options under a name of their own. */
export interface OptionGroup<T> {
  readonly name: string;
  readonly options: Options<T>;
}

interface SelectFieldProps<T extends string> {
  readonly name: string;
  /** What it belongs to, where the eye sees that already: the first part of its full name. */
  readonly of?: string;
  readonly help: HelpKey;
  readonly value: T;
  readonly options: Options<T>;
  readonly groups?: readonly OptionGroup<T>[];
  readonly onChange: (value: T) => void;
  readonly side?: 'start' | 'end';
}

/** A labelled choice among a few. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { name, of, help, value, options, groups = [], onChange, side = 'start' } = props;
  const all = [...options, ...groups.flatMap((group) => group.options)];
  const id = useId();
  return (
    <Tip text={HELP[help]} className="field" side={side}>
      {(describedBy) => (
        <>
          <label htmlFor={id}>
            {of !== undefined && <span className="visually-hidden">{of} </span>}
            {name}
          </label>
          <select
            id={id}
            value={value}
            aria-describedby={describedBy}
            onChange={({ target }) => {
              const chosen = all.find(([option]) => option === target.value);
              if (chosen) onChange(chosen[0]);
            }}
          >
            <Listed options={options} />
            {groups.map(
              (group) =>
                group.options.length > 0 && (
                  <optgroup key={group.name} label={group.name}>
                    <Listed options={group.options} />
                  </optgroup>
                ),
            )}
          </select>
        </>
      )}
    </Tip>
  );
}

function Listed({ options }: { readonly options: Options<string> }) {
  return options.map(([option, text]) => (
    <option key={option} value={option}>
      {text}
    </option>
  ));
}

/** The options of a record of texts, in its order. */
export function optionsOf<T extends string>(texts: Readonly<Record<T, string>>) {
  return (Object.keys(texts) as T[]).map((key) => [key, texts[key]] as const);
}
