import { useId, type ReactNode } from 'react';
import { Tip } from './tip.tsx';

export interface Segment<T> {
  readonly value: T;
  readonly label: ReactNode;
  readonly help: string;
  /** Colours the mark of a mode. */
  readonly mark?: string;
}

interface SegmentedProps<T> {
  readonly name: string;
  readonly value: T;
  readonly segments: readonly Segment<T>[];
  readonly onChange: (value: T) => void;
  /** Why nothing else can be chosen now; `onChange` is called all the same, and should say so. */
  readonly refusal?: string | undefined;
}

/** A radio group on one line. */
export function Segmented<T extends string | number>(props: SegmentedProps<T>) {
  const { name, value, segments, onChange, refusal } = props;
  const group = useId();
  return (
    <div role="radiogroup" aria-labelledby={group} className="segmented">
      <span id={group} className="segmented-name">
        {name}
      </span>
      {segments.map((segment) => (
        <Tip
          key={segment.value}
          text={refusal !== undefined && segment.value !== value ? refusal : segment.help}
        >
          {(describedBy) => (
            <label className="segment" data-mark={segment.mark}>
              <input
                type="radio"
                name={group}
                checked={segment.value === value}
                aria-disabled={refusal !== undefined && segment.value !== value}
                aria-describedby={describedBy}
                onChange={() => {
                  onChange(segment.value);
                }}
              />
              <span>{segment.label}</span>
            </label>
          )}
        </Tip>
      ))}
    </div>
  );
}
