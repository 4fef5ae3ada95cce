import { useId, useState } from 'react';
import { CHARTS } from '../text.ts';
import { type AxisKind, placeText } from './axis.ts';
import { type ChartModel, valuesAt } from './chart-model.ts';
import { Readout } from './readout.tsx';
import { PLOT_LEFT, PLOT_RIGHT } from './plot-frame.ts';

/** Where it stands; null: at the end. */
interface Place {
  readonly kind: AxisKind;
  readonly x: number;
  readonly step: number;
}

/**
 * The exact values by keyboard: a slider along the chart's places, unseen but for its line and what
 * stands there. It stays at its place while the chart grows, and goes along at the end.
 */
export function PlotCursor({ chart }: { readonly chart: ChartModel }) {
  const { title, rows, lines, kind, end, exact } = chart;
  const help = useId();
  const [focused, setFocused] = useState(false);
  const [place, setPlace] = useState<Place | null>(null);
  const last = rows.length - 1;
  const found =
    place === null
      ? last
      : rows.findLastIndex(({ x, step }) =>
          // Across something else it is the step that stays.
          place.kind === kind ? x <= place.x : step > 0 && step <= place.step,
        );
  const index = Math.max(0, found);
  const row = rows[index];
  const said =
    row === undefined
      ? 'No step has been taken yet.'
      : [
          placeText(kind, row),
          ...valuesAt(row, lines).map(({ name, value }) => `${name} ${exact(value)}`),
        ].join('; ');
  const share = (row?.x ?? 0) / Math.max(end, Number.MIN_VALUE);
  return (
    <>
      <input
        type="range"
        className="plot-cursor"
        aria-label={`${title}, values at`}
        aria-valuetext={said}
        aria-describedby={help}
        min={0}
        max={Math.max(0, last)}
        value={index}
        onChange={({ target }) => {
          const chosen = Number(target.value);
          const there = rows[chosen];
          const isEnd = chosen >= last || there === undefined;
          setPlace(isEnd ? null : { kind, x: there.x, step: there.step });
        }}
        onFocus={() => {
          setFocused(true);
        }}
        onBlur={() => {
          setFocused(false);
        }}
      />
      <span id={help} className="visually-hidden">
        {CHARTS.cursor}
      </span>
      {focused && row !== undefined && (
        <>
          <i
            className="plot-cursor-line"
            style={{
              insetInlineStart: `calc(${PLOT_LEFT}px + (100% - ${PLOT_LEFT + PLOT_RIGHT}px) * ${share})`,
            }}
          />
          <div className="plot-cursor-readout" data-side={share > 0.5 ? 'start' : 'end'}>
            <Readout row={row} lines={lines} kind={kind} exact={exact} />
            <small aria-hidden="true">{CHARTS.cursor}</small>
          </div>
        </>
      )}
    </>
  );
}
