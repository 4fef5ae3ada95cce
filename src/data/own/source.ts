/** A file a person gave, wherever it lies: in their folder, in an archive, or at the end of an address. */
import { fail, ok, type Result } from '../../experiment/result.ts';
import { quote } from '../../experiment/quote.ts';
import { LIMITS } from './own-data.ts';

export interface SourceFile {
  /** Folders and name, with slashes: `train/cats/1.png`. */
  readonly path: string;
  readonly size: number;
  /** Bytes `start` to `end` (exclusive). May throw where the file has gone or changed meanwhile. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes in memory as a file. */
export const memoryFile = (path: string, bytes: Uint8Array<ArrayBuffer>): SourceFile => ({
  path,
  size: bytes.length,
  read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
});

/** A Blob, such as a File out of a folder, as a file. */
export const blobFile = (path: string, blob: Blob): SourceFile => ({
  path,
  size: blob.size,
  read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder a file lies in, by its own name; '' where it lies in none. */
export const folderName = (path: string): string =>
  baseName(path.slice(0, -1 - baseName(path).length));

/** A path as a sentence may say it. */
export const said = (path: string): string => quote(path, 60);

/** All bytes of a file, or one sentence. */
export async function readWhole(file: SourceFile): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (file.size > LIMITS.file) {
    return fail(
      `${said(file.path)} is ${file.size} bytes long; allowed are at most ${LIMITS.file}.`,
    );
  }
  return readPart(file, 0, file.size);
}

/** Bytes `start` to `end` of a file, or one sentence. */
export async function readPart(
  file: SourceFile,
  start: number,
  end: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    return ok(await file.read(start, Math.min(end, file.size)));
  } catch {
    return fail(
      `${said(file.path)} could not be read: it was moved, changed or may not be opened; choose it again.`,
    );
  }
}
