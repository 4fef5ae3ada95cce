/** Table twins of the line charts. Pure. */
import type { PublishedFigure } from '../../experiment/recipe.ts';
import { figures } from '../../experiment/digits.ts';
import { flipsText, percent, whole } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { WEIGHT_NAMES } from '../text.ts';
import type { Series, SeriesPoint } from '../state/series.ts';
import type { EpochRecord, WeightErrors } from '../../session/protocol.ts';
import { type KeptRun, ownError } from '../runs/kept-run.ts';
import { ERROR_OVERLAY, LOSS_OVERLAY, type Overlay } from '../runs/overlay.ts';
import type { Streams } from '../state/streams.ts';
import { stepsText, thinned } from './lines.ts';

/** Rows of a table at most: a reader wants the shape of a curve, and every epoch as far as that goes. */
export const STEP_ROWS = 20;
const EPOCH_ROWS = 100;

const epochKey = (epoch: number): string => `epoch ${epoch}`;

/** Says of a table that it leaves rows out, and how many. */
export const thinning = (of: readonly unknown[], shown: number, things: string): string =>
  of.length <= shown ? '' : `; ${shown} of ${whole(of.length)} ${things}, evenly spaced`;

/** What a kept run had at a step: of the bucket that it fell into. */
const valueAt = (curve: KeptRun['loss'], step: number): number | undefined =>
  curve.find(([from, to]) => from <= step && step <= to)?.[2];

type Place = Pick<SeriesPoint, 'from' | 'to'>;

/** Places of the longest of some kept curves behind a step. */
function placesBehind(step: number, curves: readonly KeptRun['loss'][]): Place[] {
  const [longest = []] = curves.toSorted((a, b) => (b.at(-1)?.[1] ?? 0) - (a.at(-1)?.[1] ?? 0));
  return longest.flatMap(([from, to]) => (from > step ? [{ from, to }] : []));
}

function trainTable(
  streams: Streams,
  curve: 'loss' | 'error',
  what: string,
  print: (n: number) => string,
  kept: readonly KeptRun[],
): Twin {
  const points = streams[curve].points();
  const own = new Map(points.map(({ from, value }) => [from, value]));
  const curves = kept.map((run) => run[curve]);
  const places: Place[] = [...points, ...placesBehind(streams[curve].last, curves)];
  const { width } = streams[curve];
  const printed = (value?: number) => (value === undefined ? '' : print(value));
  return {
    caption: `${what} of the minibatch${width > 1 ? `, means over ${width} steps` : ''}${thinning(places, STEP_ROWS, 'places')}`,
    columns: ['Step', what, 'Weights', ...kept.map(({ name }) => name)],
    rows: thinned(places, STEP_ROWS).map(({ from, to }) => ({
      key: String(from),
      cells: [
        stepsText(from, to),
        printed(own.get(from)),
        own.has(from) ? WEIGHT_NAMES[streams.weightsAt(from)] : '',
        ...curves.map((values) => printed(valueAt(values, to))),
      ],
    })),
  };
}

interface EpochTable {
  readonly caption: string;
  /** Of the run at hand, behind the epoch. */
  readonly columns: readonly string[];
  readonly cells: (record: EpochRecord) => readonly string[];
  /** Of the kept runs: what is drawn of them. */
  readonly overlay: Overlay;
  readonly print: (n: number) => string;
}

/** A row an epoch of any of the runs. */
function epochTable(
  { epochs }: Streams,
  kept: readonly KeptRun[],
  { caption, columns, cells, overlay, print }: EpochTable,
): Twin {
  const own = new Map(epochs.map((record) => [record.epoch, record]));
  const others = kept.map(
    (run) => new Map(run.epochs.map((record) => [record.epoch, record[overlay.epoch]])),
  );
  const all = [...new Set([own, ...others].flatMap((runs) => [...runs.keys()]))];
  const numbers = all.sort((a, b) => a - b);
  return {
    caption: `${caption}${thinning(numbers, EPOCH_ROWS, 'epochs')}`,
    columns: [
      ...['Epoch', ...columns],
      ...kept.map(({ name, weights }) => `${name}, ${overlay.split}, ${weights}`),
    ],
    rows: thinned(numbers, EPOCH_ROWS).map((epoch) => {
      const record = own.get(epoch);
      return {
        key: epochKey(epoch),
        cells: [
          String(epoch),
          ...(record === undefined ? columns.map(() => '') : cells(record)),
          ...kept.map(({ weights }, k) => {
            const figures = others[k]?.get(epoch);
            return figures === undefined ? '' : print(ownError(figures, weights));
          }),
        ],
      };
    }),
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

export function lossTables(streams: Streams, kept: readonly KeptRun[] = []): Twin[] {
  return [
    trainTable(streams, 'loss', 'Loss', (n) => figures(n, 5), kept),
    epochTable(streams, kept, {
      caption: 'Loss by epoch',
      columns: ['Train', ...weightColumns(streams, 'Validation')],
      cells: ({ trainLoss, validationLoss }) => [
        figures(trainLoss),
        ...weightCells(streams, validationLoss, figures),
      ],
      ...{ overlay: LOSS_OVERLAY, print: figures },
    }),
  ];
}

export function errorTables(
  streams: Streams,
  published: readonly PublishedFigure[] = [],
  kept: readonly KeptRun[] = [],
): Twin[] {
  return [
    trainTable(streams, 'error', 'Error', percent, kept),
    epochTable(streams, kept, {
      caption: 'Error by epoch',
      columns: [
        'Train',
        ...weightColumns(streams, 'Validation'),
        ...weightColumns(streams, 'Test'),
      ],
      cells: ({ trainError, validationError, testError }) => [
        percent(trainError),
        ...weightCells(streams, validationError, percent),
        ...weightCells(streams, testError, percent),
      ],
      ...{ overlay: ERROR_OVERLAY, print: percent },
    }),
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
  const points = all.find((series) => series.points().length > 0)?.points() ?? [];
  const printed = (point?: SeriesPoint) => (point === undefined ? '' : print(point.value));
  return {
    caption: `${caption}${thinning(points, STEP_ROWS, 'places')}`,
    columns: ['Step', ...names],
    rows: thinned(points, STEP_ROWS).map(({ from, to }) => ({
      key: String(from),
      cells: [stepsText(from, to), ...columns.map((points) => printed(points.get(from)))],
    })),
  };
}

export function flipTables(streams: Streams, layers: readonly string[]): Twin[] {
  const table = (caption: string, all: readonly Series[]): Twin =>
    curveTable(caption, all, layers, (n) => flipsText(n, 3));
  const sampled = streams.sampleFlips.some((series) => series.points().length > 0);
  return [
    table('Share of weights whose stored sign changed in a step', streams.signFlips),
    ...(sampled
      ? [table('Share of sampled weights that differ from the step before', streams.sampleFlips)]
      : []),
  ];
}
