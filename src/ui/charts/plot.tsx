import { memo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from 'recharts';
import { whole } from '../common/format.ts';
import { roundTicks } from './ticks.ts';
import { stepsText, type PlotLine, type PlotRow } from './lines.ts';

export interface PlotMark {
  readonly step: number;
  readonly text: string;
}

interface PlotProps {
  readonly title: string;
  readonly rows: readonly PlotRow[];
  readonly lines: readonly PlotLine[];
  readonly marks: readonly PlotMark[];
  /** Print a value of the y axis. */
  readonly tick: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Powers of ten to show; without it the axis is linear and starts at 0. */
  readonly decades?: readonly number[];
  readonly top?: number;
}

const AXIS = { fontSize: 11, fill: 'var(--ink-2)' };
const MARGIN = { top: 14, right: 10, bottom: 0, left: 0 };

/** Sparse values, joined over what lies between. */
const isSparse = ({ look }: PlotLine): boolean =>
  look === 'ring' || look === 'disc' || look === 'kept-disc';

/** The run at hand stands before the others. */
function strokeOf({ look }: PlotLine): { strokeWidth: number; strokeOpacity: number } {
  if (look === 'faint') return { strokeWidth: 1, strokeOpacity: 0.28 };
  const isKept = look === 'kept' || look === 'kept-disc';
  return isKept
    ? { strokeWidth: 1.1, strokeOpacity: 0.75 }
    : { strokeWidth: 1.6, strokeOpacity: 1 };
}

function dotOf(line: PlotLine) {
  if (line.look === 'ring')
    return { r: 2.5, strokeWidth: 1.5, strokeDasharray: '', fill: 'var(--paper)' };
  if (line.look === 'disc' || line.look === 'kept-disc') {
    return {
      r: line.look === 'disc' ? 2 : 1.5,
      strokeWidth: 1,
      strokeDasharray: '',
      fill: line.colour,
    };
  }
  return false;
}

/** A line chart over steps. Nothing moves but the data. */
export const Plot = memo(function Plot(props: PlotProps) {
  const { title, rows, lines, marks, tick, exact, decades, top } = props;
  const log = decades !== undefined;
  const last = rows.at(-1)?.step ?? 0;
  return (
    <LineChart
      responsive
      className="plot-chart"
      data={[...rows]}
      margin={MARGIN}
      title={title}
      desc="Arrow keys read the values point by point."
    >
      <CartesianGrid vertical={false} stroke="var(--hair)" />
      <XAxis
        dataKey="step"
        type="number"
        domain={[0, Math.max(1, last)]}
        ticks={roundTicks(last)}
        tick={AXIS}
        tickLine={false}
        stroke="var(--hair-strong)"
        tickFormatter={whole}
        minTickGap={40}
        height={20}
      />
      <YAxis
        width={46}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        tickFormatter={tick}
        scale={log ? 'log' : 'linear'}
        domain={log ? [decades[0] ?? 1e-6, decades.at(-1) ?? 1] : [0, top ?? 'auto']}
        {...(log && { ticks: decades })}
        allowDataOverflow={log || top !== undefined}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--hair-strong)' }}
        content={(state: TooltipContentProps) => readout(state, lines, exact)}
      />
      {marks.map(({ step, text }, i) => (
        <ReferenceLine
          key={i}
          x={step}
          stroke="var(--ink-2)"
          strokeDasharray="1 3"
          label={{
            value: text,
            position: step > 0.6 * last ? 'insideTopRight' : 'insideTopLeft',
            dy: -14,
            fontSize: 11,
            fill: 'var(--ink-2)',
          }}
        />
      ))}
      {lines.map((line) => (
        <Line
          key={line.key}
          dataKey={line.key}
          name={line.name}
          type="linear"
          stroke={line.colour}
          strokeDasharray={line.dash}
          {...strokeOf(line)}
          dot={dotOf(line)}
          activeDot={line.look === 'faint' ? false : { r: 3, fill: line.colour, stroke: 'none' }}
          connectNulls={isSparse(line)}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
});

/** The exact values under the pointer, or at the point that the arrow keys chose. */
function readout(
  { active, payload }: TooltipContentProps,
  lines: readonly PlotLine[],
  exact: (value: number) => string,
) {
  const row = payload[0]?.payload as PlotRow | undefined;
  if (!active || row === undefined) return null;
  return (
    <div className="readout">
      <p>step {stepsText(row.from, row.step)}</p>
      {lines.map(({ key, name, look, colour }) => {
        const value = row[key];
        return value === undefined ? null : (
          <p key={key}>
            <i style={{ background: colour }} /> {look === 'faint' ? name : nameOf(name, lines)}{' '}
            <b>{exact(value)}</b>
          </p>
        );
      })}
    </div>
  );
}

/** A line that has its raw values drawn behind it says that it is the smoothed one. */
const nameOf = (name: string, lines: readonly PlotLine[]): string =>
  lines.some((line) => line.look === 'faint' && line.name === name) ? `${name}, smoothed` : name;
