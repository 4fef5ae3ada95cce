/** MAT-files of MATLAB 5 to 7, written for tests. */
import { deflateSync } from 'node:zlib';

export interface MatVariable {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: readonly number[] | Uint8Array;
  /** The array's class: 6 double, 9 uint8, … */
  readonly kind?: number;
  /** How its values are stored: 2 uint8, 9 double, … */
  readonly storage?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 9;
}

const SIZES = { 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8 } as const;

/** Writes elements in one byte order. */
class Writer {
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  tag(type: number, size: number): Uint8Array {
    return this.#numbers([type, size], 6);
  }

  /** An element, padded to 8 bytes; in its tag where it has at most 4. */
  element(type: number, data: Uint8Array): Uint8Array {
    if (data.length > 0 && data.length <= 4) {
      const word = this.#numbers([data.length * 65536 + type], 6);
      return concat([word, data, new Uint8Array(4 - data.length)]);
    }
    return concat([this.tag(type, data.length), data, new Uint8Array(-data.length & 7)]);
  }

  matrix({ name, dims, values, kind = 9, storage = 2 }: MatVariable): Uint8Array {
    const body = concat([
      this.element(6, this.#numbers([kind, 0], 6)),
      this.element(5, this.#numbers(dims, 5)),
      this.element(1, new TextEncoder().encode(name)),
      this.element(storage, this.#numbers(values, storage)),
    ]);
    return concat([this.tag(14, body.length), body]);
  }

  #numbers(
    values: readonly number[] | Uint8Array,
    storage: NonNullable<MatVariable['storage']>,
  ): Uint8Array {
    const bytes = new Uint8Array(values.length * SIZES[storage]);
    const view = new DataView(bytes.buffer);
    const little = this.#little;
    const put = {
      1: (i: number, x: number) => {
        view.setInt8(i, x);
      },
      2: (i: number, x: number) => {
        view.setUint8(i, x);
      },
      3: (i: number, x: number) => {
        view.setInt16(2 * i, x, little);
      },
      4: (i: number, x: number) => {
        view.setUint16(2 * i, x, little);
      },
      5: (i: number, x: number) => {
        view.setInt32(4 * i, x, little);
      },
      6: (i: number, x: number) => {
        view.setUint32(4 * i, x, little);
      },
      7: (i: number, x: number) => {
        view.setFloat32(4 * i, x, little);
      },
      9: (i: number, x: number) => {
        view.setFloat64(8 * i, x, little);
      },
    }[storage];
    values.forEach((value, i) => {
      put(i, value);
    });
    return bytes;
  }
}

export interface MatOptions {
  readonly packed?: boolean;
  readonly little?: boolean;
}

/** A MAT-file of arrays; values in column-major order. */
export function matFile(
  variables: readonly MatVariable[],
  { packed = true, little = true }: MatOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new Writer(little);
  const header = new Uint8Array(128);
  header.fill(0x20, 0, 116);
  header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, made for a test'));
  header.set(little ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124);
  const elements = variables.map((variable) => {
    const matrix = writer.matrix(variable);
    if (!packed) return matrix;
    const data = deflateSync(matrix);
    return concat([writer.tag(15, data.length), data]);
  });
  return concat([header, ...elements]);
}

const concat = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
};
