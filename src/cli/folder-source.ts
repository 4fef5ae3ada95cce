/** Node's source of files: a folder that holds one folder a data set. */
import { join } from 'node:path';
import { archiveMembers } from '../data/archive.ts';
import { CONTENTS_FILE, parseContents } from '../data/contents-file.ts';
import type { Dataset } from '../data/dataset.ts';
import {
  type DataRequest,
  type FileRequest,
  type FileSource,
  loadDataset,
  type LoadOptions,
  readOfficial,
  requestFor,
  type ReadOptions,
} from '../data/load.ts';
import { at } from '../experiment/at.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { kindOf, readFound } from './files.ts';
import { folderStore } from './prepared-store.ts';
import { DATA_DIR, readIndex } from './project.ts';
import { contentsOfFound, findSvhn } from './svhn-folder.ts';

export interface FolderOptions extends LoadOptions {
  /** How to divide a part of SVHN, such as `881,101,101`, where its contents.json does not say. */
  readonly split?: string;
}

/**
 * Load a data set, an official one from `dir/ID/`, which holds the official files, packed or
 * unpacked. `dir` is the project's `public/data` if left out. The error is one sentence.
 */
export async function loadFromFolder(
  request: DataRequest,
  dir: string = DATA_DIR,
  options: FolderOptions = {},
): Promise<Result<Dataset>> {
  const { split = null } = options;
  if (split !== null && request.data !== 'svhn') {
    return fail(`--split divides a part of svhn; ${request.data} is always divided as published.`);
  }
  const loaded = await loadDataset(
    request,
    async (id) => {
      const index = await readIndex();
      return index.ok ? readOfficial(id, index.value, folderSource(dir, split), options) : index;
    },
    { store: folderStore(dir), ...options },
  );
  return loaded === 'cancelled' ? fail('Loading was cancelled.') : loaded;
}

/** No archive is read that is longer. */
const ARCHIVE_LIMIT = 2 ** 29;

/** A source that reads files from `dir/ID/`, as FolderFiles finds them. `split`: see FolderOptions. */
export function folderSource(dir: string, split: string | null = null): FileSource {
  const folders = new Map<string, FolderFiles>();
  return {
    async read(request, options) {
      const folder = join(dir, request.id);
      const files = folders.get(folder) ?? new FolderFiles(folder);
      folders.set(folder, files);
      const found = await files.read(request, options);
      if (found === null) return fail(await whatIsMissing(dir, folder, request));
      return found.ok ? ok(found.value.bytes) : found;
    },
    async contents(id, entry) {
      const folder = join(dir, id);
      const found = await findSvhn(folder, entry);
      const { kind } = found;
      if (kind === 'none') {
        const file = at(entry.files, 0);
        return fail(await whatIsMissing(dir, folder, requestFor(id, entry, file)));
      }
      return kind === 'said' && split === null
        ? parseContents(found.json, join(folder, CONTENTS_FILE))
        : contentsOfFound(found, folder, entry, split);
    },
  };
}

export interface FoundFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where it was found. */
  readonly path: string;
}

/** The official files in one folder, however they lie there. */
export class FolderFiles {
  readonly #folder: string;
  /** Members of an archive that was opened, until they are asked for. */
  #members: Map<string, Uint8Array<ArrayBuffer>> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A requested file: under its official name, without `.gz`, as `train-images.idx3-ubyte` (the name
   * some mirrors give the unpacked file), in the folder an archive unpacks to, or out of the
   * archive. Null where it is nowhere.
   */
  async read(request: FileRequest, options?: ReadOptions): Promise<Result<FoundFile> | null> {
    const { entry, file, limit } = request;
    const plain = file.name.replace(/\.gz$/, '');
    const names = [file.name, plain, plain.replace('-idx', '.idx')];
    const folders = entry.format === 'cifar' ? ['', 'cifar-10-batches-bin'] : [''];
    for (const path of folders.flatMap((below) =>
      names.map((name) => join(this.#folder, below, name)),
    )) {
      if ((await kindOf(path)) !== 'file') continue;
      const bytes = await readFound(path, limit, options);
      return bytes.ok ? ok({ bytes: bytes.value, path }) : bytes;
    }
    return entry.format === 'cifar' ? this.#fromArchive(request, entry.archive, options) : null;
  }

  async #fromArchive(
    { entry, file }: FileRequest,
    archive: string,
    options?: ReadOptions,
  ): Promise<Result<FoundFile> | null> {
    const path = join(this.#folder, archive);
    if (this.#members === null) {
      if ((await kindOf(path)) !== 'file') return null;
      const bytes = await readFound(path, ARCHIVE_LIMIT, options);
      if (!bytes.ok) return bytes;
      const members = await archiveMembers(bytes.value, path, entry);
      if (!members.ok) return members;
      this.#members = members.value;
    }
    const bytes = this.#members.get(file.name);
    if (bytes === undefined)
      return fail(`${path} lacks ${file.name}; allowed is the official archive of ${entry.title}.`);
    // Each is asked for once; holding on to it would keep the data set in memory twice.
    this.#members.delete(file.name);
    return ok({ bytes, path });
  }
}

async function whatIsMissing(dir: string, folder: string, request: FileRequest): Promise<string> {
  const { id, entry, file } = request;
  const how =
    dir === DATA_DIR
      ? `"npm run data -- ${id}" puts it there`
      : `a data folder holds ${id}/ with ${contentsOf(request)}`;
  if ((await kindOf(dir)) !== 'folder') return `The data folder ${dir} does not exist; ${how}.`;
  if ((await kindOf(folder)) !== 'folder') {
    return `${entry.title} is missing: there is no folder ${folder}; ${how}.`;
  }
  return `${entry.title} is incomplete: ${join(folder, file.name)} is missing; ${how}.`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** What an official data set consists of, for a sentence. */
export function contentsOf({ entry }: FileRequest): string {
  const { length } = entry.files;
  const files = `the ${WORDS[length] ?? length} official files of ${entry.title}`;
  return entry.format === 'cifar' ? `${entry.archive} or ${files}` : files;
}
