/**
 * A checkpoint as the page writes and reads it: the run's state, the records of its epochs, and its curves,
 * thinned. Loaded when the first one is needed.
 */
import * as v from 'valibot';
import { fail, ok, type Result } from '../../experiment/result.ts';
import {
  readCheckpoint,
  readHead,
  withoutThrowing,
  writeCheckpoint,
} from '../../export/checkpoint-file.ts';
import { HEADER_START, headerEnd } from '../../export/safetensors.ts';
import { parseProgress, type Progress, type Resumable } from '../../session/progress.ts';
import type { SeriesPoint } from '../state/series.ts';
import type { Recalled } from '../state/streams.ts';

/** Points of a curve at most. */
const MOST_POINTS = 512;
const step = v.pipe(v.number(), v.integer(), v.minValue(1));
const value = v.pipe(v.number(), v.finite());
/** [first step, last step, mean of the values], each behind the one before. */
const Curve = v.pipe(
  v.array(v.strictTuple([step, step, value])),
  v.maxLength(MOST_POINTS),
  v.check((curve) => curve.every(([from, to], k) => from <= to && from > (curve[k - 1]?.[1] ?? 0))),
);
/** Files of the command line have none. */
const Curves = v.object({ curves: v.object({ loss: Curve, error: Curve }) });

/** What was drawn before a checkpoint at step `here`; nothing where the file's curves are no such thing. */
function curvesOf(json: unknown, here: number): Pick<Recalled, 'loss' | 'error'> {
  const drawn = v.safeParse(Curves, json);
  const { loss, error } = drawn.success ? drawn.output.curves : { loss: [], error: [] };
  const isBefore = [...loss, ...error].every(([, to]) => to <= here);
  return isBefore ? { loss: points(loss), error: points(error) } : { loss: [], error: [] };
}

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
export const decode = (bytes: Uint8Array<ArrayBuffer>, file: string): Result<Opening> =>
  withoutThrowing(file, () => opening(bytes, file));

function opening(bytes: Uint8Array<ArrayBuffer>, file: string): Result<Opening> {
  const read = readCheckpoint(bytes, file);
  if (!read.ok) return read;
  const { checkpoint, progress: json } = read.value;
  if (json === null) {
    return fail(`${file} has no progress that goes along; allowed are checkpoints with it.`);
  }
  const progress = parseProgress(json, checkpoint, file);
  if (!progress.ok) return progress;
  const { records, ...loop }: Progress = progress.value;
  return ok({
    state: { checkpoint, loop },
    recalled: { records, ...curvesOf(json, checkpoint.step) },
  });
}

/**
 * The bytes of a file that a person brings. What cannot be a checkpoint is refused by its first bytes, and
 * what is none of ours by its header: the rest of it is never read.
 */
export async function bytesOf(file: Blob, name: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const part = async (end: number) => new Uint8Array(await file.slice(0, end).arrayBuffer());
  try {
    const end = headerEnd(await part(HEADER_START), file.size, name);
    if (!end.ok) return end;
    const head = readHead(await part(end.value), file.size, name);
    return head.ok ? ok(await part(file.size)) : head;
  } catch {
    return fail(`${name} cannot be read.`);
  }
}
