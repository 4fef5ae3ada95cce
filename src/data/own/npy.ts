/** NumPy's .npy: a header in Python's notation, then the numbers. */
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import type { NamedArray } from './arrays.ts';
import { LIMITS } from './own-data.ts';
import type { Numbers } from './values.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself refuses longer headers unless told to trust them. */
const MAX_HEADER = 10_000;
const MAX_DIMS = 8;

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

interface Header {
  readonly type: string;
  readonly columnMajor: boolean;
  readonly dims: readonly number[];
}

/** The three fields of a header, in any order; nothing of it is ever run. */
function parseHeader(text: string, file: string): Result<Header> {
  const type = /'descr'\s*:\s*'([<>|=][a-zA-Z]\d{1,4})'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]{0,200})\)/.exec(text)?.[1];
  if (type === undefined || fortran === undefined || shape === undefined) {
    return fail(
      `${file} has a header that is not understood, ${quote(text.trim(), 60)}; allowed is one array of plain numbers or texts.`,
    );
  }
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (dims.length === 0 || dims.length > MAX_DIMS || dims.some((n) => !Number.isSafeInteger(n))) {
    return fail(
      `${file} has the shape (${shape.trim()}); allowed are 1 to ${MAX_DIMS} dimensions.`,
    );
  }
  return ok({ type, dims, columnMajor: fortran === 'True' });
}

/** The array of a .npy file: at most a copy of its bytes is set aside, and texts. */
export function parseNpy(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  name: string,
): Result<NamedArray> {
  const major = bytes[6] ?? 0;
  const wide = major >= 2;
  const start = wide ? 12 : 10;
  if (!isNpy(bytes) || bytes.length < start || major < 1 || major > 3) {
    return fail(`${file} is not a .npy file of version 1, 2 or 3.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (headerLength > MAX_HEADER || start + headerLength > bytes.length) {
    return fail(
      `${file} says its header has ${headerLength} bytes; it has ${bytes.length - start} left, and allowed are ${MAX_HEADER}.`,
    );
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, start + headerLength));
  const header = parseHeader(text, file);
  if (!header.ok) return header;
  const { type, dims, columnMajor } = header.value;
  const count = dims.reduce((product, n) => product * n, 1);
  const body = bytes.subarray(start + headerLength);
  const values = decode(type, count, body, file);
  return values.ok ? ok({ name, dims, values: values.value, columnMajor }) : values;
}

type Read = (view: DataView, offset: number, little: boolean) => number;

interface NumberType {
  readonly bytes: number;
  readonly make: (count: number) => Numbers;
  readonly read: Read;
}

/** By kind and bytes; 64-bit integers become float64, which is exact for any label or pixel. */
const TYPES: Readonly<Record<string, NumberType>> = {
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, o) => v.getUint8(o) },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, o) => v.getUint8(o) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (v, o) => v.getInt8(o) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (v, o, l) => v.getUint16(o, l) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (v, o, l) => v.getInt16(o, l) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (v, o, l) => v.getUint32(o, l) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (v, o, l) => v.getInt32(o, l) },
  u8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, o, l) => Number(v.getBigUint64(o, l)),
  },
  i8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, o, l) => Number(v.getBigInt64(o, l)),
  },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (v, o, l) => v.getFloat32(o, l) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (v, o, l) => v.getFloat64(o, l) },
};

const tooShort = (file: string, takes: number, has: number): { ok: false; error: string } =>
  fail(`${file} is cut off or too long: its numbers take ${takes} bytes, and it has ${has}.`);

function decode(
  type: string,
  count: number,
  body: Uint8Array<ArrayBuffer>,
  file: string,
): Result<NamedArray['values']> {
  const kind = type.slice(1);
  const little = !type.startsWith('>');
  const texts = /^([US])(\d+)$/.exec(kind);
  if (texts)
    return decodeTexts(texts[1] === 'U' ? 4 : 1, Number(texts[2]), count, body, file, little);
  const found = TYPES[kind];
  if (found === undefined) {
    return fail(
      `${file} holds values of type ${quote(type)}; allowed are integers, float32, float64, booleans and texts.`,
    );
  }
  if (body.length !== count * found.bytes) return tooShort(file, count * found.bytes, body.length);
  if (found.bytes === 1 && kind !== 'i1') return ok(body);
  const values = found.make(count);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let i = 0; i < count; i++) values[i] = found.read(view, i * found.bytes, little);
  return ok(values);
}

/** Texts of a fixed length, in UTF-32 (`unit` 4) or bytes, filled up with zeros. */
function decodeTexts(
  unit: 1 | 4,
  length: number,
  count: number,
  body: Uint8Array<ArrayBuffer>,
  file: string,
  little: boolean,
): Result<string[]> {
  const size = unit * length;
  if (body.length !== count * size || size === 0) return tooShort(file, count * size, body.length);
  if (count > LIMITS.examples) {
    return fail(`${file} holds ${count} texts; allowed are at most ${LIMITS.examples}.`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const texts = Array.from({ length: count }, (_, n) => {
    let text = '';
    for (let i = 0; i < length; i++) {
      const at = n * size + i * unit;
      const code = unit === 1 ? view.getUint8(at) : view.getUint32(at, little);
      if (code === 0) break;
      text += code <= 0x10ffff ? String.fromCodePoint(code) : '?';
    }
    return text;
  });
  return ok(texts);
}
