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
import { axisTicks } from './axis.ts';
import { type ChartModel, levelsFor } from './chart-model.ts';
import { isKept, isSparse, type PlotLine, type PlotRow } from './lines.ts';
import { PLOT_BOTTOM, PLOT_LEFT, PLOT_RIGHT, PLOT_TOP } from './plot-frame.ts';
import { Readout } from './readout.tsx';

const AXIS = { fontSize: 11, fill: 'var(--ink-2)' };
const MARGIN = { top: PLOT_TOP, right: PLOT_RIGHT, bottom: 0, left: 0 };

/** The run at hand stands before the others. */
function strokeOf(line: PlotLine): { strokeWidth: number; strokeOpacity: number } {
  if (line.look === 'faint') return { strokeWidth: 1, strokeOpacity: 0.28 };
  return isKept(line)
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

/** A line chart. Nothing moves but the data. Its values by keyboard: plot-cursor.tsx. */
export const Plot = memo(function Plot({ chart }: { readonly chart: ChartModel }) {
  const { title, kind, rows, end, lines, marks, references, tick, decades } = chart;
  const ticks = axisTicks(kind, end);
  const levels = levelsFor(chart);
  return (
    <LineChart
      responsive
      className="plot-chart"
      data={[...rows]}
      margin={MARGIN}
      title={title}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--hair)" />
      <XAxis
        dataKey="x"
        type="number"
        domain={[0, end > 0 ? end : 1]}
        allowDataOverflow
        ticks={[...ticks.values]}
        tick={AXIS}
        tickLine={false}
        stroke="var(--hair-strong)"
        tickFormatter={ticks.print}
        minTickGap={40}
        height={PLOT_BOTTOM}
      />
      <YAxis
        width={PLOT_LEFT}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        tickFormatter={tick}
        scale={decades ? 'log' : 'linear'}
        domain={[levels[0] ?? 0, levels.at(-1) ?? 1]}
        ticks={[...levels]}
        allowDataOverflow
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--hair-strong)' }}
        content={(state: TooltipContentProps) => readout(state, chart)}
      />
      {references.map(({ value, text }) => (
        <ReferenceLine
          key={text}
          className="plot-reference"
          y={value}
          stroke="var(--ink)"
          strokeDasharray="6 4"
          label={{ value: text, position: 'insideBottomRight', fontSize: 11, fill: 'var(--ink)' }}
        />
      ))}
      {marks.map(({ x, text }, i) => (
        <ReferenceLine
          key={i}
          x={x}
          stroke="var(--ink-2)"
          strokeDasharray="1 3"
          label={{
            value: text,
            position: x > 0.6 * end ? 'insideTopRight' : 'insideTopLeft',
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

/** The exact values under the pointer. */
function readout({ active, payload }: TooltipContentProps, { lines, kind, exact }: ChartModel) {
  const row = payload[0]?.payload as PlotRow | undefined;
  if (!active || row === undefined) return null;
  return <Readout row={row} lines={lines} kind={kind} exact={exact} />;
}
