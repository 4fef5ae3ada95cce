import { useMemo } from 'react';
import { ActionButton } from '../common/action-button.tsx';
import { percent } from '../common/format.ts';
import { KeptLegend } from '../runs/kept-legend.tsx';
import { ERROR_OVERLAY, overlaid, overlayLines } from '../runs/overlay.ts';
import { CHARTS, smoothedBy } from '../text.ts';
import { onScale } from './chart-model.ts';
import { WEIGHT_STYLES } from './colours.ts';
import { LazyPlot } from './lazy-plot.tsx';
import { Legend } from './legend.tsx';
import { legendOf, sparseAt, trainLines, trainRows, type PlotLine } from './lines.ts';
import { Region } from './region.tsx';
import { SaveChart } from './save-chart.tsx';
import { errorTables } from './tables.ts';
import { useChart } from './use-chart.ts';
import { usePublished } from './use-published.ts';

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

const tick = (n: number) => `${Number(n.toPrecision(4))} %`;
const SCALED = { tick, logTick: tick, usual: 'linear' } as const;

export function ErrorRegion() {
  const { view, tools, axis, end, marks, kept } = useChart();
  const published = usePublished();
  const { chart, legend, tables } = useMemo(() => {
    const { streams } = view;
    const seen = { axis, smoothing: tools.smoothing };
    const ensemble = streams.ensembles.at(-1);
    const ownLines: readonly PlotLine[] = [
      ...trainLines(streams, tools.smoothing),
      ...EPOCH_LINES,
      ...(streams.isQuantised ? TERNARY_LINES : []),
      ...(ensemble === undefined
        ? []
        : [
            {
              ...WEIGHT_STYLES.ensemble,
              key: 'test-ensemble',
              name: `test, ensemble of ${ensemble.sizes.at(-1)?.members ?? 0}`,
              look: 'disc' as const,
            },
          ]),
    ];
    const ownRows = sparseAt(
      trainRows(streams.error, streams, seen, ({ validationError, testError }) => ({
        'validation-binary': validationError.binary,
        'validation-real': validationError.real,
        'test-binary': testError.binary,
        'test-real': testError.real,
        'validation-ternary': validationError.ternary ?? NaN,
        'test-ternary': testError.ternary ?? NaN,
      })),
      'test-ensemble',
      streams.ensembles.map(({ step, sizes }) => [step, sizes.at(-1)?.test ?? NaN] as const),
    );
    const drawn = {
      ...{ title: 'Error', kind: axis.kind, end, marks, exact: percent },
      references: published.map(({ testError, weights }) => ({
        value: testError,
        text: `published: ${percent(testError)}, ${weights} weights`,
      })),
      rows: overlaid(ownRows, kept, ERROR_OVERLAY, seen),
      lines: [...overlayLines(kept, ERROR_OVERLAY), ...ownLines],
    };
    return {
      chart: onScale(drawn, SCALED, tools),
      legend: legendOf(ownLines, ownRows, percent),
      tables: () => errorTables(streams, published, kept),
    };
  }, [view, tools, axis, end, marks, kept, published]);
  return (
    <Region
      name="Error"
      caption={`${CHARTS.error}${smoothedBy(tools.smoothing)}`}
      tables={tables}
      menu={<SaveChart chart={chart} />}
    >
      <Legend entries={legend} />
      <KeptLegend runs={kept} />
      <LazyPlot chart={chart} />
      {published.map(({ testError, weights, source }) => (
        <p key={source} className="caption">
          Dashed: {percent(testError)} on the test set with {weights} weights, as published for
          exactly this experiment. {source}.
        </p>
      ))}
      <p className="chart-action">
        <ActionButton name="ensemble" className="quiet" />
      </p>
    </Region>
  );
}
