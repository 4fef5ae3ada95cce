/** Where `npm run data` gets official files from: the web, or a folder on this machine. */
import { join } from 'node:path';
import type { FileRequest } from '../data/load.ts';
import { unpack } from '../data/unpack.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { download, type Download, wantedArchive, wantedFile, type Wanted } from './download.ts';
import { contentsOf, FolderFiles } from './folder-source.ts';
import type { ProgressBar } from './progress-bar.ts';

export interface Supplied {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The folder or mirror it came from. */
  readonly origin: string;
}

/** Gives one file after the other, each checked. The error is one sentence. */
export type Supplier = (request: FileRequest) => Promise<Result<Supplied>>;

/** From the web. An archive is fetched once for all its files. */
export function webSupplier(mirrors: readonly string[], bar: ProgressBar): Supplier {
  let archive: Download<Map<string, Uint8Array<ArrayBuffer>>> | null = null;
  const get = async <T>(wanted: Wanted<T>, bytes: number): Promise<Result<Download<T>>> => {
    const megabytes = (count: number) => (count / 1e6).toFixed(1);
    const got = await download(wanted, mirrors, (loaded) => {
      bar.show(loaded / bytes, `${wanted.path}  ${megabytes(loaded)} of ${megabytes(bytes)} MB`);
    });
    bar.clear();
    return got;
  };
  return async (request) => {
    const { entry, file } = request;
    if (entry.format !== 'cifar') {
      const got = await get(wantedFile(request), file.bytes);
      return got.ok ? ok({ bytes: got.value.value, origin: got.value.mirror }) : got;
    }
    if (archive === null) {
      const sum = entry.files.reduce((before, { bytes }) => before + bytes, 0);
      const got = await get(wantedArchive(request, entry.archive), sum);
      if (!got.ok) return got;
      archive = got.value;
    }
    const bytes = archive.value.get(file.name);
    if (bytes === undefined) return fail(`${archive.mirror}${entry.archive} lacks ${file.name}.`);
    const checked = await unpack(bytes, file.name, entry, file);
    return checked.ok ? ok({ bytes, origin: archive.mirror }) : checked;
  };
}

/** From `from/ID/` or `from` itself. */
export function folderSupplier(from: string, id: string): Supplier {
  const folders = [join(from, id), from].map((path) => ({ path, files: new FolderFiles(path) }));
  return async (request) => {
    const { entry, file } = request;
    for (const { path, files } of folders) {
      const found = await files.read(request);
      if (found === null) continue;
      if (!found.ok) return found;
      const checked = await unpack(found.value.bytes, found.value.path, entry, file);
      return checked.ok ? ok({ bytes: found.value.bytes, origin: path }) : checked;
    }
    return fail(
      `--from ${from} lacks ${file.name}; allowed is a folder that holds ${contentsOf(request)}, or ${id}/ with them.`,
    );
  };
}
