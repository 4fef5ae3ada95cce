/** Load a data set: its files through a source, read, verified, parsed, split; then prepared. */
import { at } from '../experiment/at.ts';
import {
  type DatasetId,
  isOfficialId,
  isToyId,
  type OfficialId,
  type OwnId,
} from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from './dataset.ts';
import { type Contents, filesIn, wholeContents } from './contents-file.ts';
import type { DataEntry, DataFile, DataIndex, MatEntry } from './index-file.ts';
import { prepare } from './prepare.ts';
import type { PreparedStore } from './prepared-file.ts';
import type { RawDataset } from './raw.ts';
import { aboutOf, Joined, splitLast } from './split.ts';
import { splitPart, SvhnSplit } from './svhn-split.ts';
import { toyDataset } from './toy.ts';
import { readLimit, unpack } from './unpack.ts';
import type { Load } from './work.ts';

export type { Load } from './work.ts';

/** What of an experiment its data depends on. */
export type DataRequest = Pick<ExperimentSpec, 'data' | 'preprocessing'>;

/** What a source is asked for. */
export interface FileRequest {
  readonly id: OfficialId;
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
  /** Which files of a set in MAT-files are there; where nothing says it, all but the extra one. */
  contents?(id: OfficialId, entry: MatEntry, signal: AbortSignal): Promise<Result<Contents>>;
}

/** Progress over all files together, in packed bytes; `file` and `cached` are of the one being read. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
  readonly cached: boolean;
  /** Preprocessing: `file` says which part of it, and `loaded` of `total` is no number of bytes. */
  readonly preparing?: true;
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Where a person's own data is kept, if anywhere. */
  readonly loadOwn?: (id: OwnId, options: LoadOptions) => Promise<Load<RawDataset>>;
  /** Where preprocessing that took long is kept for next time, if anywhere. */
  readonly store?: PreparedStore;
}

/**
 * The data set of a request, ready to be trained on. `official` gives the raw examples of an
 * official set; toy tasks are made here, in which case `preprocessing` does not matter.
 */
export async function loadDataset(
  { data, preprocessing }: DataRequest,
  official: (id: OfficialId) => Promise<Load<RawDataset>>,
  options: LoadOptions = {},
): Promise<Load<Dataset>> {
  if (isToyId(data)) return ok(toyDataset(data));
  return withinMemory(data, async () => {
    const raw = isOfficialId(data) ? await official(data) : await own(data, options);
    if (raw === 'cancelled' || !raw.ok) return raw;
    const { signal, onProgress, store } = options;
    return prepare(raw.value, preprocessing, {
      signal,
      store,
      onProgress: (what, done, total) => {
        onProgress?.({ file: what, loaded: done, total, cached: false, preparing: true });
      },
    });
  });
}

async function own(id: OwnId, options: LoadOptions): Promise<Load<RawDataset>> {
  return options.loadOwn === undefined
    ? fail(
        `The data ${id} is somebody's own and not kept here; allowed is an official data set or a toy task.`,
      )
    : options.loadOwn(id, options);
}

/** The request for one file of a data set. */
export function requestFor(id: OfficialId, entry: DataEntry, file: DataFile): FileRequest {
  return { id, entry, file, path: `${id}/${file.name}`, limit: readLimit(entry, file) };
}

/** The files of a data set, small ones first: what is wrong with a server shows before 26 MB have come. */
export const filesOf = ({ files }: DataEntry): readonly DataFile[] =>
  files.toSorted((a, b) => a.bytes - b.bytes);

/**
 * Read the official data set `id`, file by file. Every file is checked in size, format and (where
 * the platform has SHA-256) checksum before any of it is used.
 */
export async function readOfficial(
  id: OfficialId,
  index: DataIndex,
  source: FileSource,
  options: LoadOptions = {},
): Promise<Load<RawDataset>> {
  return withinMemory(id, () => readFiles(id, index[id], source, options));
}

async function readFiles(
  id: OfficialId,
  entry: DataEntry,
  source: FileSource,
  options: LoadOptions,
): Promise<Load<RawDataset>> {
  if (entry.format === 'mat') return readMatFiles(id, entry, source, options);
  const about = aboutOf(id, entry);
  const train = new Joined(entry.counts.train, about.inputs);
  const test = new Joined(entry.counts.test, about.inputs);
  const requests = filesOf(entry).map((file) => requestFor(id, entry, file));
  const read = await readEach(requests, source, options, async (bytes, { path, file }) => {
    const part = await unpack(bytes, path, entry, file);
    if (part.ok) (file.role.startsWith('train') ? train : test).add(part.value);
    return part;
  });
  if (read === 'cancelled' || !read.ok) return read;
  return splitLast(about, train.examples(), test.examples(), entry.validation);
}

async function readMatFiles(
  id: OfficialId,
  entry: MatEntry,
  source: FileSource,
  options: LoadOptions,
): Promise<Load<RawDataset>> {
  const { signal = new AbortController().signal } = options;
  const contents = (await source.contents?.(id, entry, signal)) ?? ok(wholeContents(entry, false));
  if (signal.aborted) return 'cancelled';
  if (!contents.ok) return contents;
  const requests = filesIn(contents.value, entry).map((file) => requestFor(id, entry, file));
  const about = aboutOf(id, entry);
  if (contents.value.kind === 'part') {
    const { value: part } = contents;
    const made: RawDataset[] = [];
    const read = await readEach(requests, source, options, async (bytes, { path }) => {
      const raw = await splitPart(about, entry, part, bytes, path);
      if (raw.ok) made.push(raw.value);
      return raw;
    });
    return read === 'cancelled' || !read.ok ? read : ok(at(made, 0));
  }
  const split = new SvhnSplit(about, entry, contents.value);
  const read = await readEach(requests, source, options, async (bytes, { path, file }) => {
    const part = await unpack(bytes, path, entry, file);
    return part.ok ? split.add(file.role, part.value, path) : part;
  });
  return read === 'cancelled' || !read.ok ? read : ok(split.dataset());
}

/** Read one file after the other; `take` gets each one's bytes, and its error ends the reading. */
async function readEach(
  requests: readonly FileRequest[],
  source: FileSource,
  { signal = new AbortController().signal, onProgress }: LoadOptions,
  take: (bytes: Uint8Array<ArrayBuffer>, request: FileRequest) => Promise<Result<unknown>>,
): Promise<Load<null>> {
  const total = requests.reduce((sum, { file }) => sum + file.bytes, 0);
  let before = 0;
  for (const request of requests) {
    const { file, path } = request;
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
    const taken = await take(bytes.value, request);
    if (isAborted(signal)) return 'cancelled';
    if (!taken.ok) return taken;
    before += file.bytes;
  }
  return ok(null);
}

/** What `action` gives, or a sentence where there is no memory for an array. */
async function withinMemory<T>(id: DatasetId, action: () => Promise<Load<T>>): Promise<Load<T>> {
  try {
    return await action();
  } catch (error) {
    // The only RangeError that good and bad files alike can bring about.
    if (error instanceof RangeError) {
      return fail(`There is not enough memory to load ${id}; close other tabs and try again.`);
    }
    throw error;
  }
}

/** Asked through a function, so that the compiler does not take an earlier answer for granted. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
