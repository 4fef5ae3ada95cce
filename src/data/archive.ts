/** The official files that are published together in one archive. */
import type { Result } from '../experiment/result.ts';
import { inPieces } from './byte-reader.ts';
import { inflate, isGzip } from './gunzip.ts';
import type { DataEntry } from './index-file.ts';
import { readTar } from './tar.ts';

const PIECE = 1 << 20;

/**
 * The files of a data set out of a tar archive, packed or not, by name. The archive's own bytes do
 * not matter: times, owners and the order of members differ between copies, and each file is
 * checked by itself. The error is one sentence that names `path`.
 */
export function archiveMembers(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  { files }: DataEntry,
): Promise<Result<Map<string, Uint8Array<ArrayBuffer>>>> {
  const wanted = new Map(files.map((file) => [file.name, file.bytes]));
  const sum = files.reduce((before, file) => before + file.bytes, 0);
  // Headers, and other members such as a page about the data, take little beside the data.
  return readTar(isGzip(bytes) ? inflate(bytes, 'gzip') : inPieces(bytes, PIECE), path, {
    wanted,
    total: sum + sum / 4 + 65_536,
  });
}
