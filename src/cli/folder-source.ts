/** Node's source of files: a folder that holds one folder a data set. */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset.ts';
import { type FileRequest, type FileSource, type LoadProgress, loadDataset } from '../data/load.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { DatasetId } from '../experiment/spec.ts';
import { DATA_DIR, readIndex } from './project.ts';

const PIECE = 1 << 22;

/**
 * Load the data set `id` from `dir/id/`, which holds the official files, packed or unpacked.
 * `dir` is the project's `public/data` if left out. The error is one sentence.
 */
export async function loadFromFolder(
  id: DatasetId,
  dir: string = DATA_DIR,
  onProgress?: (progress: LoadProgress) => void,
): Promise<Result<Dataset>> {
  const index = await readIndex();
  if (!index.ok) return index;
  const options = onProgress ? { onProgress } : {};
  const loaded = await loadDataset(id, index.value, folderSource(dir), options);
  return loaded === 'cancelled' ? fail('Loading was cancelled.') : loaded;
}

/** A source that reads `dir/id/NAME.gz`, or the unpacked `dir/id/NAME`. */
export function folderSource(dir: string): FileSource {
  return {
    async read(request, { signal, onProgress }) {
      const folder = join(dir, request.id);
      const found = await findFile(folder, request);
      if (found === null) return fail(await whatIsMissing(dir, folder, request));
      return readFound(found, request.limit, signal, (loaded, total) => {
        onProgress(loaded, total, false);
      });
    },
  };
}

/**
 * The path of a requested file in `folder` under its official name, without `.gz`, or as
 * `train-images.idx3-ubyte`, the name some mirrors give the unpacked file; null if none is there.
 */
export async function findFile(folder: string, { file }: FileRequest): Promise<string | null> {
  const plain = file.name.replace(/\.gz$/, '');
  for (const name of [file.name, plain, plain.replace('-idx', '.idx')]) {
    const path = join(folder, name);
    if ((await kindOf(path)) === 'file') return path;
  }
  return null;
}

/** All bytes of a file of at most `limit` bytes. The error is one sentence. */
export async function readFound(
  path: string,
  limit: number,
  signal?: AbortSignal,
  onProgress?: (loaded: number, total: number) => void,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > limit) {
        return fail(`${path} is ${size} bytes long; allowed are at most ${limit}.`);
      }
      const bytes = new Uint8Array(size);
      let loaded = 0;
      while (loaded < size && signal?.aborted !== true) {
        const { bytesRead } = await handle.read(bytes, loaded, Math.min(PIECE, size - loaded));
        if (bytesRead === 0) return fail(`${path} became shorter while it was read.`);
        loaded += bytesRead;
        onProgress?.(loaded, size);
      }
      return ok(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return fail(`${path} cannot be read (${codeOf(error)}); allowed is a readable file.`);
  }
}

/** Whether a path is a folder, a file, or neither. */
export async function kindOf(path: string): Promise<'folder' | 'file' | 'none'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'none';
  } catch {
    return 'none';
  }
}

/** The short name of a system error, such as EACCES. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

async function whatIsMissing(dir: string, folder: string, request: FileRequest): Promise<string> {
  const { id, entry, file } = request;
  const how =
    dir === DATA_DIR
      ? `"npm run data -- ${id}" puts it there`
      : `a data folder holds ${id}/ with the four official files of ${entry.title}`;
  if ((await kindOf(dir)) !== 'folder') return `The data folder ${dir} does not exist; ${how}.`;
  if ((await kindOf(folder)) !== 'folder') {
    return `${entry.title} is missing: there is no folder ${folder}; ${how}.`;
  }
  return `${entry.title} is incomplete: ${join(folder, file.name)} is missing; ${how}.`;
}
