/**
 * Looks through the pages of a Parquet column before hyparquet reads them: it takes a page's word
 * for how many values it has and how long their runs are, and a damaged file can say billions. What
 * passes here takes no more than the rows there are. The format: apache/parquet-format.
 */

/** What unpacks a page: to exactly so many bytes, or it throws. */
export type Unpack = (input: Uint8Array, length: number) => Uint8Array;

export interface Chunk {
  /** The column's bytes in this row group. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Levels above the values that may be null: 0 has no definition levels. */
  readonly maxDefinition: number;
  readonly unpack: Unpack;
  /** Bytes that all pages together may still unpack to. */
  readonly budget: number;
}

const TYPES = { data: 0, dictionary: 2, dataV2: 3 } as const;
const PLAIN = 0;
const DICTIONARIES = [2, 8];
/** Values come in groups of eight, of which the last may be filled up. */
const FILLED = 7;
/** Structs within structs: a page's header has its statistics, and no more. */
const MAX_DEPTH = 8;

const wrong = (why: string): Error => new Error(`parquet: ${why}`);

type Value = number | boolean | Fields | null;
type Fields = ReadonlyMap<number, Value>;

/** Thrift's compact protocol, as far as headers of pages use it. */
class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw wrong('cut off');
    return value;
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const part = this.byte();
      value += (part & 0x7f) * 2 ** (7 * i);
      if (part < 0x80) return value;
    }
    throw wrong('a number without an end');
  }

  #zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #skip(count: number): null {
    this.at += count;
    if (this.at > this.#bytes.length) throw wrong('cut off');
    return null;
  }

  #value(type: number, depth: number): Value {
    switch (type) {
      case 1:
      case 2:
        return type === 1;
      case 3:
        return this.byte();
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        return this.#skip(8);
      case 8:
        return this.#skip(this.varint());
      case 12:
        return this.struct(depth + 1);
      default:
        throw wrong('a header with a list');
    }
  }

  struct(depth = 0): Fields {
    if (depth > MAX_DEPTH) throw wrong('a header without a bottom');
    const fields = new Map<number, Value>();
    let id = 0;
    for (;;) {
      const byte = this.byte();
      const type = byte & 0x0f;
      if (type === 0) return fields;
      id = byte >> 4 === 0 ? this.#zigzag() : id + (byte >> 4);
      fields.set(id, this.#value(type, depth));
    }
  }
}

/** A whole number of a header within bounds; `missing` where it is left out. */
function field(fields: Fields, id: number, max: number, missing?: number): number {
  const value = fields.get(id) ?? missing;
  if (typeof value !== 'number' || value < 0 || value > max)
    throw wrong(`field ${id} beyond bounds`);
  return value;
}

function structOf(fields: Fields, id: number): Fields {
  const value = fields.get(id);
  if (!(value instanceof Map)) throw wrong(`no field ${id}`);
  return value;
}

/**
 * Runs of levels or of positions in a dictionary, `width` bits each: none may be longer than the
 * page's values. Gives how many values there are.
 */
function walkRuns(bytes: Uint8Array, start: number, end: number, width: number, values: number) {
  const reader = new Reader(bytes.subarray(0, end), start);
  let seen = 0;
  while (reader.at < end) {
    const header = reader.varint();
    const isPacked = header % 2 === 1;
    const count = isPacked ? 8 * Math.floor(header / 2) : header / 2;
    if (count > values + FILLED) throw wrong('a run longer than its page');
    reader.at += isPacked ? (count / 8) * width : Math.ceil(width / 8);
    seen += count;
  }
  return seen;
}

const widthOf = (max: number): number => Math.ceil(Math.log2(max + 1));

/** Values of a page behind its levels. */
function checkValues(page: Uint8Array, start: number, encoding: number, values: number): void {
  if (encoding === PLAIN) return;
  if (!DICTIONARIES.includes(encoding)) throw wrong(`encoding ${encoding}`);
  const width = page[start] ?? 0;
  if (width > 32) throw wrong('positions of more than 32 bits');
  if (width > 0) walkRuns(page, start + 1, page.length, width, values);
}

function checkDataPage(page: Uint8Array, header: Fields, { rows, maxDefinition }: Chunk): number {
  const values = field(header, 1, rows);
  let start = 0;
  if (maxDefinition > 0) {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    if (page.length < 4) throw wrong('cut off');
    const length = view.getUint32(0, true);
    start = 4 + length;
    if (start > page.length) throw wrong('levels beyond their page');
    if (walkRuns(page, 4, start, widthOf(maxDefinition), values) < values)
      throw wrong('too few levels');
  }
  checkValues(page, start, field(header, 2, 16), values);
  return values;
}

function checkDataPageV2(bytes: Uint8Array, header: Fields, size: number, chunk: Chunk): number {
  const values = field(header, 1, chunk.rows);
  field(header, 2, values);
  field(header, 3, chunk.rows);
  const definition = field(header, 5, bytes.length);
  // Nothing repeats here, so there are no repetition levels.
  field(header, 6, 0);
  if (definition > 0) {
    const seen = walkRuns(bytes, 0, definition, widthOf(chunk.maxDefinition), values);
    if (seen < values) throw wrong('too few levels');
  } else if (chunk.maxDefinition > 0) {
    throw wrong('no levels');
  }
  const packed = bytes.subarray(definition);
  const page = header.get(7) === false ? packed : chunk.unpack(packed, size - definition);
  checkValues(page, 0, field(header, 4, 16), values);
  return values;
}

/** Look through a column's pages. Gives the bytes they unpack to; throws where they are not what they say. */
export function checkChunk(chunk: Chunk): number {
  const { bytes, rows, unpack, budget } = chunk;
  const reader = new Reader(bytes, 0);
  let seen = 0;
  let unpacked = 0;
  while (seen < rows) {
    const header = reader.struct();
    const type = field(header, 1, 3);
    const size = field(header, 2, budget - unpacked);
    const packed = field(header, 3, bytes.length - reader.at);
    unpacked += size;
    const body = bytes.subarray(reader.at, reader.at + packed);
    reader.at += packed;
    if (type === TYPES.dictionary) {
      // A text takes at least the four bytes of its length.
      field(structOf(header, 7), 1, size / 4);
      unpack(body, size);
    } else if (type === TYPES.data) {
      seen += checkDataPage(unpack(body, size), structOf(header, 5), chunk);
    } else if (type === TYPES.dataV2) {
      seen += checkDataPageV2(body, structOf(header, 8), size, chunk);
    } else {
      throw wrong(`pages of type ${type}`);
    }
  }
  return unpacked;
}
