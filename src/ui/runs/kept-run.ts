/** A run as this browser keeps it: what it was, and what came of it, thinned. Pure. */
import * as v from 'valibot';
import { factsOf } from '../../experiment/facts.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { decodeLink, encodeLink, MAX_LINK_LENGTH } from '../../experiment/link.ts';
import { net } from '../../experiment/link-values.ts';
import { recipeOf } from '../../experiment/recipes.ts';
import type { Run } from '../../experiment/run.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../../experiment/spec.ts';
import { FORMATS, isNewer, upToDate } from '../../experiment/versions.ts';
import { RUN_SHADES } from '../charts/colours.ts';
import { thinned } from '../charts/lines.ts';
import type { PageState } from '../state/page-state.ts';
import type { Series } from '../state/series.ts';
import { sharedRun } from '../state/share.ts';
import type { Streams } from '../state/streams.ts';
import { MODE_NAMES } from '../text.ts';

/** Points a curve and epochs a run is kept with, at most. */
export const MAX_POINTS = 512;
export const MAX_EPOCHS = 200;
export const MAX_KEPT_KNOTS = 64;
export const MAX_NAME = 80;
export const MAX_NOTE = 400;

const number = v.pipe(v.number(), v.finite());
const Errors = v.object({ binary: number, real: number, ternary: v.optional(number) });
/** [first step, last step, mean of the values], from step 1. */
const Curve = v.pipe(v.array(v.tuple([number, number, number])), v.maxLength(MAX_POINTS));
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

const Stored = v.object({
  version: v.literal(FORMATS.keptRun.version),
  id: text(80),
  /** When it was kept, in milliseconds since 1970. */
  made: number,
  name: text(MAX_NAME),
  note: text(MAX_NOTE),
  /** The run, as a link's fragment. */
  link: text(MAX_LINK_LENGTH),
  /** What the data set is called. */
  data: text(200),
  step: number,
  stepsPerEpoch: number,
  /** Mean over the epochs that were measured; 0 where none was. */
  stepsPerSecond: number,
  adapter: text(200),
  /** [step, seconds of training], ascending. */
  clock: v.optional(v.pipe(v.array(v.tuple([number, number])), v.maxLength(MAX_KEPT_KNOTS))),
  loss: Curve,
  error: Curve,
  /** Mean share of stored signs that change in a step, over its last epoch or what there is of the first. */
  flips: number,
  epochs: v.pipe(
    v.array(
      v.object({
        ...{ epoch: number, step: number, trainLoss: number },
        ...{ validationLoss: Errors, validationError: Errors, testError: Errors },
      }),
    ),
    v.maxLength(MAX_EPOCHS),
  ),
  /** Drawn over the run at hand. */
  isShown: v.boolean(),
  /** Whether its data was all of what its name means; absent: not known. */
  isWhole: v.optional(v.boolean()),
  /** The comparison that it was trained for, if any. */
  comparison: v.optional(
    v.object({
      id: text(80),
      /** The method that it stands for, of those that were trained. */
      method: text(40),
      methods: v.pipe(v.array(text(40)), v.maxLength(40)),
    }),
  ),
  /** One less than the number that stands at its lines and nowhere else. */
  slot: v.pipe(number, v.integer(), v.minValue(0), v.maxValue(1000)),
  /** Tells its line from those of other runs of its mode; absent: the mode's own colour. */
  shade: v.optional(v.picklist(RUN_SHADES)),
});

export type StoredRun = v.InferOutput<typeof Stored>;
export interface KeptRun extends StoredRun {
  readonly run: Run;
  /** The kind of weights it is judged by: follows from the run, and is asked with every drawing. */
  readonly weights: Weights;
  /** It came with a link, which claims it: it is drawn and compared, and never stored. */
  readonly isClaimed?: true;
}
export type ComparisonTag = NonNullable<StoredRun['comparison']>;
export type KeptEpoch = KeptRun['epochs'][number];
export type Weights = 'binary' | 'real' | 'ternary';

const versionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;

/** True where a newer version of the page kept it. */
export const isNewerRun = (value: unknown): boolean => isNewer(FORMATS.keptRun, versionOf(value));

/** What storage held, or null where it is not a run this version reads. */
export function readKept(value: unknown): KeptRun | null {
  const current = upToDate<unknown>(FORMATS.keptRun, 'The kept run', versionOf(value), value);
  if (!current.ok) return null;
  const parsed = v.safeParse(Stored, current.value);
  if (!parsed.success) return null;
  const link = decodeLink(parsed.output.link);
  if (!link.ok || link.value === null) return null;
  const { run } = link.value;
  return { ...parsed.output, run, weights: testedWith(run) };
}

/** What goes into storage; null where its numbers are none that storage would be read from again. */
export function writeKept(kept: KeptRun): StoredRun | null {
  const parsed = v.safeParse(Stored, kept);
  return parsed.success ? parsed.output : null;
}

/** Two runs of the same key are the same run, as far as each got. */
export const keyOf = ({ link, adapter }: Pick<KeptRun, 'link' | 'adapter'>): string =>
  `${adapter} ${link}`;

const curveOf = (series: Series): StoredRun['loss'] =>
  thinned(series.points(), MAX_POINTS).map(({ from, to, value }) => [from, to, value]);

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mode a run ends in, of those it went through. */
export const lastSpec = ({ spec, changes }: Run): ExperimentSpec => {
  const last = changes.findLast(({ field }) => field === 'mode');
  return last?.field === 'mode' ? { ...spec, mode: last.value } : spec;
};

/** The modes a run went through, in order. */
export const modesOf = ({ spec, changes }: Run): Mode[] => [
  spec.mode,
  ...changes.flatMap((change) => (change.field === 'mode' ? [change.value] : [])),
];

/** Room that a name leaves for what tells it from an equal one. */
const MAX_FIRST = 64;
const MAX_NET = 28;
const MAX_MODES = 24;

const shortened = (long: string, most: number): string =>
  long.length <= most ? long : `${long.slice(0, most - 1)}…`;

/** What a person reads first: the recipe, or the net where it is none; how weights propagate; the seed. */
export function nameOf(run: Run): string {
  const { spec } = run;
  const what = recipeOf(spec)?.name ?? `net ${net.write(spec.network.hidden)}`;
  const modes = modesOf(run).map((mode) => MODE_NAMES[mode]);
  const how = shortened(modes.join(' → '), MAX_MODES);
  return `${shortened(what, MAX_NET)} · ${how} · seed ${spec.seed}`.slice(0, MAX_FIRST);
}

/** The number that tells a run from all others, at its lines and in the table. */
export const numberOf = ({ slot, isClaimed }: Pick<KeptRun, 'slot' | 'isClaimed'>): string =>
  isClaimed === true ? 'L' : String(slot + 1);

/** What stands on the page, as it is kept. Null where nothing was trained. */
export function takeRun(
  state: PageState,
  streams: Streams,
  about: { readonly id: string; readonly made: number; readonly slot: number },
): KeptRun | null {
  const { opened, applied, step } = state;
  if (opened === null || step === 0) return null;
  const run = { ...sharedRun(state), changes: applied };
  const flips = streams.signFlips.map((series) => series.points().at(-1)?.value ?? 0);
  const last = streams.epochs.at(-1);
  return {
    ...{ version: FORMATS.keptRun.version, ...about, run, link: encodeLink(run) },
    ...{ weights: testedWith(run), isWhole: opened.data.note === null },
    ...{ name: nameOf(run), note: '', data: opened.data.title },
    ...{ step, stepsPerEpoch: opened.stepsPerEpoch, adapter: opened.adapter.name },
    stepsPerSecond: meanOf(streams.epochs.map(({ stepsPerSecond }) => stepsPerSecond)),
    clock: thinned(streams.clock.knots(), MAX_KEPT_KNOTS).map(([at, past]) => [at, past]),
    loss: curveOf(streams.loss),
    error: curveOf(streams.error),
    flips: meanOf(last === undefined ? flips : Object.values(last.flipRate)),
    epochs: thinned(streams.epochs, MAX_EPOCHS).map((record): KeptEpoch => ({
      ...{ epoch: record.epoch, step: record.step, trainLoss: record.trainLoss },
      validationLoss: record.validationLoss,
      validationError: record.validationError,
      testError: record.testError,
    })),
    isShown: true,
  };
}

/** The kind of weights a run is judged by. */
export function testedWith(run: Run): Weights {
  const spec = lastSpec(run);
  return factsOf(spec, layerShapes(spec, shapeOf(spec.data))).tested;
}

/** An error with a run's own weights; of real weights before there are ternary ones. */
export const ownError = (errors: KeptEpoch['testError'], weights: Weights): number =>
  (weights === 'ternary' ? errors.ternary : errors[weights]) ?? errors.real;

/** The epoch of lowest validation error with the run's own weights; of equal ones the latest. */
export function bestEpoch({
  epochs,
  weights,
}: Pick<KeptRun, 'epochs' | 'weights'>): KeptEpoch | null {
  return epochs.reduce<KeptEpoch | null>(
    (best, epoch) =>
      best === null ||
      ownError(epoch.validationError, weights) <= ownError(best.validationError, weights)
        ? epoch
        : best,
    null,
  );
}
