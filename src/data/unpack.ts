/** One file of a data set: from the bytes as they came to checked examples. */
import { sizeOf } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { cifarRecord, parseCifarBin } from './cifar.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { imagesBytes, isIdx, labelsBytes, parseImages, parseLabels } from './idx.ts';
import type { DataEntry, DataFile, IdxEntry, MatEntry } from './index-file.ts';
import { sha256 } from './sha256.ts';
import { histogramOf, parseSvhn } from './svhn.ts';

/** What a file holds: pixels [count, inputs], labels [count], or both. */
export interface FilePart {
  readonly count: number;
  readonly images: Uint8Array<ArrayBuffer> | null;
  readonly labels: Uint8Array<ArrayBuffer> | null;
  /** Whether the data has the published sum; only what cannot be told by it otherwise may differ. */
  readonly exact?: boolean;
}

export const shapeOfEntry = ({ shape, classNames }: DataEntry) => ({
  ...shape,
  classes: classNames.length,
});

/** Examples in a file. */
export function countOf({ counts }: DataEntry, file: DataFile): number {
  switch (file.role) {
    case 'trainImages':
    case 'trainLabels':
      return counts.train;
    case 'testImages':
    case 'testLabels':
      return counts.test;
    case 'train':
    case 'test':
    case 'extra':
      return 'count' in file ? file.count : ((counts as Record<string, number>)[file.role] ?? 0);
  }
}

const isImages = ({ role }: DataFile): boolean => role === 'trainImages' || role === 'testImages';

/** Bytes of a file's data, unpacked. */
export function contentBytes(entry: DataEntry, file: DataFile): number {
  const count = countOf(entry, file);
  switch (entry.format) {
    case 'idx':
      return isImages(file)
        ? imagesBytes({ ...entry.shape, count })
        : labelsBytes({ count, classes: entry.classNames.length });
    case 'cifar':
      return count * cifarRecord(shapeOfEntry(entry));
    case 'mat':
      // Unpacked pictures and labels of eight bytes: another program may pack them worse, or not.
      return count * (sizeOf(entry.shape) + 8);
  }
}

/** No source reads more than this of a file: gzip makes data at worst a little larger than it is. */
export const readLimit = (entry: DataEntry, file: DataFile): number =>
  Math.max(file.bytes, contentBytes(entry, file)) + 65_536;

/**
 * Unpack, parse and verify one file, packed or not. Bytes need not come in the wrapping that was
 * published: gzip written by another program differs, and a server that sends `Content-Encoding:
 * gzip` has the browser unpack it on the way. So the checksum is taken of the data inside, after the
 * checks that can say what exactly is wrong. The error is one sentence that names `path`.
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  entry: DataEntry,
  file: DataFile,
): Promise<Result<FilePart>> {
  if (bytes.length === 0) {
    return fail(
      `${path} is empty; allowed is the file of ${entry.title}, ${file.bytes} bytes long.`,
    );
  }
  if (entry.format === 'idx' && !isGzip(bytes) && !isIdx(bytes)) {
    return fail(
      `${path} is neither a gzip file nor an IDX file; allowed is the file of ${entry.title}, packed or unpacked.`,
    );
  }
  const content = isGzip(bytes) ? await gunzip(bytes, path, contentBytes(entry, file)) : ok(bytes);
  if (!content.ok) return content;
  const parsed = await parse(content.value, path, entry, file);
  if (!parsed.ok) return parsed;
  const found = await sha256(content.value);
  const exact = found === null || found === file.contentSha256;
  // MAT-files of the same arrays differ with the program that wrote them; their counts are checked.
  if (entry.format === 'mat') return ok({ ...parsed.value, exact });
  if (!exact) {
    return fail(
      `${path} has the right format but is not the file of ${entry.title}: the SHA-256 of its data begins with ${found.slice(0, 12)}; allowed is ${file.contentSha256.slice(0, 12)}.`,
    );
  }
  return parsed;
}

async function parse(
  content: Uint8Array<ArrayBuffer>,
  path: string,
  entry: DataEntry,
  file: DataFile,
): Promise<Result<FilePart>> {
  const count = countOf(entry, file);
  switch (entry.format) {
    case 'idx':
      return parseIdx(content, path, entry, file, count);
    case 'cifar':
      return parseCifarBin(content, path, count, shapeOfEntry(entry));
    case 'mat':
      return parseWholeMat(content, path, entry, file);
  }
}

/** A published MAT-file, checked in its counts: of examples, and of each class where that is known. */
async function parseWholeMat(
  content: Uint8Array<ArrayBuffer>,
  path: string,
  entry: MatEntry,
  file: DataFile,
): Promise<Result<FilePart>> {
  const shape = shapeOfEntry(entry);
  const count = countOf(entry, file);
  const examples = await parseSvhn(content, path, shape);
  if (!examples.ok) return examples;
  if (examples.value.count !== count) {
    return fail(
      `${path} holds ${examples.value.count} pictures; the file of ${entry.title} has ${count}.`,
    );
  }
  const expected = entry.files.find(({ role }) => role === file.role)?.labels;
  const found = histogramOf(examples.value.labels, shape.classes);
  const wrong = expected?.findIndex((n, label) => n !== found[label]) ?? -1;
  if (wrong !== -1) {
    return fail(
      `${path} holds ${found[wrong] ?? 0} pictures of class ${wrong}; the file of ${entry.title} has ${expected?.[wrong] ?? 0}.`,
    );
  }
  return examples;
}

function parseIdx(
  content: Uint8Array<ArrayBuffer>,
  path: string,
  { shape, classNames }: IdxEntry,
  file: DataFile,
  count: number,
): Result<FilePart> {
  if (isImages(file)) {
    const images = parseImages(content, path, { ...shape, count });
    return images.ok ? ok({ count, images: images.value, labels: null }) : images;
  }
  const labels = parseLabels(content, path, { count, classes: classNames.length });
  return labels.ok ? ok({ count, images: null, labels: labels.value }) : labels;
}
