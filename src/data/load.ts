/** Load a data set through a source of files: read, verify, parse, split. */
import { fail, type Result } from '../experiment/result.ts';
import type { DatasetId } from '../experiment/spec.ts';
import type { Dataset } from './dataset.ts';
import {
  type DataEntry,
  type DataFile,
  type DataIndex,
  type FileRole,
  fileOf,
} from './index-file.ts';
import { assemble } from './split.ts';
import { readLimit, unpack } from './unpack.ts';

/** A value, one sentence on what went wrong, or word that somebody called it off. */
export type Load<T> = Result<T> | 'cancelled';

/** What a source is asked for. */
export interface FileRequest {
  readonly id: DatasetId;
  readonly entry: DataEntry;
  readonly file: DataFile;
  /** Relative to the folder of all data sets: `mnist/train-images-idx3-ubyte.gz`. */
  readonly path: string;
  /** A source refuses a file of more bytes than this. */
  readonly limit: number;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Bytes so far, bytes in all (0: not known), and whether they come from a cache. */
  readonly onProgress: (loaded: number, total: number, cached: boolean) => void;
}

/**
 * Where files come from. `read` gives the bytes as they lie there, packed or unpacked, or one
 * sentence; it does not throw. What it gives after an abort is not looked at.
 */
export interface FileSource {
  read(request: FileRequest, options: ReadOptions): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** Progress over all files together, in packed bytes; `file` and `cached` are of the one being read. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
  readonly cached: boolean;
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Small files first: what is wrong with a server shows before 26 MB have come. */
const READING_ORDER: readonly FileRole[] = [
  'trainLabels',
  'testLabels',
  'testImages',
  'trainImages',
];

/** The request for one file of a data set. */
export function requestFor(id: DatasetId, entry: DataEntry, role: FileRole): FileRequest {
  const file = fileOf(entry, role);
  return { id, entry, file, path: `${id}/${file.name}`, limit: readLimit(entry, file) };
}

/**
 * Load the data set `id`, file by file. Every file is checked in size, format and (where the
 * platform has SHA-256) checksum before any of it is used.
 */
export async function loadDataset(
  id: DatasetId,
  index: DataIndex,
  source: FileSource,
  { signal = new AbortController().signal, onProgress }: LoadOptions = {},
): Promise<Load<Dataset>> {
  const entry = index[id];
  const total = entry.files.reduce((sum, file) => sum + file.bytes, 0);
  const parts: Partial<Record<FileRole, Uint8Array<ArrayBuffer>>> = {};
  let before = 0;
  try {
    for (const role of READING_ORDER) {
      const request = requestFor(id, entry, role);
      const { path, file } = request;
      if (signal.aborted) return 'cancelled';
      const bytes = await source.read(request, {
        signal,
        onProgress: (loaded, _, cached) => {
          // Bytes that were unpacked on the way count more than the packed file has.
          onProgress?.({
            file: path,
            loaded: before + Math.min(loaded, file.bytes),
            total,
            cached,
          });
        },
      });
      if (isAborted(signal)) return 'cancelled';
      if (!bytes.ok) return bytes;
      const part = await unpack(bytes.value, path, entry, file);
      if (isAborted(signal)) return 'cancelled';
      if (!part.ok) return part;
      parts[role] = part.value;
      before += file.bytes;
    }
    const { trainImages, trainLabels, testImages, testLabels } = parts;
    if (!trainImages || !trainLabels || !testImages || !testLabels) {
      throw new Error('READING_ORDER leaves out a file');
    }
    return assemble(id, entry, { trainImages, trainLabels, testImages, testLabels });
  } catch (error) {
    // The only RangeError that good and bad files alike can bring about: no memory for an array.
    if (error instanceof RangeError) {
      return fail(
        `There is not enough memory to load ${entry.title}; close other tabs and try again.`,
      );
    }
    throw error;
  }
}

/** Asked through a function, so that the compiler does not take an earlier answer for granted. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
