/**
 * A checkpoint as the page writes and reads it: the run's state, the records of its epochs, and its curves,
 * thinned. Loaded when the first one is needed.
 */
import * as v from 'valibot';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { readCheckpoint, writeCheckpoint } from '../../export/checkpoint-file.ts';
import { parseProgress, type Progress, type Resumable } from '../../session/progress.ts';
import type { SeriesPoint } from '../state/series.ts';
import type { Recalled } from '../state/streams.ts';

/** Points of a curve at most. */
const MOST_POINTS = 512;
const finite = v.pipe(v.number(), v.finite());
const Curve = v.pipe(v.array(v.tuple([finite, finite, finite])), v.maxLength(MOST_POINTS));
/** Files of the command line have none. */
const Curves = v.object({ curves: v.object({ loss: Curve, error: Curve }) });

const rows = (points: readonly SeriesPoint[]) =>
  points.slice(-MOST_POINTS).map(({ from, to, value }) => [from, to, value]);
const points = (curve: readonly (readonly [number, number, number])[]): SeriesPoint[] =>
  curve.map(([from, to, value]) => ({ from, to, value }));

/** @throws RangeError where the records are more than a file takes. */
export function encode(
  { checkpoint, loop }: Resumable,
  { records, loss, error }: Recalled,
): Uint8Array<ArrayBuffer> {
  const curves = { loss: rows(loss), error: rows(error) };
  return writeCheckpoint({ checkpoint, progress: { ...loop, records, curves } });
}

/** What is written in a file to go on from. */
export interface Opening {
  readonly state: Resumable;
  readonly recalled: Recalled;
}

/** The error is one sentence; `file` is its name for that. */
export function decode(bytes: Uint8Array<ArrayBuffer>, file: string): Result<Opening> {
  const read = readCheckpoint(bytes, file);
  if (!read.ok) return read;
  const { checkpoint, progress: json } = read.value;
  if (json === null) {
    return fail(`${file} has no progress that goes along; allowed are checkpoints with it.`);
  }
  const progress = parseProgress(json, checkpoint, file);
  if (!progress.ok) return progress;
  const { records, ...loop }: Progress = progress.value;
  const drawn = v.safeParse(Curves, json);
  const curves = drawn.success ? drawn.output.curves : { loss: [], error: [] };
  return ok({
    state: { checkpoint, loop },
    recalled: { records, loss: points(curves.loss), error: points(curves.error) },
  });
}
