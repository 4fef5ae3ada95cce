/**
 * What a checkpoint carries along beside the trainer's own state, so that the run loop goes on as if it
 * had never stopped: sums of the epoch that is under way, records of those before, changes still to come.
 */
import * as v from 'valibot';
import { shapeOf } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { type Change, isChange, MAX_CHANGES, MAX_STEP } from '../experiment/run.ts';
import { layerShapes, weightLayers } from '../experiment/shapes.ts';
import { BOUNDS } from '../experiment/spec.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';

const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_STEP));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const { max: MOST_EPOCHS } = BOUNDS.epochs;
/** JSON has no word for what is no finite number: it writes null. */
const figure = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? NaN),
);

/** Sums over the steps since the last epoch record. */
const TallySchema = v.object({
  steps: step,
  loss: figure,
  mistakes: count,
  /** Signs that changed, by layer. */
  flips: v.array(count),
  seconds: figure,
});

const errors = v.object({ binary: figure, real: figure, ternary: v.exactOptional(figure) });
const RecordSchema = v.object({
  epoch: v.pipe(v.number(), v.minValue(0), v.maxValue(MOST_EPOCHS)),
  step,
  ...{ trainLoss: figure, trainError: figure },
  ...{ validationLoss: errors, validationError: errors, testError: errors },
  flipRate: v.record(v.string(), figure),
  stepsPerSecond: figure,
});

const ProgressSchema = v.object({
  tally: TallySchema,
  /** An epoch has ended that is still to be evaluated. */
  evaluationDue: v.boolean(),
  /** Changes still to be replayed, ascending by step. */
  pending: v.pipe(v.array(v.unknown()), v.maxLength(MAX_CHANGES)),
  /** Of each evaluation so far. */
  records: v.pipe(v.array(RecordSchema), v.maxLength(MOST_EPOCHS)),
});

type Parsed = v.InferOutput<typeof ProgressSchema>;
export type Tally = Readonly<Parsed['tally']>;
/** Where a run loop stands. */
export interface LoopState {
  readonly tally: Tally;
  readonly evaluationDue: boolean;
  readonly pending: readonly Change[];
}
/** A run at a step, whole: with the same data it goes on from there as if it had never stopped. */
export interface Resumable {
  readonly checkpoint: Checkpoint;
  readonly loop: LoopState;
}
export interface Progress extends LoopState {
  readonly records: Readonly<Parsed['records']>;
}

/** From JSON, beside the checkpoint it came with. The error is one sentence; `file` is its name for that. */
export function parseProgress(
  json: unknown,
  { run: { spec }, step: here }: Pick<Checkpoint, 'run' | 'step'>,
  file: string,
): Result<Progress> {
  const parsed = v.safeParse(ProgressSchema, json);
  const none = (what: string) => fail(`${file}: the progress that goes along ${what}.`);
  if (!parsed.success) {
    return none('is not understood; allowed is what this version of the playground saves');
  }
  const { tally, pending, records, evaluationDue } = parsed.output;
  if (tally.flips.length !== weightLayers(spec)) return none('is of another network');
  if (tally.steps > here || records.some((record) => record.step > here)) {
    return none(`is of steps behind the checkpoint's, ${here}`);
  }
  if (records.some((record, k) => record.step < (records[k - 1]?.step ?? 0))) {
    return none('has records that are not in their order');
  }
  const names = new Set(layerShapes(spec, shapeOf(spec.data)).map(({ name }) => name));
  if (records.some(({ flipRate }) => Object.keys(flipRate).some((name) => !names.has(name)))) {
    return none('is of another network');
  }
  const coming = pending.flatMap((change) => (isChange(change, spec) ? [change] : []));
  let last = here;
  const ascending = coming.every((change) => {
    const follows = change.step >= last;
    last = change.step;
    return follows;
  });
  if (coming.length < pending.length || !ascending) {
    return none('has changes that are not understood, or not to come');
  }
  return ok({ tally, evaluationDue, pending: coming, records });
}
