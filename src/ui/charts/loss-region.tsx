import { useMemo } from 'react';
import { figures } from '../common/format.ts';
import { CHARTS } from '../text.ts';
import { WEIGHT_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, trainLines, trainRows, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { lossTables } from './tables.ts';
import { KeptLegend } from '../runs/kept-legend.tsx';
import { useShownRuns } from '../runs/use-shown-runs.ts';
import { LOSS_OVERLAY, overlaid, overlayLines } from '../runs/overlay.ts';
import { useMarks } from './use-marks.ts';
import { useStreams } from './use-streams.ts';

const EPOCH_LINES: readonly PlotLine[] = [
  { ...WEIGHT_STYLES.binary, key: 'binary', name: 'validation, binary', look: 'ring' },
  { ...WEIGHT_STYLES.real, key: 'real', name: 'validation, real', look: 'ring' },
];

const TERNARY_LINE: PlotLine = {
  ...WEIGHT_STYLES.ternary,
  ...{ key: 'ternary', name: 'validation, ternary', look: 'ring' },
};

const tick = (n: number) => String(Number(n.toPrecision(2)));
const exact = (n: number) => figures(n, 4);

export function LossRegion() {
  const view = useStreams(300);
  const marks = useMarks(view);
  const kept = useShownRuns();
  const { rows, lines, legend, tables } = useMemo(() => {
    const { streams } = view;
    const ternary = streams.isQuantised ? [TERNARY_LINE] : [];
    const ownLines = [...trainLines(streams), ...EPOCH_LINES, ...ternary];
    const ownRows = trainRows(streams.loss, streams, ({ validationLoss }) => ({
      binary: validationLoss.binary,
      real: validationLoss.real,
      ternary: validationLoss.ternary ?? NaN,
    }));
    const allRows = overlaid(ownRows, kept, LOSS_OVERLAY);
    const allLines = [...overlayLines(kept, 'validation'), ...ownLines];
    return {
      rows: allRows,
      lines: allLines,
      legend: legendOf(ownLines, ownRows, exact),
      tables: lossTables(streams),
    };
  }, [view, kept]);
  return (
    <Region name="Loss" caption={CHARTS.loss} tables={tables}>
      <Legend entries={legend} />
      <KeptLegend runs={kept} />
      <LazyPlot title="Loss" rows={rows} lines={lines} marks={marks} tick={tick} exact={exact} />
    </Region>
  );
}
