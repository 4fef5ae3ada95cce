/** Small files of every kind that a person may bring, for tests. */
import { memoryFile, type SourceFile } from '../data/own/source.ts';
import { readPng } from './png.ts';

/** Pixel j of example n; the label is n % classes, and brighter pictures have higher labels. */
export const pixelOf = (n: number, j: number, classes: number): number =>
  ((n % classes) * 60 + ((n * 7 + j * 3) % 50)) % 256;

export const labelOf = (n: number, classes: number): number => n % classes;

/** [count, inputs] pixels, and their labels. */
export function numbersOf(
  count: number,
  inputs: number,
  classes: number,
): { pixels: Uint8Array<ArrayBuffer>; labels: Uint8Array<ArrayBuffer> } {
  return {
    pixels: Uint8Array.from({ length: count * inputs }, (_, i) =>
      pixelOf(Math.floor(i / inputs), i % inputs, classes),
    ),
    labels: Uint8Array.from({ length: count }, (_, n) => labelOf(n, classes)),
  };
}

export const textBytes = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new TextEncoder().encode(text));

export const textFile = (path: string, text: string): SourceFile =>
  memoryFile(path, textBytes(text));

/** A CSV of `count` x `inputs` numbers with the label first. */
export function csvText(count: number, inputs: number, classes: number, header = true): string {
  const { pixels, labels } = numbersOf(count, inputs, classes);
  const lines = Array.from({ length: count }, (_, n) =>
    [labels[n], ...pixels.subarray(n * inputs, (n + 1) * inputs)].join(','),
  );
  const names = ['label', ...Array.from({ length: inputs }, (_, j) => `pixel${j}`)].join(',');
  return `${(header ? [names, ...lines] : lines).join('\n')}\n`;
}

/** A .npy file of version 1. `descr`: such as `|u1` or `<f4`; `body`: the numbers as they lie. */
export function npy(
  descr: string,
  dims: readonly number[],
  body: Uint8Array,
  fortran = false,
): Uint8Array<ArrayBuffer> {
  const shape = dims.length === 1 ? `${dims[0] ?? 0},` : dims.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(textBytes(text.padEnd(length - 1, ' ') + '\n'), 10);
  bytes.set(body, 10 + length);
  return bytes;
}

/** The bytes of typed numbers, as this machine (little-endian) has them. */
export const raw = (values: Uint8Array | Float32Array | BigInt64Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** An IDX file of bytes. */
export function idxFile(dims: readonly number[], body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * dims.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => {
    view.setUint32(4 + 4 * i, dim);
  });
  bytes.set(body, 4 + 4 * dims.length);
  return bytes;
}

/** The decoder that tests hand in: real for the PNGs that tests make. */
export const decodePng = (bytes: Uint8Array): Promise<ReturnType<typeof readPng>> =>
  Promise.resolve().then(() => readPng(bytes));
