import { useMemo } from 'react';
import { percent } from '../common/format.ts';
import { CHARTS } from '../text.ts';
import { WEIGHT_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, trainLines, trainRows, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { errorTables } from './tables.ts';
import { KeptLegend } from '../runs/kept-legend.tsx';
import { useShownRuns } from '../runs/use-shown-runs.ts';
import { ERROR_OVERLAY, overlaid, overlayLines } from '../runs/overlay.ts';
import { useMarks } from './use-marks.ts';
import { useStreams } from './use-streams.ts';

const EPOCH_LINES: readonly PlotLine[] = [
  { ...WEIGHT_STYLES.binary, key: 'validation-binary', name: 'validation, binary', look: 'ring' },
  { ...WEIGHT_STYLES.real, key: 'validation-real', name: 'validation, real', look: 'ring' },
  { ...WEIGHT_STYLES.binary, key: 'test-binary', name: 'test, binary', look: 'disc' },
  { ...WEIGHT_STYLES.real, key: 'test-real', name: 'test, real', look: 'disc' },
];

const TERNARY_LINES: readonly PlotLine[] = [
  {
    ...WEIGHT_STYLES.ternary,
    key: 'validation-ternary',
    name: 'validation, ternary',
    look: 'ring',
  },
  { ...WEIGHT_STYLES.ternary, key: 'test-ternary', name: 'test, ternary', look: 'disc' },
];

const tick = (n: number) => `${n} %`;

export function ErrorRegion() {
  const view = useStreams(300, 100);
  const marks = useMarks(view);
  const kept = useShownRuns();
  const { rows, lines, legend, tables } = useMemo(() => {
    const { streams } = view;
    const ternary = streams.isQuantised ? TERNARY_LINES : [];
    const ownLines = [...trainLines(streams), ...EPOCH_LINES, ...ternary];
    const ownRows = trainRows(streams.error, streams, ({ validationError, testError }) => ({
      'validation-binary': validationError.binary,
      'validation-real': validationError.real,
      'test-binary': testError.binary,
      'test-real': testError.real,
      'validation-ternary': validationError.ternary ?? NaN,
      'test-ternary': testError.ternary ?? NaN,
    }));
    const allRows = overlaid(ownRows, kept, ERROR_OVERLAY);
    const allLines = [...overlayLines(kept, 'test'), ...ownLines];
    return {
      rows: allRows,
      lines: allLines,
      legend: legendOf(ownLines, ownRows, percent),
      tables: errorTables(streams),
    };
  }, [view, kept]);
  return (
    <Region name="Error" caption={CHARTS.error} tables={tables}>
      <Legend entries={legend} />
      <KeptLegend runs={kept} />
      <LazyPlot title="Error" rows={rows} lines={lines} marks={marks} tick={tick} exact={percent} />
    </Region>
  );
}
