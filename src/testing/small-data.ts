/** A data set small enough to break in many ways, with the same parts as the real ones. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  type CifarEntry,
  type DataIndex,
  IDX_ROLES,
  type IdxEntry,
  type IdxRole,
  type MatEntry,
} from '../data/index-file.ts';
import { matFile } from './small-mat.ts';

/** Five examples more than validation takes. */
export const SMALL = { train: 10_005, test: 7, height: 2, width: 3, classes: 4 } as const;

const NAMES: Readonly<Record<IdxRole, string>> = {
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
function contents(salt: number): Record<IdxRole, Uint8Array<ArrayBuffer>> {
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
  readonly entry: IdxEntry;
  /** Unpacked IDX files by role. */
  readonly content: Readonly<Record<IdxRole, Uint8Array<ArrayBuffer>>>;
  /** Packed files by name. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

function smallSet(id: IdxId, salt: number): SmallSet {
  const content = contents(salt);
  const packed = IDX_ROLES.map((role) => [role, gzip(content[role])] as const);
  const { train, test, height, width, classes } = SMALL;
  return {
    content,
    files: new Map(packed.map(([role, bytes]) => [NAMES[role], bytes])),
    entry: {
      title: `Small ${id}`,
      format: 'idx',
      included: id === 'fashion-mnist',
      counts: { train, test },
      validation: 10_000,
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

export interface SmallCifar {
  readonly entry: CifarEntry;
  /** Binary files by name. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** The archive of all of them, gzipped. */
  readonly archive: Uint8Array<ArrayBuffer>;
}

/** Shape of the small CIFAR: 12 training examples in two files, of which 4 validate, and 3 to test. */
export const SMALL_CIFAR = { height: 2, width: 3, channels: 3, classes: 4 } as const;

/** Byte i of record n is (n * 41 + i * 7) % 256, after the label n % classes. */
export function smallCifar(): SmallCifar {
  const { height, width, channels, classes } = SMALL_CIFAR;
  const record = 1 + height * width * channels;
  const bin = (first: number, count: number) =>
    Uint8Array.from({ length: count * record }, (_, e) => {
      const n = first + Math.floor(e / record);
      const i = e % record;
      return i === 0 ? n % classes : (n * 41 + i * 7) % 256;
    });
  const described = [
    { name: 'data_batch_1.bin', role: 'train', count: 6, bytes: bin(0, 6) },
    { name: 'data_batch_2.bin', role: 'train', count: 6, bytes: bin(6, 6) },
    { name: 'test_batch.bin', role: 'test', count: 3, bytes: bin(12, 3) },
  ] as const;
  const files = new Map(described.map(({ name, bytes }) => [name as string, bytes]));
  const readme = new TextEncoder().encode('airplane\n');
  return {
    files,
    archive: gzip(
      tar([
        ['batches/', new Uint8Array(0)],
        ['batches/readme', readme],
        ...[...files].map(([name, bytes]) => [`batches/${name}`, bytes] as const),
      ]),
    ),
    entry: {
      title: 'Small CIFAR',
      format: 'cifar',
      included: false,
      counts: { train: 12, test: 3 },
      validation: 4,
      shape: { height, width, channels },
      classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
      licence: 'none',
      citation: 'none',
      archive: 'small.tar.gz',
      files: described.map(({ name, role, count, bytes }) => ({
        name,
        role,
        count,
        bytes: bytes.length,
        sha256: hash(bytes),
        contentSha256: hash(bytes),
      })),
    },
  };
}

/** A tar archive; a name that ends in a slash is a folder. */
export function tar(members: readonly (readonly [string, Uint8Array])[]): Uint8Array<ArrayBuffer> {
  const blocks = members.flatMap(([name, bytes]) => {
    const header = new Uint8Array(512);
    const put = (text: string, start: number) => {
      header.set(new TextEncoder().encode(text), start);
    };
    put(name, 0);
    put('0000644\0', 100);
    put(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    put('        ', 148);
    put(name.endsWith('/') ? '5' : '0', 156);
    put('ustar\x0000', 257);
    const sum = header.reduce((before, byte) => before + byte, 0);
    put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(1024)]));
}

const IDX_IDS = ['fashion-mnist', 'mnist'] as const;
type IdxId = (typeof IDX_IDS)[number];

/** Small sets in place of the official ones; those in IDX files differ in pixels and labels. */
export function smallSets(): {
  readonly sets: Record<IdxId, SmallSet>;
  readonly cifar: SmallCifar;
  readonly svhn: SmallSvhn;
  readonly index: DataIndex;
} {
  const sets = Object.fromEntries(IDX_IDS.map((id, salt) => [id, smallSet(id, salt)])) as Record<
    IdxId,
    SmallSet
  >;
  const cifar = smallCifar();
  const svhn = smallSvhn();
  return {
    sets,
    cifar,
    svhn,
    index: {
      'fashion-mnist': sets['fashion-mnist'].entry,
      mnist: sets.mnist.entry,
      'cifar-10': cifar.entry,
      svhn: svhn.entry,
    },
  };
}

export interface SmallSvhn {
  readonly entry: MatEntry;
  /** MAT-files by role. */
  readonly files: Readonly<Record<'train' | 'test' | 'extra', Uint8Array<ArrayBuffer>>>;
}

/** Classes 0 to 2 in turn, so labels 3, 1, 2 (the last label stands for class 0); byte i of picture n is (n * 31 + i) % 256. */
export function smallSvhn(): SmallSvhn {
  const counts = { train: 12, test: 3, extra: 9 };
  const make = (count: number, salt: number) =>
    matFile([
      {
        name: 'X',
        dims: [2, 3, 3, count],
        values: Uint8Array.from(
          { length: 18 * count },
          (_, e) => (salt + Math.floor(e / 18) * 31 + (e % 18)) % 256,
        ),
      },
      { name: 'y', dims: [count, 1], values: Array.from({ length: count }, (_, n) => n % 3 || 3) },
    ]);
  const files = { train: make(12, 0), test: make(3, 1), extra: make(9, 2) };
  const described = (role: 'train' | 'test' | 'extra') => ({
    role,
    name: `${role}_32x32.mat`,
    bytes: files[role].length,
    sha256: hash(files[role]),
    contentSha256: hash(files[role]),
  });
  return {
    files,
    entry: {
      title: 'Small SVHN',
      format: 'mat',
      included: false,
      counts,
      validation: { train: 1, extra: 2 },
      shape: { height: 2, width: 3, channels: 3 },
      classNames: ['0', '1', '2'],
      licence: 'none',
      citation: 'none',
      files: [
        { ...described('train'), labels: [4, 4, 4] },
        { ...described('test'), labels: [1, 1, 1] },
        described('extra'),
      ],
    },
  };
}
