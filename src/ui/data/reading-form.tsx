import { type SyntheticEvent, useId, useState } from 'react';
import type { Choices, Colour, Fit, Order, Questions } from '../../data/own/own-data.ts';
import { LIMITS } from '../../data/own/own-data.ts';
import { OWN_BOUNDS } from '../../experiment/datasets.ts';
import { Segmented } from '../common/segmented.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { TipSummary } from '../common/tip-summary.tsx';
import { fieldError } from '../text.ts';
import { desk } from './own.ts';
import { FIT_HELP, FIT_NAMES, ORDER_HELP, ORDER_NAMES } from './text.ts';

interface ReadingFormProps {
  readonly questions: Questions;
  readonly choices: Choices;
}

/** How else the same files can be read: which column holds the labels, which size, which colours. */
export function ReadingForm({ questions, choices }: ReadingFormProps) {
  const { label, flat, size, colour } = questions;
  const [fields, setFields] = useState(() => ({
    label: label?.value ?? '',
    flat: [flat?.value.height, flat?.value.width, flat?.value.channels].map(textOf),
    order: flat?.order ?? ('pixels' satisfies Order as Order),
    size: [size?.value.height, size?.value.width].map(textOf),
    fit: choices.fit,
    colour: colour?.value ?? null,
  }));
  const edit = (patch: Partial<typeof fields>) => {
    setFields({ ...fields, ...patch });
  };
  if (!label && !flat && !size && !colour) return null;

  const [flatHeight, flatWidth, flatChannels] = fields.flat.map(Number);
  const [height, width] = fields.size.map(Number);
  const isFlatRight =
    !flat || (flatHeight ?? 0) * (flatWidth ?? 0) * (flatChannels ?? 0) === flat.inputs;
  const isSizeRight = !size || [height, width].every((side) => isSide(side ?? 0));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isFlatRight || !isSizeRight) return;
    const changedSize = size && (height !== size.value.height || width !== size.value.width);
    desk.choose({
      label: label ? fields.label : null,
      flat: flat
        ? { height: flatHeight ?? 1, width: flatWidth ?? 1, channels: flatChannels ?? 1 }
        : null,
      order: flat ? fields.order : null,
      size: changedSize || choices.size ? { height: height ?? 1, width: width ?? 1 } : null,
      fit: fields.fit,
      colour: colour && (fields.colour !== colour.value || choices.colour) ? fields.colour : null,
    });
  };

  return (
    <details className="own-form" open={size?.differ ?? false}>
      <TipSummary help="Which column holds the labels, which size pictures have, which colours: read again as chosen.">
        How it is read
      </TipSummary>
      <form onSubmit={submit}>
        {label && (
          <label>
            Labels
            <select
              aria-describedby="own-labels-help"
              value={fields.label}
              onChange={({ target }) => {
                edit({ label: target.value });
              }}
            >
              {label.options.map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
            <small id="own-labels-help">What holds each example’s class.</small>
          </label>
        )}
        {flat && (
          <>
            <Numbers
              legend={`Shape of ${flat.inputs} numbers`}
              names={['Height', 'Width', 'Channels']}
              values={fields.flat}
              error={isFlatRight ? null : `Height × width × channels must be ${flat.inputs}.`}
              onChange={(values) => {
                edit({ flat: values });
              }}
            />
            {Number(fields.flat[2]) > 1 && (
              <Segmented
                name="Order"
                value={fields.order}
                segments={(['pixels', 'planes'] as const).map((value) => ({
                  value,
                  label: ORDER_NAMES[value],
                  help: ORDER_HELP[value],
                }))}
                onChange={(order) => {
                  edit({ order });
                }}
              />
            )}
          </>
        )}
        {size && (
          <>
            <p className="caption">{size.found}</p>
            <Numbers
              legend="Size to train on"
              names={['Height', 'Width']}
              values={fields.size}
              error={isSizeRight ? null : fieldError('A side', 1, LIMITS.side, true)}
              onChange={(values) => {
                edit({ size: values });
              }}
            />
            <Segmented
              name="Fit"
              value={fields.fit}
              segments={(['stretch', 'crop'] as const satisfies Fit[]).map((value) => ({
                value,
                label: FIT_NAMES[value],
                help: FIT_HELP[value],
              }))}
              onChange={(fit) => {
                edit({ fit });
              }}
            />
          </>
        )}
        {fields.colour !== null && (
          <Segmented<Colour>
            name="Colours"
            value={fields.colour}
            segments={[
              { value: 'grey', label: 'Grey', help: 'One channel: how bright each pixel is.' },
              { value: 'colour', label: 'Colour', help: 'Three channels: red, green and blue.' },
            ]}
            onChange={(value) => {
              edit({ colour: value });
            }}
          />
        )}
        <TipButton
          help="Reads the same files again, as chosen here."
          type="submit"
          aria-disabled={!isFlatRight || !isSizeRight}
        >
          Read again
        </TipButton>
      </form>
    </details>
  );
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value));
const isSide = (n: number): boolean =>
  Number.isInteger(n) && n >= OWN_BOUNDS.side.min && n <= LIMITS.side;

interface NumbersProps {
  readonly legend: string;
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly error: string | null;
  readonly onChange: (values: string[]) => void;
}

/** Whole numbers that belong together, with one sentence for all of them. */
function Numbers({ legend, names, values, error, onChange }: NumbersProps) {
  const [errorId, legendId] = [useId(), useId()];
  return (
    <fieldset>
      <legend id={legendId}>{legend}</legend>
      {names.map((name, i) => (
        <label key={name}>
          {name}
          <input
            type="number"
            min={1}
            step={1}
            value={values[i] ?? ''}
            aria-invalid={error !== null}
            aria-describedby={error === null ? legendId : `${errorId} ${legendId}`}
            onChange={({ target }) => {
              onChange(values.map((value, j) => (i === j ? target.value : value)));
            }}
          />
        </label>
      ))}
      {error !== null && (
        <p id={errorId} className="field-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}
