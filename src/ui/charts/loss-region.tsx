import { useMemo } from 'react';
import { figures } from '../common/format.ts';
import { CHARTS } from '../text.ts';
import { WEIGHT_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, trainLines, trainRows, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { lossTables } from './tables.ts';
import { useMarks } from './use-marks.ts';
import { useStreams } from './use-streams.ts';

const EPOCH_LINES: readonly PlotLine[] = [
  { ...WEIGHT_STYLES.binary, key: 'binary', name: 'validation, binary', look: 'ring' },
  { ...WEIGHT_STYLES.real, key: 'real', name: 'validation, real', look: 'ring' },
];

const tick = (n: number) => String(Number(n.toPrecision(2)));
const exact = (n: number) => figures(n, 4);

export function LossRegion() {
  const view = useStreams(300);
  const marks = useMarks(view);
  const { rows, lines, legend, tables } = useMemo(() => {
    const { streams } = view;
    const allLines = [...trainLines(streams), ...EPOCH_LINES];
    const allRows = trainRows(streams.loss, streams, ({ validationLoss: { binary, real } }) => ({
      binary,
      real,
    }));
    return {
      rows: allRows,
      lines: allLines,
      legend: legendOf(allLines, allRows, exact),
      tables: lossTables(streams),
    };
  }, [view]);
  return (
    <Region name="Loss" caption={CHARTS.loss} tables={tables}>
      <Legend entries={legend} />
      <LazyPlot title="Loss" rows={rows} lines={lines} marks={marks} tick={tick} exact={exact} />
    </Region>
  );
}
