import type { ChartModel } from './chart-model.ts';
import { lineEnds } from './ends.ts';
import { PLOT_BOTTOM, PLOT_LEFT, PLOT_RIGHT, PLOT_TOP } from './plot-frame.ts';

/** A label's height as a share of a plane's. */
const GAP = 0.085;

/** The numbers of other runs, where their lines end. The legend says the same in words. */
export const PlotEnds = ({ chart }: { readonly chart: ChartModel }) => (
  <div className="plot-ends" aria-hidden="true">
    {lineEnds(chart, GAP).map(({ key, label, colour, x, y }) => (
      <i
        key={key}
        style={{
          color: colour,
          insetInlineStart: `calc(${PLOT_LEFT + 3}px + (100% - ${PLOT_LEFT + PLOT_RIGHT}px) * ${x})`,
          top: `calc(${PLOT_TOP}px + (100% - ${PLOT_TOP + PLOT_BOTTOM}px) * ${y})`,
        }}
      >
        {label}
      </i>
    ))}
  </div>
);
