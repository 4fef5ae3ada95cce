/**
 * The safetensors format: the length of a header (8 bytes, little-endian), the header as JSON (of each
 * tensor `dtype`, `shape` and `data_offsets`, and texts under `__metadata__`), then the tensors' numbers
 * one after the other, little-endian, the last index fastest, without gap or overlap.
 */
import { at } from '../experiment/at.ts';
import { parseJsonBytes } from '../experiment/parse-json.ts';
import { quote, shown } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { countOf, type Tensor } from '../gpu/state.ts';

/** A tensor of any type that is written and read here. */
export type FileTensor =
  | Tensor
  | {
      readonly dtype: 'U8';
      readonly shape: readonly number[];
      readonly data: Uint8Array<ArrayBuffer>;
    };

export interface SafeTensors {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, FileTensor>;
}

/** Bytes of a number. */
const SIZES = { F32: 4, U32: 4, U8: 1 } as const;
type DType = keyof typeof SIZES;
const DTYPES = ['F32', 'U32', 'U8'] as const;
const isDType = (text: unknown): text is DType => DTYPES.some((dtype) => dtype === text);

/** Bounds of what is read; the header's is also what is written. */
export const SAFETENSORS_BOUNDS = {
  /** Bytes of the header. */
  header: 2 ** 24,
  dimensions: 8,
  tensors: 10_000,
  /** Characters of a name. */
  name: 200,
} as const;

const METADATA = '__metadata__';
/** Bytes of the header's length; and what the header is padded to, so that numbers lie aligned. */
const WORD = 8;

/**
 * A file of tensors.
 * @throws RangeError where the metadata makes the header longer than readers take.
 */
export function writeSafetensors({ metadata, tensors }: SafeTensors): Uint8Array<ArrayBuffer> {
  // Numbers of four bytes first: then all of them lie aligned.
  const all = [...tensors].sort(([, a], [, b]) => SIZES[b.dtype] - SIZES[a.dtype]);
  let end = 0;
  const entries = all.map(([name, { dtype, shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify({
    ...(metadata.size === 0 ? {} : { [METADATA]: Object.fromEntries(metadata) }),
    ...Object.fromEntries(entries),
  });
  const text = new TextEncoder().encode(json);
  const header = Math.ceil(text.length / WORD) * WORD;
  if (header > SAFETENSORS_BOUNDS.header) {
    throw new RangeError(
      `The header has ${header} bytes; allowed are at most ${SAFETENSORS_BOUNDS.header}.`,
    );
  }
  const bytes = new Uint8Array(WORD + header + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header), true);
  bytes.fill(0x20, WORD, WORD + header);
  bytes.set(text, WORD);
  let offset = WORD + header;
  for (const [, { data }] of all) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Where a tensor lies behind the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseEntry(name: string, value: unknown, file: string): Result<Entry> {
  const no = (what: string) => fail(`${file}: the tensor ${quote(name)} ${what}.`);
  if (name === '' || name.length > SAFETENSORS_BOUNDS.name) {
    return no(
      `has a name of ${name.length} characters; allowed are 1 to ${SAFETENSORS_BOUNDS.name}`,
    );
  }
  if (!isRecord(value)) return no('is described by no object');
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return no(`has an unknown field ${quote(unknown)}`);
  if (!isDType(dtype)) {
    return no(`is of type ${shown(dtype)}; allowed are ${DTYPES.join(', ')}`);
  }
  if (
    !Array.isArray(shape) ||
    shape.length > SAFETENSORS_BOUNDS.dimensions ||
    !shape.every(isCount)
  ) {
    return no(
      `has no shape of whole numbers; allowed are at most ${SAFETENSORS_BOUNDS.dimensions} of them`,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return no('has no data_offsets of two whole numbers');
  }
  const [begin, end] = [at(offsets, 0), at(offsets, 1)];
  const bytes = countOf(shape) * SIZES[dtype];
  if (end - begin !== bytes) {
    return no(`takes ${bytes} bytes; its data_offsets say ${begin} to ${end}`);
  }
  return ok({ name, dtype, shape, begin, end });
}

function parseMetadata(value: unknown, file: string): Result<Map<string, string>> {
  if (value === undefined) return ok(new Map());
  const texts = new Map<string, string>();
  for (const [key, text] of isRecord(value) ? Object.entries(value) : [['', null] as const]) {
    if (typeof text !== 'string') {
      return fail(`${file}: ${METADATA} is no object of texts; allowed are texts only.`);
    }
    texts.set(key, text);
  }
  return ok(texts);
}

/** What a file says before its numbers. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: readonly Entry[];
  /** Byte at which the numbers begin. */
  readonly start: number;
}

/** First bytes of a file that say where its header ends. */
export const HEADER_START = WORD + 2;

/**
 * Bytes of a file of `size` bytes up to the end of its header; `first`: its first HEADER_START bytes, or
 * more. `file`: its name, for the sentence.
 */
export function headerEnd(first: Uint8Array, size: number, file: string): Result<number> {
  const none = fail(`${file} is no safetensors file: it has no header.`);
  if (size < HEADER_START || first.length < HEADER_START) return none;
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  const most = BigInt(Math.min(SAFETENSORS_BOUNDS.header, size - WORD));
  if (length > most) {
    return fail(
      `${file} is no safetensors file, or is cut off: it says its header has ${length} bytes; allowed are at most ${most}.`,
    );
  }
  // The format wants an opening brace first; JSON would take spaces before it.
  return length > 0n && first[WORD] === 0x7b ? ok(WORD + Number(length)) : none;
}

/**
 * Read what a file of `size` bytes says before its numbers, from its bytes up to there (or all of them):
 * what it takes to know that the numbers lie as the format says.
 */
export function readHeader(bytes: Uint8Array, size: number, file: string): Result<Header> {
  const start = headerEnd(bytes, size, file);
  if (!start.ok) return start;
  const json = parseJsonBytes(bytes.subarray(WORD, start.value));
  if (!json.ok) {
    return fail(`${file} is no safetensors file, or is damaged: its header ${json.error}.`);
  }
  return parseHeader(json.value, start.value, size, file);
}

const arrayOf = (dtype: DType, bytes: ArrayBuffer): FileTensor['data'] =>
  dtype === 'F32'
    ? new Float32Array(bytes)
    : dtype === 'U32'
      ? new Uint32Array(bytes)
      : new Uint8Array(bytes);

function parseHeader(json: unknown, start: number, size: number, file: string): Result<Header> {
  if (!isRecord(json)) return fail(`${file}: the header is no object.`);
  const { [METADATA]: texts, ...described } = json;
  const metadata = parseMetadata(texts, file);
  if (!metadata.ok) return metadata;
  const names = Object.keys(described);
  if (names.length > SAFETENSORS_BOUNDS.tensors) {
    return fail(
      `${file} has ${names.length} tensors; allowed are at most ${SAFETENSORS_BOUNDS.tensors}.`,
    );
  }
  const entries: Entry[] = [];
  for (const name of names) {
    const entry = parseEntry(name, described[name], file);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  const room = size - start;
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end) {
      return fail(
        `${file}: the tensor ${quote(entry.name)} begins at byte ${entry.begin}; allowed is ${end}, where the one before it ends.`,
      );
    }
    end = entry.end;
  }
  if (end !== room) {
    return fail(
      `${file} is cut off or too long: its tensors take ${end} bytes, and it has ${room}.`,
    );
  }
  return ok({ metadata: metadata.value, entries, start });
}

/** The tensors of a file whose header was read: a copy of its bytes. */
export function tensorsOf(
  { entries, start }: Header,
  bytes: Uint8Array<ArrayBuffer>,
): Map<string, FileTensor> {
  const tensors = entries.map(({ name, dtype, shape, begin, end }) => {
    const own = bytes.slice(start + begin, start + end);
    return [name, { dtype, shape, data: arrayOf(dtype, own.buffer) } as FileTensor] as const;
  });
  return new Map(tensors);
}

/** Read a file: at most a copy of its bytes is set aside. `file`: its name, for the sentence. */
export function readSafetensors(bytes: Uint8Array<ArrayBuffer>, file: string): Result<SafeTensors> {
  const header = readHeader(bytes, bytes.length, file);
  if (!header.ok) return header;
  return ok({ metadata: header.value.metadata, tensors: tensorsOf(header.value, bytes) });
}
