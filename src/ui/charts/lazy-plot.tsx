import { lazy, Suspense } from 'react';
import type { ChartModel } from './chart-model.ts';
import { PlotCursor } from './plot-cursor.tsx';

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })));

/** The chart library comes after the first paint; its place is kept free. */
export function LazyPlot({ chart }: { readonly chart: ChartModel }) {
  return (
    <div className="plot">
      {chart.rows.length === 0 && <p className="plot-empty">No step has been taken yet.</p>}
      <Suspense fallback={null}>
        <Plot chart={chart} />
      </Suspense>
      <PlotCursor chart={chart} />
    </div>
  );
}
