/** One good file of every kind that a person may bring, small, for tests to break. */
import { gzipSync, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { memoryFile, type SourceFile } from '../data/own/source.ts';
import { csvText, idxFile, npy, numbersOf, textBytes } from './own-files.ts';
import { makePng } from './png.ts';
import { matFile } from './small-mat.ts';

export interface GoodFile {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it needs beside it. */
  readonly beside: readonly SourceFile[];
}

/** Twelve examples of sixteen inputs and two classes, in each kind of file. */
export function ownFiles(): readonly GoodFile[] {
  const { pixels, labels } = numbersOf(12, 16, 2);
  const zip = (members: Record<string, Uint8Array>) => new Uint8Array(zipSync(members));
  const png = (n: number) => makePng(4, 4, 1, pixels.subarray(16 * n, 16 * n + 16));
  const good = (
    kind: string,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    ...beside: SourceFile[]
  ): GoodFile => ({ kind, name, bytes, beside });
  const csv = textBytes(csvText(12, 16, 2));
  return [
    good('csv', 'a.csv', csv),
    good('gz', 'a.csv.gz', new Uint8Array(gzipSync(csv))),
    good('idx', 'images', idxFile([12, 4, 4], pixels), memoryFile('labels', idxFile([12], labels))),
    good(
      'npz',
      'a.npz',
      zip({ 'x.npy': npy('|u1', [12, 4, 4], pixels), 'y.npy': npy('|u1', [12], labels) }),
    ),
    good(
      'zip',
      'a.zip',
      zip(
        Object.fromEntries(
          Array.from({ length: 12 }, (_, n) => [`${n % 2 ? 'a' : 'b'}/${n}.png`, png(n)]),
        ),
      ),
    ),
    good(
      'parquet',
      'a.parquet',
      new Uint8Array(
        parquetWriteBuffer({
          schema: [
            { name: 'schema', num_children: 2 },
            { name: 'image', num_children: 1, repetition_type: 'OPTIONAL' },
            { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
            { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
          ],
          columnData: [
            { name: 'image', data: Array.from({ length: 12 }, (_, n) => ({ bytes: png(n) })) },
            { name: 'label', data: Array.from({ length: 12 }, (_, n) => BigInt(n % 2)) },
          ],
        }),
      ),
    ),
    good(
      'mat',
      'a.mat',
      matFile([
        { name: 'X', dims: [4, 4, 12], values: pixels },
        { name: 'y', dims: [12, 1], values: labels },
      ]),
    ),
    good(
      'cifar',
      'data_batch_1.bin',
      Uint8Array.from({ length: 12 * 3073 }, (_, i) => (i % 3073 === 0 ? (i / 3073) % 2 : i % 251)),
    ),
  ];
}
