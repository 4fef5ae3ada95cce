import { useMemo } from 'react';
import { rateAt } from '../../experiment/schedule.ts';
import { figures } from '../../experiment/digits.ts';
import { TableTwin } from '../common/table-twin.tsx';
import { usePage } from '../page.ts';
import { CHARTS } from '../text.ts';
import { onScale } from './chart-model.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, stepsText, thinned, type PlotLine, type PlotRow } from './lines.ts';
import { ClosedRegion } from './region.tsx';
import { SaveChart } from './save-chart.tsx';
import { powerTick, shortTick } from './ticks.ts';
import { STEP_ROWS, thinning } from './tables.ts';
import { useChart } from './use-chart.ts';

const exact = (n: number) => figures(n, 4);
const SCALED = { tick: shortTick, logTick: powerTick, usual: 'log' } as const;
const LINES: readonly PlotLine[] = [
  { key: 'rate', name: 'learning rate', colour: 'var(--ink)', dash: '', look: 'plain' },
];

/** The rate that steps were taken with. A rule of learning without one has no such chart. */
export function RateRegion() {
  const hasRate = usePage((state) => state.run.spec.learning === 'backprop');
  if (!hasRate) return null;
  return (
    <ClosedRegion name="Learning rate" caption={CHARTS.rate}>
      <Rate />
    </ClosedRegion>
  );
}

function Rate() {
  const { view, tools, axis, end, marks } = useChart();
  const opened = usePage((state) => state.opened);
  const { chart, legend, tables } = useMemo(() => {
    const { streams } = view;
    const rows: PlotRow[] =
      opened === null
        ? []
        : streams.loss.points().map(({ from, to }) => ({
            ...{ x: axis.at(to), step: to, from },
            // The rate of the last of these steps, which is counted from 0 there.
            rate: rateAt(opened.run.spec, streams.marks, to - 1, opened.stepsPerEpoch),
          }));
    const drawn = {
      ...{ title: 'Learning rate', kind: axis.kind, end, marks, references: [], exact },
      ...{ rows, lines: LINES },
    };
    const table = () => ({
      caption: `Learning rate of the last of these steps${thinning(rows, STEP_ROWS, 'places')}`,
      columns: ['Step', 'Learning rate'],
      rows: thinned(rows, STEP_ROWS).map(({ from, step, rate = NaN }) => ({
        key: String(from),
        cells: [stepsText(from, step), exact(rate)],
      })),
    });
    return {
      chart: onScale(drawn, SCALED, tools),
      legend: legendOf(LINES, rows, exact),
      tables: () => [table()],
    };
  }, [view, tools, axis, end, marks, opened]);
  return (
    <>
      <Legend entries={legend} />
      <LazyPlot chart={chart} />
      <div className="region-foot">
        <TableTwin of="learning rate" tables={tables} />
        <SaveChart chart={chart} />
      </div>
    </>
  );
}
