import { part } from '../common/part.tsx';
import { type ChartModel, zerosText } from './chart-model.ts';
import { PlotCursor } from './plot-cursor.tsx';
import { PlotEnds } from './plot-ends.tsx';

const Plot = part(
  async () => {
    const { Plot: Drawn } = await import('./plot.tsx');
    return { default: (props: { readonly chart: ChartModel }) => <Drawn {...props} /> };
  },
  { waiting: null },
);

/** The chart library comes after the first paint; its place is kept free. */
export function LazyPlot({ chart }: { readonly chart: ChartModel }) {
  const zeros = zerosText(chart);
  return (
    <div className="plot">
      {chart.rows.length === 0 && <p className="plot-empty">No step has been taken yet.</p>}
      <Plot chart={chart} />
      <PlotEnds chart={chart} />
      {zeros !== null && <p className="plot-zeros">{zeros}</p>}
      <PlotCursor chart={chart} />
    </div>
  );
}
