/**
 * MAT-files of MATLAB 5 to 7 (MathWorks, "MAT-File Format", 2013): a header of 128 bytes, then
 * elements of a tag and data; an array is an element of elements: flags, dimensions, name, values.
 * Elements may be packed with zlib one by one. Values lie column by column: the first dimension runs
 * fastest. Only numeric arrays are read; others are passed over.
 */
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { ByteReader, inPieces } from './byte-reader.ts';
import { inflate } from './gunzip.ts';

export type MatValues =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

export interface MatArray {
  /** At least two; trailing ones of 1 may be left out. */
  readonly dims: readonly number[];
  /**
   * As many as the dimensions say, the first dimension running fastest. As they are stored: MATLAB
   * stores whole numbers in the smallest type that holds them, whatever the array's class.
   */
  readonly values: MatValues;
}

const HEADER = 128;
const TAG = 8;
const MATRIX = 14;
const COMPRESSED = 15;
const FLAGS_BYTES = 8;
const COMPLEX = 0x08;
const MAX_NAME = 64;
const MAX_DIMS = 32;
const MAX_ARRAYS = 1000;
/** Deflate packs no better than this, so an element cannot hold more than so many times its bytes. */
const DEFLATE_RATIO = 1032;
/** Bytes all values together may take where the caller does not say. */
const LIMIT = 2 ** 31;
const PIECE = 1 << 20;

/** Classes of numeric arrays: double 6, single 7, and integers up to uint64, 15. */
const isNumeric = (code: number): boolean => code >= 6 && code <= 15;

interface Storage {
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer) => MatValues;
}

/** Types values are stored in, by their number in a tag. */
const STORAGE: Readonly<Record<number, Storage>> = {
  1: { bytes: 1, view: (buffer) => new Int8Array(buffer) },
  2: { bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  3: { bytes: 2, view: (buffer) => new Int16Array(buffer) },
  4: { bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  5: { bytes: 4, view: (buffer) => new Int32Array(buffer) },
  6: { bytes: 4, view: (buffer) => new Uint32Array(buffer) },
  7: { bytes: 4, view: (buffer) => new Float32Array(buffer) },
  9: { bytes: 8, view: (buffer) => new Float64Array(buffer) },
  12: { bytes: 8, view: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number) },
  13: { bytes: 8, view: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number) },
};

/** What is wrong with a file, thrown inside this module and caught at its door. */
class Refusal extends Error {}

/**
 * The numeric arrays of a MAT-file by name. `limit`: bytes that all values together may take. The
 * error is one sentence that names `file`.
 */
export async function parseMat(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  limit: number = LIMIT,
): Promise<Result<ReadonlyMap<string, MatArray>>> {
  try {
    return ok(await readElements(bytes, limit));
  } catch (error) {
    if (error instanceof Refusal) return fail(`${file} ${error.message}.`);
    throw error;
  }
}

/** Whether bytes begin as a MAT-file of MATLAB 5 to 7 does. */
export const isMat = (bytes: Uint8Array): boolean =>
  bytes.length >= HEADER && endianOf(bytes) !== null;

/** Bytes 126 and 127 read `MI` as one number: turned around where the file is little-endian. */
function endianOf(bytes: Uint8Array): 'little' | 'big' | null {
  const [a, b] = [bytes[126], bytes[127]];
  if (a === 0x49 && b === 0x4d) return 'little';
  return a === 0x4d && b === 0x49 ? 'big' : null;
}

async function readElements(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
): Promise<Map<string, MatArray>> {
  const endian = endianOf(bytes);
  if (bytes.length < HEADER || endian === null) {
    throw new Refusal(
      isHdf(bytes)
        ? 'is a MAT-file of MATLAB 7.3, which is an HDF5 file; allowed are those of MATLAB 5 to 7, as save -v7 writes them'
        : 'is not a MAT-file of MATLAB 5 to 7',
    );
  }
  const little = endian === 'little';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint16(124, little);
  if (version === 0x0200) {
    throw new Refusal(
      'is a MAT-file of MATLAB 7.3, which is an HDF5 file; allowed are those of MATLAB 5 to 7, as save -v7 writes them',
    );
  }
  const arrays = new Map<string, MatArray>();
  let left = limit;
  let elements = 0;
  for (let start = HEADER; start < bytes.length;) {
    if (bytes.length - start < TAG) throw cutOff(bytes.length);
    const type = view.getUint32(start, little);
    const size = view.getUint32(start + 4, little);
    const end = start + TAG + size;
    if (end > bytes.length) throw cutOff(bytes.length);
    elements += 1;
    if (elements > MAX_ARRAYS) throw new Refusal(`holds more than ${MAX_ARRAYS} arrays`);
    const content = bytes.subarray(start + TAG, end);
    const found =
      type === COMPRESSED
        ? await readCompressed(content, little, left)
        : type === MATRIX
          ? await readUncompressed(content, little, left)
          : null;
    if (found !== null) {
      if (arrays.has(found.name)) {
        throw new Refusal(`holds two arrays called ${quote(found.name)}`);
      }
      arrays.set(found.name, found.array);
      left -= found.array.values.byteLength;
    }
    // Elements begin at multiples of 8, but for packed ones.
    start = type === COMPRESSED ? end : end + ((8 - (size % 8)) % 8);
  }
  return arrays;
}

interface Named {
  readonly name: string;
  readonly array: MatArray;
}

async function readCompressed(
  packed: Uint8Array<ArrayBuffer>,
  little: boolean,
  limit: number,
): Promise<Named | null> {
  const reader = new ByteReader(inflate(packed, 'deflate'));
  try {
    const tag = await readTag(reader, little);
    if (tag.type !== MATRIX) return null;
    const most = Math.min(tag.size, DEFLATE_RATIO * packed.length);
    const found = await readMatrix(reader, { little, limit, most, size: tag.size });
    // The check sum stands at the end; nothing but it may follow.
    if (found !== null && (await reader.skip(TAG)) > 0) {
      throw new Refusal('is damaged: a packed array is longer than it says');
    }
    return found;
  } catch (error) {
    if (error instanceof Refusal || error instanceof RangeError) throw error;
    throw new Refusal('is damaged: a packed array in it does not unpack');
  } finally {
    await reader.cancel();
  }
}

async function readUncompressed(
  content: Uint8Array<ArrayBuffer>,
  little: boolean,
  limit: number,
): Promise<Named | null> {
  const reader = new ByteReader(inPieces(content, PIECE));
  const size = content.length;
  try {
    return await readMatrix(reader, { little, limit, most: size, size });
  } finally {
    await reader.cancel();
  }
}

interface Bounds {
  readonly little: boolean;
  /** Bytes the values may take. */
  readonly limit: number;
  /** Bytes that can be in the element at all, whatever its tags say. */
  readonly most: number;
  /** Bytes the element says it has. */
  readonly size: number;
}

/** The elements of an array. Null where it is no plain array of numbers. */
async function readMatrix(reader: ByteReader, bounds: Bounds): Promise<Named | null> {
  const { little } = bounds;
  const begun = reader.taken;
  const flags = await readSmall(reader, little, FLAGS_BYTES, 'flags');
  if (flags.length !== FLAGS_BYTES) throw new Refusal('is damaged: an array lacks its flags');
  const word = new DataView(flags.buffer).getUint32(0, little);
  if (!isNumeric(word & 0xff)) return null;
  const dims = await readDims(reader, little);
  const name = latin(await readSmall(reader, little, MAX_NAME, 'name'));
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (((word >> 8) & COMPLEX) !== 0) {
    throw new Refusal(`holds complex numbers in ${quote(name)}; allowed are real ones`);
  }
  const tag = await readTag(reader, little);
  const storage = STORAGE[tag.type];
  if (storage === undefined) {
    throw new Refusal(
      `is damaged: ${quote(name)} is stored as type ${tag.type}, which is none of numbers`,
    );
  }
  const shape = dims.join(' x ');
  if (count * storage.bytes !== tag.size) {
    throw new Refusal(
      `is damaged: ${quote(name)} is ${shape}, which takes ${count * storage.bytes} bytes, and has ${tag.size}`,
    );
  }
  if (tag.size > bounds.limit) {
    throw new Refusal(
      `holds ${quote(name)} of ${shape}, ${tag.size} bytes; allowed are at most ${bounds.limit}`,
    );
  }
  if (tag.size > bounds.most) {
    throw new Refusal(`is damaged: ${quote(name)} of ${shape} cannot be in so short a file`);
  }
  const values = new Uint8Array(tag.size);
  const inTag = tag.data.subarray(0, tag.size);
  values.set(inTag);
  const rest = values.subarray(inTag.length);
  if ((await reader.fill(rest)) < rest.length) throw new Refusal(`is cut off in ${quote(name)}`);
  if (!tag.small) await reader.skip((8 - (tag.size % 8)) % 8);
  if (reader.taken - begun > bounds.size + 7) {
    throw new Refusal(`is damaged: ${quote(name)} reaches beyond its end`);
  }
  if (!little) swap(values, storage.bytes);
  return { name, array: { dims, values: storage.view(values.buffer) } };
}

interface ElementTag {
  readonly type: number;
  readonly size: number;
  /** Whether up to four bytes of data stand in the tag itself. */
  readonly small: boolean;
  readonly data: Uint8Array;
}

async function readTag(reader: ByteReader, little: boolean): Promise<ElementTag> {
  const bytes = new Uint8Array(TAG);
  if ((await reader.fill(bytes)) < TAG) throw new Refusal('is damaged: an array ends too early');
  const view = new DataView(bytes.buffer);
  const word = view.getUint32(0, little);
  const size = word >>> 16;
  if (size === 0) {
    return {
      type: word,
      size: view.getUint32(4, little),
      small: false,
      data: new Uint8Array(0),
    };
  }
  if (size > 4) throw new Refusal('is damaged: an element of more than 4 bytes stands in its tag');
  return { type: word & 0xffff, size, small: true, data: bytes.subarray(4) };
}

/** The data of an element of at most `most` bytes. */
async function readSmall(
  reader: ByteReader,
  little: boolean,
  most: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, small, data } = await readTag(reader, little);
  if (size > most) {
    throw new Refusal(`is damaged: the ${what} of an array has ${size} bytes, more than ${most}`);
  }
  const bytes = new Uint8Array(size);
  if (small) {
    bytes.set(data.subarray(0, size));
    return bytes;
  }
  const padded = new Uint8Array(size + ((8 - (size % 8)) % 8));
  if ((await reader.fill(padded)) < padded.length) {
    throw new Refusal(`is damaged: an array ends in its ${what}`);
  }
  bytes.set(padded.subarray(0, size));
  return bytes;
}

async function readDims(reader: ByteReader, little: boolean): Promise<number[]> {
  const bytes = await readSmall(reader, little, 4 * MAX_DIMS, 'shape');
  const view = new DataView(bytes.buffer);
  const dims = Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, little));
  if (dims.length < 2 || bytes.length % 4 !== 0 || dims.some((dim) => dim < 0)) {
    throw new Refusal('is damaged: an array has no shape');
  }
  return dims;
}

/** Turn the bytes of every number around. */
function swap(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    bytes.subarray(start, start + size).reverse();
  }
}

const cutOff = (length: number): Refusal => new Refusal(`is cut off after ${length} bytes`);

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** An HDF5 file behind MATLAB's header, or by itself. */
const isHdf = (bytes: Uint8Array): boolean =>
  [0, 512].some((start) => latin(bytes.subarray(start, start + 4)) === '\x89HDF');
