import { useMemo } from 'react';
import { figures, powerOfTen } from '../common/format.ts';
import { usePage } from '../page.ts';
import { CHARTS, layerTitle } from '../text.ts';
import { layerColour, layerDash, MODE_STYLES } from './colours.ts';
import { decadesOf } from './ticks.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { layerRows, legendOf, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { flipTables } from './tables.ts';
import { useMarks } from './use-marks.ts';
import { useStreams } from './use-streams.ts';

const tick = (n: number) => powerOfTen(Math.round(Math.log10(n)));
const exact = (n: number) => figures(n, 3);
const NO_LAYERS: readonly { readonly name: string }[] = [];

export function FlipsRegion() {
  const view = useStreams(300, 200);
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const marks = useMarks(view);
  const { rows, lines, legend, tables, decades, isSampled } = useMemo(() => {
    const { streams } = view;
    const sampled = streams.sampleFlips.some((series) => series.points().length > 0);
    const signLines = layers.map(({ name }, l): PlotLine => ({
      key: `sign-${l}`,
      name: layerTitle(name),
      colour: layerColour(l, layers.length),
      dash: layerDash(l),
      look: 'plain',
    }));
    const sampleLines = sampled
      ? signLines.map((line, l): PlotLine => ({
          ...line,
          key: `sample-${l}`,
          name: `${line.name}, samples`,
          dash: MODE_STYLES.stochastic.dash,
        }))
      : [];
    const allLines = [...signLines, ...sampleLines];
    const allRows = layerRows([
      ...streams.signFlips.map((series, l) => [`sign-${l}`, series] as const),
      ...(sampled ? streams.sampleFlips : []).map((series, l) => [`sample-${l}`, series] as const),
    ]);
    return {
      rows: allRows,
      lines: allLines,
      legend: legendOf(allLines, allRows, exact),
      tables: flipTables(
        streams,
        layers.map(({ name }) => layerTitle(name)),
      ),
      decades: decadesOf(allRows, allLines),
      isSampled: sampled,
    };
  }, [view, layers]);
  return (
    <Region
      name="Sign flips"
      caption={isSampled ? `${CHARTS.flips} ${CHARTS.samples}` : CHARTS.flips}
      tables={tables}
    >
      <Legend entries={legend} />
      <LazyPlot
        title="Sign flips"
        rows={rows}
        lines={lines}
        marks={marks}
        tick={tick}
        exact={exact}
        decades={decades}
      />
    </Region>
  );
}
