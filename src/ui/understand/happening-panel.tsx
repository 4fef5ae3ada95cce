import { useId } from 'react';
import { useStore } from 'zustand';
import { ACTIONS, refusalFor } from '../actions.ts';
import { ActionButton } from '../common/action-button.tsx';
import { whole } from '../common/format.ts';
import { Tip } from '../common/tip.tsx';
import { TermSign } from '../glossary/term-sign.tsx';
import { playground, usePage } from '../page.ts';
import { layerTitle, NOT_BUILT } from '../text.ts';
import type { LayerSummary, WeightPlace } from '../../session/protocol.ts';
import { follow, following, PHASES, within } from './following.ts';
import { differences, phasesOf, placeText, summaryOf, type PhaseText } from './phases.ts';
import '../styles/understand.css';

interface PlaceFieldProps {
  readonly name: string;
  readonly help: string;
  /** From 0. */
  readonly value: number;
  /** How many there are. */
  readonly count: number;
  readonly onChange: (value: number) => void;
}

/** A place, counted from 1 where it is seen; what is out of range is brought into it when the field is left. */
function PlaceField({ name, help, value, count, onChange }: PlaceFieldProps) {
  const id = useId();
  return (
    <Tip text={help} className="field">
      {(describedBy) => (
        <>
          <label htmlFor={id}>{name}</label>
          <input
            // Another value from outside replaces what was typed.
            key={value}
            id={id}
            type="number"
            min={1}
            max={count}
            step={1}
            defaultValue={value + 1}
            aria-describedby={describedBy}
            onChange={({ target }) => {
              const typed = Number(target.value);
              const fits =
                target.value !== '' && Number.isInteger(typed) && typed >= 1 && typed <= count;
              target.setAttribute('aria-invalid', String(!fits));
            }}
            onBlur={({ target }) => {
              const typed = Math.round(Number(target.value));
              const next = Number.isNaN(typed) ? value : Math.min(Math.max(typed, 1), count) - 1;
              target.value = String(next + 1);
              target.setAttribute('aria-invalid', 'false');
              if (next !== value) onChange(next);
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === 'Enter') currentTarget.blur();
            }}
          />
        </>
      )}
    </Tip>
  );
}

function PlaceChoice({
  layers,
  place,
}: {
  readonly layers: readonly LayerSummary[];
  readonly place: WeightPlace;
}) {
  const id = useId();
  const layer = layers[place.layer];
  if (layer === undefined) return null;
  const { I, O } = layer;
  const isConv = layer.kind === 'conv';
  return (
    <div className="happening-place">
      <Tip text="Which layer’s weight is followed." className="field">
        {(describedBy) => (
          <>
            <label htmlFor={id}>Layer</label>
            <select
              id={id}
              value={place.layer}
              aria-describedby={describedBy}
              onChange={({ target }) => {
                follow(playground, { layer: Number(target.value), row: null, column: 0 });
              }}
            >
              {layers.map(({ name }, l) => (
                <option key={name} value={l}>
                  {layerTitle(name)}
                </option>
              ))}
            </select>
          </>
        )}
      </Tip>
      <PlaceField
        name="Row"
        help={`The row of the weight in the layer’s matrix, 1 to ${I}: ${isConv ? 'its place in the filter' : 'the input it reads'}.`}
        value={place.row}
        count={I}
        onChange={(row) => {
          follow(playground, { ...place, row });
        }}
      />
      <PlaceField
        name="Column"
        help={`The column of the weight in the layer’s matrix, 1 to ${O}: ${isConv ? 'the filter' : 'the unit'} it belongs to.`}
        value={place.column}
        count={O}
        onChange={(column) => {
          follow(playground, { ...place, column });
        }}
      />
      <p className="caption">{placeText(layer, place.row, place.column)}</p>
    </div>
  );
}

function Phase({
  phase,
  number,
  state,
}: {
  readonly phase: PhaseText;
  readonly number: number;
  readonly state: 'past' | 'now';
}) {
  return (
    <li data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <h3>
        {number}. {phase.name}
      </h3>
      <p className="caption">{phase.text}</p>
      <table>
        <caption className="visually-hidden">
          Numbers of the phase {phase.name.toLowerCase()}
        </caption>
        <tbody>
          {phase.rows.map(({ name, value, note }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{value}</td>
              <td>{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </li>
  );
}

/** One step of the run in four phases, with the numbers of one weight as the GPU had them. */
export default function HappeningPanel() {
  const layers = usePage((state) => state.opened?.layers ?? null);
  const spec = usePage((state) => state.opened?.run.spec ?? null);
  const trace = usePage((state) => state.trace);
  const untraced = usePage((state) => state.untraced);
  const chosen = useStore(following, (state) => state.place);
  const shown = useStore(following, (state) => state.shown);
  const step = usePage((state) => state.step);
  const refusal = usePage((state) => (state.tracing ? null : refusalFor(ACTIONS.phase, state)));
  if (layers === null || spec === null) {
    return <p className="caption">{NOT_BUILT}</p>;
  }
  const place = within(chosen, playground.state);
  const phases = trace === null ? [] : phasesOf(trace, spec.batch).slice(0, shown);
  const past = trace !== null && step > trace.step + 1;
  return (
    <div className="happening">
      <p>
        Each click of <b>Next phase</b> goes one phase on: {PHASES.join(', ').toLowerCase()}. The
        first takes one training step of this run, the same to the bit as any other, and the numbers
        are read from the GPU on the way. <TermSign id="straight-through" name="Straight-through" />
      </p>
      {differences(spec, trace).map((sentence) => (
        <p key={sentence} className="remark" role="note">
          {sentence}
        </p>
      ))}
      <PlaceChoice layers={layers} place={place} />
      <p className="happening-button">
        <ActionButton name="phase" className="primary" />
        {trace !== null && (
          <span className="caption">
            Step {whole(trace.step + 1)} of the run{past && '; the run has gone on since'}.
          </span>
        )}
      </p>
      {refusal !== null && <p className="caption">{refusal}</p>}
      {untraced !== null && <p role="note">{untraced}</p>}
      <ol className="happening-phases">
        {phases.map((phase, k) => (
          <Phase
            key={phase.name}
            phase={phase}
            number={k + 1}
            state={k === phases.length - 1 ? 'now' : 'past'}
          />
        ))}
      </ol>
      <p className="visually-hidden" aria-live="polite">
        {trace !== null && shown > 0 && `${phases.at(-1)?.name ?? ''}. `}
        {trace !== null && shown === PHASES.length && summaryOf(trace)}
      </p>
    </div>
  );
}
