import { lazy, Suspense, type ComponentProps } from 'react';

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })));

/** The chart library comes after the first paint; its place is kept free. */
export function LazyPlot(props: ComponentProps<typeof Plot>) {
  return (
    <div className="plot">
      {props.rows.length === 0 && <p className="plot-empty">No step has been taken yet.</p>}
      <Suspense fallback={null}>
        <Plot {...props} />
      </Suspense>
    </div>
  );
}
