import { useMemo } from 'react';
import { flipsText } from '../common/format.ts';
import { CHARTS, smoothedBy } from '../text.ts';
import { onScale } from './chart-model.ts';
import { MODE_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { curveRows, legendOf, withRaw, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { SaveChart } from './save-chart.tsx';
import { flipTables } from './tables.ts';
import { percentPower, percentTick } from './ticks.ts';
import { useChart } from './use-chart.ts';
import { useLayerLines } from './use-layer-lines.ts';

const SCALED = { tick: percentTick, logTick: percentPower, usual: 'log' } as const;
const exact = (n: number) => flipsText(n, 3);

export function FlipsRegion() {
  const { view, tools, axis, end, marks } = useChart();
  const layers = useLayerLines('sign');
  const { chart, legend, tables, isSampled } = useMemo(() => {
    const { streams } = view;
    const sampled = streams.sampleFlips.some((series) => series.points().length > 0);
    const sampleLines = sampled
      ? layers.map((line, l): PlotLine => ({
          ...line,
          key: `sample-${l}`,
          name: `${line.name}, samples`,
          dash: MODE_STYLES.stochastic.dash,
        }))
      : [];
    const lines = withRaw([...layers, ...sampleLines], tools.smoothing);
    const rows = curveRows(
      [
        ...streams.signFlips.map((series, l) => [`sign-${l}`, series] as const),
        ...(sampled ? streams.sampleFlips : []).map(
          (series, l) => [`sample-${l}`, series] as const,
        ),
      ],
      { axis, smoothing: tools.smoothing },
    );
    const drawn = {
      ...{ title: 'Sign flips', kind: axis.kind, end, marks, references: [], exact },
      ...{ rows, lines },
    };
    const names = layers.map(({ name }) => name);
    return {
      chart: onScale(drawn, SCALED, tools),
      legend: legendOf(lines, rows, exact),
      tables: () => flipTables(streams, names),
      isSampled: sampled,
    };
  }, [view, tools, axis, end, marks, layers]);
  return (
    <Region
      name="Sign flips"
      caption={`${CHARTS.flips}${isSampled ? ` ${CHARTS.samples}` : ''}${smoothedBy(tools.smoothing)}`}
      tables={tables}
      menu={<SaveChart chart={chart} />}
    >
      <Legend entries={legend} />
      <LazyPlot chart={chart} />
    </Region>
  );
}
