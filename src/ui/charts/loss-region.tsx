import { useMemo } from 'react';
import { figures } from '../../experiment/digits.ts';
import { KeptLegend } from '../runs/kept-legend.tsx';
import { LOSS_OVERLAY, overlaid, overlayLines } from '../runs/overlay.ts';
import { CHARTS, smoothedBy } from '../text.ts';
import { onScale } from './chart-model.ts';
import { WEIGHT_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, trainLines, trainRows, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { SaveChart } from './save-chart.tsx';
import { lossTables } from './tables.ts';
import { powerTick, shortTick } from './ticks.ts';
import { useChart } from './use-chart.ts';

const EPOCH_LINES: readonly PlotLine[] = [
  { ...WEIGHT_STYLES.binary, key: 'binary', name: 'validation, binary', look: 'ring' },
  { ...WEIGHT_STYLES.real, key: 'real', name: 'validation, real', look: 'ring' },
];

const TERNARY_LINE: PlotLine = {
  ...WEIGHT_STYLES.ternary,
  ...{ key: 'ternary', name: 'validation, ternary', look: 'ring' },
};

const SCALED = { tick: shortTick, logTick: powerTick, usual: 'linear' } as const;
const exact = (n: number) => figures(n, 4);

export function LossRegion() {
  const { view, tools, axis, end, marks, kept } = useChart();
  const { chart, legend, tables } = useMemo(() => {
    const { streams } = view;
    const seen = { axis, smoothing: tools.smoothing };
    const ternary = streams.isQuantised ? [TERNARY_LINE] : [];
    const ownLines = [...trainLines(streams, tools.smoothing), ...EPOCH_LINES, ...ternary];
    const ownRows = trainRows(streams.loss, streams, seen, ({ validationLoss }) => ({
      binary: validationLoss.binary,
      real: validationLoss.real,
      ternary: validationLoss.ternary ?? NaN,
    }));
    const drawn = {
      ...{ title: 'Loss', kind: axis.kind, end, marks, references: [], exact },
      rows: overlaid(ownRows, kept, LOSS_OVERLAY, seen),
      lines: [...overlayLines(kept, LOSS_OVERLAY), ...ownLines],
    };
    return {
      chart: onScale(drawn, SCALED, tools),
      legend: legendOf(ownLines, ownRows, exact),
      tables: () => lossTables(streams, kept),
    };
  }, [view, tools, axis, end, marks, kept]);
  return (
    <Region
      name="Loss"
      caption={`${CHARTS.loss}${smoothedBy(tools.smoothing)}`}
      tables={tables}
      menu={<SaveChart chart={chart} />}
    >
      <Legend entries={legend} />
      <KeptLegend runs={kept} />
      <LazyPlot chart={chart} />
    </Region>
  );
}
