/** Checkpoints that `--save` writes. */
import { accessSync, constants, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeCheckpoint } from '../export/checkpoint-file.ts';
import type { Trainer } from '../gpu/trainer.ts';
import type { Progress } from '../session/progress.ts';
import { codeOf } from './files.ts';
import { CommandError } from './train-output.ts';
import type { Keeping } from './training.ts';

/** Milliseconds between two checkpoints on the way, at least. */
const EVERY_MS = 60_000;

/** Write whole or not at all: what breaks off leaves the file that was there. */
function write(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.part`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, file);
}

/** @throws CommandError where the folder of `file` is none that can be written to: better now than after hours. */
export function checkFolderOf(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new CommandError(`--save: "${file}" cannot be written (${codeOf(error)}).`, 2);
  }
}

/**
 * How a run is kept in `file`: after an epoch, at most once a minute; at the end; and where it is stopped,
 * which the first SIGINT (Ctrl-C) or SIGTERM does. The second one ends the command as ever.
 */
export function keepIn(file: string, trainer: Trainer, from: Progress | null): Keeping {
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopped = true;
    });
  }
  let last = performance.now();
  return {
    from,
    file,
    stopped: () => stopped,
    async keep(progress, when) {
      if (when === 'epoch' && performance.now() - last < EVERY_MS) return;
      const checkpoint = await trainer.save();
      try {
        write(file, writeCheckpoint({ checkpoint, progress }));
      } catch (error) {
        const problem = `--save: "${file}" cannot be written (${codeOf(error)}).`;
        // A run is worth more than one of its checkpoints: the next may find room.
        if (when !== 'epoch') throw new CommandError(problem, 1);
        process.stderr.write(`${problem}\n`);
      }
      last = performance.now();
    },
  };
}
