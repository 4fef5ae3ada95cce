/** Table twins of the line charts. Pure. */
import type { PublishedFigure } from '../../experiment/recipe.ts';
import { figures, percent } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { WEIGHT_NAMES } from '../text.ts';
import type { Series, SeriesPoint } from '../state/series.ts';
import type { WeightErrors } from '../../session/protocol.ts';
import type { Streams } from '../state/streams.ts';
import { stepsText, thinned } from './lines.ts';

/** The latest of many is what a reader looks for first; the rest is in the chart. */
const EPOCH_ROWS = 20;

const epochKey = (epoch: number): string => `epoch ${epoch}`;

function trainTable(
  streams: Streams,
  series: Series,
  what: string,
  print: (n: number) => string,
): Twin {
  return {
    caption: `${what} of the minibatch${series.width > 1 ? `, means over ${series.width} steps` : ''}`,
    columns: ['Step', what, 'Weights'],
    rows: thinned(series.points()).map(({ from, to, value }) => ({
      key: String(from),
      cells: [stepsText(from, to), print(value), WEIGHT_NAMES[streams.weightsAt(from)]],
    })),
  };
}

/** A cell for each kind of weights; ternary only where some record has it. */
const weightCells = (
  { isQuantised }: Streams,
  { binary, real, ternary }: WeightErrors,
  print: (n: number) => string,
): string[] => [
  print(binary),
  print(real),
  ...(isQuantised ? [ternary === undefined ? '' : print(ternary)] : []),
];

const weightColumns = ({ isQuantised }: Streams, split: string): string[] => [
  `${split}, binary`,
  `${split}, real`,
  ...(isQuantised ? [`${split}, ternary`] : []),
];

export function lossTables(streams: Streams): Twin[] {
  return [
    trainTable(streams, streams.loss, 'Loss', (n) => figures(n, 5)),
    {
      caption: 'Loss by epoch',
      columns: ['Epoch', 'Train', ...weightColumns(streams, 'Validation')],
      rows: streams.epochs.slice(-EPOCH_ROWS).map(({ epoch, trainLoss, validationLoss }) => ({
        key: epochKey(epoch),
        cells: [
          String(epoch),
          figures(trainLoss),
          ...weightCells(streams, validationLoss, figures),
        ],
      })),
    },
  ];
}

export function errorTables(streams: Streams, published: readonly PublishedFigure[] = []): Twin[] {
  return [
    trainTable(streams, streams.error, 'Error', percent),
    {
      caption: 'Error by epoch',
      columns: [
        'Epoch',
        'Train',
        ...weightColumns(streams, 'Validation'),
        ...weightColumns(streams, 'Test'),
      ],
      rows: streams.epochs
        .slice(-EPOCH_ROWS)
        .map(({ epoch, trainError, validationError, testError }) => ({
          key: epochKey(epoch),
          cells: [
            String(epoch),
            percent(trainError),
            ...weightCells(streams, validationError, percent),
            ...weightCells(streams, testError, percent),
          ],
        })),
    },
    ...ensembleTables(streams),
    ...(published.length === 0
      ? []
      : [
          {
            caption: 'Published for exactly this experiment',
            columns: ['Weights', 'Test', 'Source'],
            rows: published.map(({ weights, testError, source }) => ({
              key: source,
              cells: [weights, percent(testError), source],
            })),
          },
        ]),
  ];
}

function ensembleTables({ ensembles }: Streams): Twin[] {
  if (ensembles.length === 0) return [];
  return [
    {
      caption: 'Error of ensembles: the mean of the outputs of so many sampled nets',
      columns: ['Step', 'Nets', 'Validation', 'Test'],
      rows: ensembles.slice(-4).flatMap(({ step, sizes }) =>
        sizes.map(({ members, validation, test }) => ({
          key: `${step} ${members}`,
          cells: [String(step), String(members), percent(validation), percent(test)],
        })),
      ),
    },
  ];
}

/** A column for each of several curves that share their buckets. */
export function curveTable(
  caption: string,
  all: readonly Series[],
  names: readonly string[],
  print: (n: number) => string,
): Twin {
  const columns = all.map((series) => new Map(series.points().map((point) => [point.from, point])));
  const places = thinned(all.find((series) => series.points().length > 0)?.points() ?? []);
  const printed = (point?: SeriesPoint) => (point === undefined ? '' : print(point.value));
  return {
    caption,
    columns: ['Step', ...names],
    rows: places.map(({ from, to }) => ({
      key: String(from),
      cells: [stepsText(from, to), ...columns.map((points) => printed(points.get(from)))],
    })),
  };
}

export function flipTables(streams: Streams, layers: readonly string[]): Twin[] {
  const table = (caption: string, all: readonly Series[]): Twin =>
    curveTable(caption, all, layers, (n) => figures(n, 3));
  const sampled = streams.sampleFlips.some((series) => series.points().length > 0);
  return [
    table('Share of weights whose stored sign changed in a step', streams.signFlips),
    ...(sampled
      ? [table('Share of sampled weights that differ from the step before', streams.sampleFlips)]
      : []),
  ];
}
