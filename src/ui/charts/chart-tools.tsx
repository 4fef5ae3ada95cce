import { useId } from 'react';
import { Tip } from '../common/tip.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { HELP, OPTIONS } from '../text.ts';
import { MOST_SMOOTHING, setTools, useTools } from './tools.ts';

/** How all line charts are drawn. */
export function ChartTools() {
  const { smoothing, scale, across } = useTools();
  const id = useId();
  return (
    <div className="chart-tools" role="group" aria-label="How charts are drawn">
      <SelectField
        name="Across"
        help="across"
        value={across}
        options={optionsOf(OPTIONS.across)}
        onChange={(value) => {
          setTools({ across: value });
        }}
      />
      <SelectField
        name="Scale"
        help="scale"
        value={scale}
        options={optionsOf(OPTIONS.scale)}
        onChange={(value) => {
          setTools({ scale: value });
        }}
      />
      <Tip text={HELP.smoothing} className="field" side="end">
        {(describedBy) => (
          <>
            <label htmlFor={id}>Smoothing</label>
            <input
              id={id}
              type="range"
              min={0}
              max={MOST_SMOOTHING}
              step={0.01}
              value={smoothing}
              aria-valuetext={smoothing === 0 ? 'none' : smoothing.toFixed(2)}
              aria-describedby={describedBy}
              onChange={({ target }) => {
                setTools({ smoothing: Number(target.value) });
              }}
            />
            <span className="chart-tools-value" aria-hidden="true">
              {smoothing === 0 ? 'none' : smoothing.toFixed(2)}
            </span>
          </>
        )}
      </Tip>
    </div>
  );
}
