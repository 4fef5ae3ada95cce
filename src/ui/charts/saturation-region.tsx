import { useMemo } from 'react';
import { TableTwin } from '../common/table-twin.tsx';
import { percent } from '../common/format.ts';
import { CHARTS, smoothedBy } from '../text.ts';
import { onScale } from './chart-model.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { curveRows, legendOf, withRaw } from './lines.ts';
import { ClosedRegion } from './region.tsx';
import { SaveChart } from './save-chart.tsx';
import { curveTable } from './tables.ts';
import { percentTick } from './ticks.ts';
import { useChart } from './use-chart.ts';
import { useLayerLines } from './use-layer-lines.ts';

const exact = (share: number) => percent(100 * share);
const SCALED = { tick: percentTick, logTick: percentTick, usual: 'linear' } as const;

export const SaturationRegion = () => (
  <ClosedRegion name="Saturation" caption={CHARTS.saturation}>
    <Saturation />
  </ClosedRegion>
);

function Saturation() {
  const { view, tools, axis, end, marks } = useChart();
  const layers = useLayerLines('saturation');
  const { chart, legend, tables } = useMemo(() => {
    const { streams } = view;
    const lines = withRaw(layers, tools.smoothing);
    const rows = curveRows(
      streams.saturation.map((series, l) => [`saturation-${l}`, series] as const),
      { axis, smoothing: tools.smoothing },
    );
    const drawn = {
      ...{ title: 'Saturation', kind: axis.kind, end, marks, references: [], exact },
      ...{ rows, lines },
    };
    const names = layers.map(({ name }) => name);
    return {
      chart: onScale(drawn, SCALED, tools),
      legend: legendOf(lines, rows, exact),
      tables: () => [curveTable('Share of weights at ±H', streams.saturation, names, exact)],
    };
  }, [view, tools, axis, end, marks, layers]);
  return (
    <>
      {tools.smoothing > 0 && <p className="caption">{smoothedBy(tools.smoothing)}</p>}
      <Legend entries={legend} />
      <LazyPlot chart={chart} />
      <div className="region-foot">
        <TableTwin of="saturation" tables={tables} />
        <SaveChart chart={chart} />
      </div>
    </>
  );
}
