/**
 * IDX, the format of MNIST and its kin: big-endian uint32 words (a magic number, then the
 * dimensions), then one byte a value. The expected dimensions come from data/index.json; a header
 * is only ever compared with them, so nothing is set aside on its word.
 */
import { fail, ok, type Result } from '../experiment/result.ts';

const IMAGES_MAGIC = 2051;
const LABELS_MAGIC = 2049;
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

export interface ImagesShape {
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

export interface LabelsShape {
  readonly count: number;
  readonly classes: number;
}

/** Bytes of an unpacked IDX file of images. */
export const imagesBytes = ({ count, height, width }: ImagesShape): number =>
  IMAGES_HEADER + count * height * width;

/** Bytes of an unpacked IDX file of labels. */
export const labelsBytes = ({ count }: LabelsShape): number => LABELS_HEADER + count;

/** Whether bytes begin as an IDX file of bytes does: 0, 0, type 8. */
export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8;

/**
 * The pixels of an IDX file of images: a view of `bytes`, [count, height * width], row-major,
 * 0..255. The error is one sentence that names `file`.
 */
export function parseImages(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  expected: ImagesShape,
): Result<Uint8Array<ArrayBuffer>> {
  const { count, height, width } = expected;
  const header = readHeader(bytes, file, 'images', IMAGES_MAGIC, IMAGES_HEADER);
  if (!header.ok) return header;
  const [, foundCount = 0, foundHeight = 0, foundWidth = 0] = header.value;
  if (foundHeight !== height || foundWidth !== width) {
    return fail(
      `${file} holds images of ${foundHeight} x ${foundWidth} pixels; allowed are ${height} x ${width}.`,
    );
  }
  if (foundCount !== count) {
    return fail(`${file} says it holds ${foundCount} images; allowed are exactly ${count}.`);
  }
  const length = checkLength(bytes, file, `${count} images`, imagesBytes(expected));
  return length.ok ? ok(bytes.subarray(IMAGES_HEADER)) : length;
}

/**
 * The labels of an IDX file of labels: a view of `bytes`, [count], each 0..classes-1. The error is
 * one sentence that names `file`.
 */
export function parseLabels(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  expected: LabelsShape,
): Result<Uint8Array<ArrayBuffer>> {
  const { count, classes } = expected;
  const header = readHeader(bytes, file, 'labels', LABELS_MAGIC, LABELS_HEADER);
  if (!header.ok) return header;
  const [, foundCount = 0] = header.value;
  if (foundCount !== count) {
    return fail(`${file} says it holds ${foundCount} labels; allowed are exactly ${count}.`);
  }
  const length = checkLength(bytes, file, `${count} labels`, labelsBytes(expected));
  if (!length.ok) return length;
  const labels = bytes.subarray(LABELS_HEADER);
  const wrong = labels.findIndex((label) => label >= classes);
  return wrong === -1
    ? ok(labels)
    : fail(
        `${file} has the label ${labels[wrong] ?? 0} at position ${wrong}; allowed are 0 to ${classes - 1}.`,
      );
}

/** The header's words, once the magic number is right. */
function readHeader(
  bytes: Uint8Array,
  file: string,
  kind: 'images' | 'labels',
  magic: number,
  size: number,
): Result<readonly number[]> {
  if (bytes.length < size) {
    return fail(
      `${file} is ${bytes.length} bytes long; a file of ${kind} has a header of ${size} bytes.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const words = Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 * i));
  const [found = 0] = words;
  if (found === magic) return ok(words);
  const other = magic === IMAGES_MAGIC ? LABELS_MAGIC : IMAGES_MAGIC;
  const hint = found === other ? ` (a file of ${kind === 'images' ? 'labels' : 'images'})` : '';
  return fail(
    `${file} begins with the number ${found}${hint}; a file of ${kind} begins with ${magic}.`,
  );
}

function checkLength(
  bytes: Uint8Array,
  file: string,
  what: string,
  expected: number,
): Result<null> {
  if (bytes.length === expected) return ok(null);
  const how = bytes.length < expected ? 'too short' : 'too long';
  return fail(
    `${file} is ${how}: ${what} take exactly ${expected} bytes, and it has ${bytes.length}.`,
  );
}
