import { useId, useState } from 'react';
import { METHODS } from '../../experiment/methods.ts';
import { TipSummary } from '../common/tip-summary.tsx';
import { Tip } from '../common/tip.tsx';
import { comparison, useComparison } from '../page.ts';
import { RUNS } from './text.ts';

const USUAL: ReadonlySet<string> = new Set(['none', 'det', 'stoch']);

/** Which methods to train beside each other, beyond the usual three. */
export function MethodChoice() {
  const help = useId();
  const [chosen, setChosen] = useState(USUAL);
  const isRunning = useComparison((state) => state.current >= 0);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const enabled = !isRunning && chosen.size > 0;
  return (
    <details className="method-choice">
      <TipSummary help={RUNS.methods}>Choose methods to compare</TipSummary>
      <fieldset>
        <legend>{RUNS.methods}</legend>
        <ul>
          {METHODS.map(({ id, title, overrides }) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  aria-describedby={`${help}-${id}`}
                  checked={chosen.has(id)}
                  onChange={() => {
                    toggle(id);
                  }}
                />
                {title}
              </label>
              <small id={`${help}-${id}`}>{overrides}</small>
            </li>
          ))}
        </ul>
        <Tip text={RUNS.compareThese}>
          {(describedBy) => (
            <button
              type="button"
              aria-describedby={describedBy}
              aria-disabled={!enabled}
              onClick={() => {
                if (enabled) comparison.start(METHODS.filter(({ id }) => chosen.has(id)));
              }}
            >
              Compare the chosen {chosen.size}
            </button>
          )}
        </Tip>
      </fieldset>
    </details>
  );
}
