/** IDX files of any kind as arrays: MNIST's, and those made in its image. */
import { fail, ok, type Result } from '../../experiment/result.ts';
import type { NamedArray } from './arrays.ts';
import type { Numbers } from './values.ts';

const MAX_DIMS = 4;

interface IdxType {
  readonly bytes: number;
  readonly make: (count: number) => Numbers;
  readonly read: (view: DataView, offset: number) => number;
}

/** By the third byte of the magic number; all are big-endian. */
const TYPES: Readonly<Record<number, IdxType>> = {
  0x08: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, o) => v.getUint8(o) },
  0x09: { bytes: 1, make: (n) => new Int8Array(n), read: (v, o) => v.getInt8(o) },
  0x0b: { bytes: 2, make: (n) => new Int16Array(n), read: (v, o) => v.getInt16(o) },
  0x0c: { bytes: 4, make: (n) => new Int32Array(n), read: (v, o) => v.getInt32(o) },
  0x0d: { bytes: 4, make: (n) => new Float32Array(n), read: (v, o) => v.getFloat32(o) },
  0x0e: { bytes: 8, make: (n) => new Float64Array(n), read: (v, o) => v.getFloat64(o) },
};

/** Whether bytes begin as an IDX file of any kind does. */
export const isIdxArray = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 &&
  bytes[1] === 0 &&
  TYPES[bytes[2] ?? 0] !== undefined &&
  (bytes[3] ?? 0) >= 1 &&
  (bytes[3] ?? 0) <= MAX_DIMS;

/** The array of an IDX file. Its header is believed only where the file is exactly as long as it says. */
export function parseIdxArray(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  name: string,
): Result<NamedArray> {
  const type = TYPES[bytes[2] ?? 0];
  const rank = bytes[3] ?? 0;
  const start = 4 + 4 * rank;
  if (!isIdxArray(bytes) || type === undefined || bytes.length < start) {
    return fail(`${file} is cut off in the header of an IDX file.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = dims.reduce((product, n) => product * n, 1);
  if (bytes.length !== start + count * type.bytes) {
    const how = bytes.length < start + count * type.bytes ? 'too short' : 'too long';
    return fail(
      `${file} is ${how}: ${dims.join(' x ')} values take exactly ${start + count * type.bytes} bytes, and it has ${bytes.length}.`,
    );
  }
  const body = bytes.subarray(start);
  if (type.bytes === 1 && bytes[2] === 8) return ok({ name, dims, values: body });
  const values = type.make(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, start + i * type.bytes);
  return ok({ name, dims, values });
}
