/** Where the project's own files lie, whatever folder a command is started from. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataIndex, parseIndex } from '../data/index-file.ts';
import { fail, type Result } from '../experiment/result.ts';

/** The project's root folder. */
export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of all data sets that the page loads from. */
export const DATA_DIR = join(PROJECT_DIR, 'public', 'data');

/** Read the list of data sets in `dataDir`, the project's own if left out. */
export async function readIndex(dataDir: string = DATA_DIR): Promise<Result<DataIndex>> {
  const path = join(dataDir, 'index.json');
  try {
    return parseIndex(await readFile(path, 'utf8'));
  } catch {
    return fail(`The list of data sets, ${path}, is missing; it belongs to the project.`);
  }
}
