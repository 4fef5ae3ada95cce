/** A data set small enough to break in many ways, with the same parts as the real ones. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type DataEntry, type DataIndex, FILE_ROLES, type FileRole } from '../data/index-file.ts';
import { DATASET_IDS, type DatasetId } from '../experiment/spec.ts';

/** Five examples more than validation takes. */
export const SMALL = { train: 10_005, test: 7, height: 2, width: 3, classes: 4 } as const;

const NAMES: Readonly<Record<FileRole, string>> = {
  trainImages: 'train-images-idx3-ubyte.gz',
  trainLabels: 'train-labels-idx1-ubyte.gz',
  testImages: 't10k-images-idx3-ubyte.gz',
  testLabels: 't10k-labels-idx1-ubyte.gz',
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An IDX file: `words` big-endian, then the body. */
export function idx(words: readonly number[], body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * words.length + body.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(4 * i, word);
  });
  bytes.set(body, 4 * words.length);
  return bytes;
}

export const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(gzipSync(bytes, { level: 1 }));

/** Pixel i of a set is (i * 37 + salt) % 256 and label i is (i + salt) % classes. */
function contents(salt: number): Record<FileRole, Uint8Array<ArrayBuffer>> {
  const { train, test, height, width, classes } = SMALL;
  const images = (count: number) =>
    idx(
      [2051, count, height, width],
      Uint8Array.from({ length: count * height * width }, (_, i) => (i * 37 + salt) % 256),
    );
  const labels = (count: number) =>
    idx(
      [2049, count],
      Uint8Array.from({ length: count }, (_, i) => (i + salt) % classes),
    );
  return {
    trainImages: images(train),
    trainLabels: labels(train),
    testImages: images(test),
    testLabels: labels(test),
  };
}

export interface SmallSet {
  readonly entry: DataEntry;
  /** Unpacked IDX files by role. */
  readonly content: Readonly<Record<FileRole, Uint8Array<ArrayBuffer>>>;
  /** Packed files by name. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

function smallSet(id: DatasetId, salt: number): SmallSet {
  const content = contents(salt);
  const packed = FILE_ROLES.map((role) => [role, gzip(content[role])] as const);
  const { train, test, height, width, classes } = SMALL;
  return {
    content,
    files: new Map(packed.map(([role, bytes]) => [NAMES[role], bytes])),
    entry: {
      title: `Small ${id}`,
      included: id === 'fashion-mnist',
      counts: { train, test },
      shape: { height, width, channels: 1 },
      classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
      licence: 'none',
      citation: 'none',
      files: packed.map(([role, bytes]) => ({
        role,
        name: NAMES[role],
        bytes: bytes.length,
        sha256: hash(bytes),
        contentSha256: hash(content[role]),
      })),
    },
  };
}

/** Both data sets of the playground, small; they differ in pixels and labels. */
export function smallSets(): {
  readonly sets: Record<DatasetId, SmallSet>;
  readonly index: DataIndex;
} {
  const sets = Object.fromEntries(
    DATASET_IDS.map((id, salt) => [id, smallSet(id, salt)]),
  ) as Record<DatasetId, SmallSet>;
  const index = Object.fromEntries(DATASET_IDS.map((id) => [id, sets[id].entry])) as Record<
    DatasetId,
    DataEntry
  >;
  return { sets, index };
}
