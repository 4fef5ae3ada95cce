/** Checkpoints that `--resume` and exports read. */
import { readFileSync, statSync } from 'node:fs';
import { fail, ok, type Result } from '../experiment/result.ts';
import { CHECKPOINT_LIMIT, readCheckpoint, withoutThrowing } from '../export/checkpoint-file.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import { parseProgress, type Progress } from '../session/progress.ts';
import { codeOf } from './files.ts';

/** A run to go on with. */
export interface Resumed {
  readonly checkpoint: Checkpoint;
  /** Null where the file has none: then the records begin here. */
  readonly progress: Progress | null;
}

/** Read a checkpoint. The error is one sentence. */
export function readResumed(file: string): Result<Resumed> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const { size } = statSync(file);
    if (size > CHECKPOINT_LIMIT) {
      return fail(`"${file}" is ${size} bytes long; allowed are at most ${CHECKPOINT_LIMIT}.`);
    }
    bytes = new Uint8Array(readFileSync(file));
  } catch (error) {
    return fail(`"${file}" cannot be read (${codeOf(error)}).`);
  }
  return withoutThrowing(`"${file}"`, () => resumedFrom(bytes, `"${file}"`));
}

function resumedFrom(bytes: Uint8Array<ArrayBuffer>, file: string): Result<Resumed> {
  const read = readCheckpoint(bytes, file);
  if (!read.ok) return read;
  const { checkpoint, progress: json } = read.value;
  if (json === null) return ok({ checkpoint, progress: null });
  const progress = parseProgress(json, checkpoint, file);
  return progress.ok ? ok({ checkpoint, progress: progress.value }) : progress;
}
