/** One file of a data set: from the bytes as they came to checked examples. */
import { fail, type Result } from '../experiment/result.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { imagesBytes, isIdx, labelsBytes, parseImages, parseLabels } from './idx.ts';
import type { DataEntry, DataFile } from './index-file.ts';
import { sha256 } from './sha256.ts';

const countOf = (entry: DataEntry, { role }: DataFile): number =>
  role === 'trainImages' || role === 'trainLabels' ? entry.counts.train : entry.counts.test;

const isImages = ({ role }: DataFile): boolean => role === 'trainImages' || role === 'testImages';

/** Bytes of a file's IDX data, unpacked. */
export function contentBytes(entry: DataEntry, file: DataFile): number {
  const count = countOf(entry, file);
  return isImages(file)
    ? imagesBytes({ ...entry.shape, count })
    : labelsBytes({ count, classes: entry.classNames.length });
}

/** No source reads more than this of a file: gzip makes data at worst a little larger than it is. */
export const readLimit = (entry: DataEntry, file: DataFile): number =>
  Math.max(file.bytes, contentBytes(entry, file)) + 65_536;

/**
 * Unpack, parse and verify one file, packed or not: pixels [count, height * width] or labels
 * [count]. Bytes need not come in the wrapping that was published: gzip written by another program
 * differs, and a server that sends `Content-Encoding: gzip` has the browser unpack it on the way.
 * So the checksum is taken of the data inside, after the checks that can say what exactly is
 * wrong. The error is one sentence that names `path`.
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  entry: DataEntry,
  file: DataFile,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (!isGzip(bytes) && !isIdx(bytes)) {
    return fail(
      bytes.length === 0
        ? `${path} is empty; allowed is the file of ${entry.title}, ${file.bytes} bytes long.`
        : `${path} is neither a gzip file nor an IDX file; allowed is the file of ${entry.title}, packed or unpacked.`,
    );
  }
  const content = isGzip(bytes)
    ? await gunzip(bytes, path, contentBytes(entry, file))
    : { ok: true as const, value: bytes };
  if (!content.ok) return content;
  const count = countOf(entry, file);
  const parsed = isImages(file)
    ? parseImages(content.value, path, { ...entry.shape, count })
    : parseLabels(content.value, path, { count, classes: entry.classNames.length });
  if (!parsed.ok) return parsed;
  const found = await sha256(content.value);
  if (found !== null && found !== file.contentSha256) {
    return fail(
      `${path} has the right format but is not the file of ${entry.title}: the SHA-256 of its data begins with ${found.slice(0, 12)}; allowed is ${file.contentSha256.slice(0, 12)}.`,
    );
  }
  return parsed;
}
