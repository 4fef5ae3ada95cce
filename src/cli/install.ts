/** Put the official files of a data set where the page and the command line find them. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isGzip } from '../data/gunzip.ts';
import type { DataEntry, DataFile } from '../data/index-file.ts';
import { type FileRequest, filesOf, requestFor } from '../data/load.ts';
import { unpack } from '../data/unpack.ts';
import type { OfficialId } from '../experiment/datasets.ts';
import { codeOf, kindOf, readFound } from './files.ts';
import type { ProgressBar } from './progress-bar.ts';
import { PROJECT_DIR } from './project.ts';
import { folderSupplier, type Supplier, webSupplier } from './suppliers.ts';

/** `code` 1: the network or the disk failed; 2: something is wrong with the input. */
export interface Failure {
  readonly code: 1 | 2;
  /** One sentence. */
  readonly message: string;
}
export type Installed<T = string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export const failed = (code: Failure['code'], message: string): Installed<never> => ({
  ok: false,
  error: { code, message },
});

export interface InstallOptions {
  /** Holds one folder a data set. */
  readonly dataDir: string;
  readonly mirrors: readonly string[];
  /** A folder to copy from; null: download. */
  readonly from: string | null;
  readonly bar: ProgressBar;
}

/** Where a data set's files belong, and how that is said. */
export function placeOf(dataDir: string, id: OfficialId): { folder: string; shown: string } {
  const folder = join(dataDir, id);
  const inside = relative(PROJECT_DIR, folder);
  return { folder, shown: inside.startsWith('..') ? folder : inside };
}

/** Put what is missing or damaged of a data set in its place. Gives a sentence that says so. */
export async function install(
  id: OfficialId,
  entry: DataEntry,
  options: InstallOptions,
  files: readonly DataFile[] = filesOf(entry),
): Promise<Installed> {
  const { from, mirrors, bar } = options;
  const { folder, shown } = placeOf(options.dataDir, id);
  const supply: Supplier = from === null ? webSupplier(mirrors, bar) : folderSupplier(from, id);
  const origins = new Set<string>();
  let placed = 0;
  for (const file of files) {
    const request = requestFor(id, entry, file);
    if (await isIntact(folder, request)) continue;
    const got = await supply(request);
    if (!got.ok) return failed(from === null ? 1 : 2, got.error);
    const written = await place(folder, shown, file.name, got.value.bytes);
    if (!written.ok) return written;
    origins.add(got.value.origin);
    placed += 1;
  }
  const { title } = entry;
  const sum = files.length;
  const where = `into ${shown}, from ${[...origins].join(' and ')}`;
  return {
    ok: true,
    value:
      placed === 0
        ? `${title} is already in ${shown} and intact; nothing to do.`
        : placed === sum
          ? `Put the ${sum} files of ${title} ${where}.`
          : `Put ${placed} of the ${sum} files of ${title} ${where}; the others were there and intact.`,
  };
}

async function isIntact(folder: string, request: FileRequest): Promise<boolean> {
  const path = join(folder, request.file.name);
  if ((await kindOf(path)) !== 'file') return false;
  const bytes = await readFound(path, request.limit);
  return bytes.ok && (await unpack(bytes.value, path, request.entry, request.file)).ok;
}

/**
 * Write a file so that it is either wholly there or not at all; one that is to be packed is. The
 * error is a sentence.
 */
export async function place(
  folder: string,
  shown: string,
  name: string,
  bytes: Uint8Array | string,
): Promise<Installed<null>> {
  const temporary = join(folder, `.${name}.${process.pid}.part`);
  const pack = name.endsWith('.gz') && typeof bytes !== 'string' && !isGzip(bytes);
  try {
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(temporary, pack ? gzipSync(bytes, { level: 9 }) : bytes);
      await rename(temporary, join(folder, name));
    } finally {
      await rm(temporary, { force: true });
    }
    return { ok: true, value: null };
  } catch (error) {
    return failed(
      1,
      `${join(shown, name)} cannot be written (${codeOf(error)}); free some space or check who may write there.`,
    );
  }
}
