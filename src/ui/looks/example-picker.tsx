import { useId, useState, type ReactNode } from 'react';
import type { DataSummary, ExampleLook } from '../../session/protocol.ts';
import { whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { fieldError, HELP, LOOKS } from '../text.ts';
import { paintPicture } from './paint-maps.ts';
import { usePainter, type Paint } from '../weights/use-painter.ts';
import { predictedOf } from './maps.ts';

interface ExamplePickerProps {
  readonly data: DataSummary;
  /** Number of the test example, from 0. */
  readonly index: number;
  readonly look: ExampleLook | null;
  readonly onPick: (index: number) => void;
  readonly children: ReactNode;
}

const paint: Paint = (canvas, { example }) => {
  if (example === null || example.index === null) return false;
  const shape = canvas.dataset['shape']?.split(',').map(Number) ?? [];
  const [height = 0, width = 0, channels = 0] = shape;
  if (example.picture.length === height * width * channels) {
    paintPicture(canvas, example.picture, { height, width, channels });
  }
  return false;
};

/** Which test example is looked at: its picture, its number, its class. */
export function ExamplePicker({ data, index, look, onPick, children }: ExamplePickerProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [inputId, errorId] = [useId(), useId()];
  const canvas = usePainter(paint);
  const { test, classNames, shape } = data;
  const number = Number(typed ?? index + 1);
  const isInvalid = typed !== null && !(Number.isInteger(number) && number >= 1 && number <= test);
  const pick = (chosen: number) => {
    setTyped(null);
    onPick(chosen);
  };
  const label = look === null ? '' : (classNames[look.label ?? -1] ?? String(look.label));
  const said = look === null ? '' : (classNames[predictedOf(look.scores)] ?? '');
  return (
    <div className="example-picker">
      <canvas
        ref={canvas}
        role="img"
        data-shape={[shape.height, shape.width, shape.channels].join()}
        aria-label={
          look === null ? 'Not looked at yet.' : `Test example ${(look.index ?? 0) + 1}: ${label}.`
        }
      />
      <div className="example-choice">
        <p className="example-number">
          <Tip text={HELP.example} className="field">
            {(describedBy) => (
              <>
                <label htmlFor={inputId}>Test example</label>
                <input
                  id={inputId}
                  type="number"
                  min={1}
                  max={test}
                  step={1}
                  value={typed ?? String(index + 1)}
                  aria-describedby={isInvalid ? `${errorId} ${describedBy}` : describedBy}
                  aria-invalid={isInvalid}
                  onChange={({ target }) => {
                    const wanted = Number(target.value);
                    setTyped(target.value);
                    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= test) {
                      onPick(wanted - 1);
                    }
                  }}
                  onBlur={() => {
                    setTyped(null);
                  }}
                />
              </>
            )}
          </Tip>
          <span>of {whole(test)}</span>
          <TipButton
            help={LOOKS.next}
            onClick={() => {
              pick((index + 1) % test);
            }}
          >
            Next
          </TipButton>
          <TipButton
            help={LOOKS.random}
            onClick={() => {
              pick(Math.floor(Math.random() * test));
            }}
          >
            Random
          </TipButton>
        </p>
        {isInvalid && (
          <p id={errorId} className="field-error">
            {fieldError('Test example', 1, test, true)}
          </p>
        )}
        {look !== null && (
          <p>
            It is <b>{label}</b>; the network says <b>{said}</b>.
            {!look.isRaw && ` ${LOOKS.prepared}`}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
