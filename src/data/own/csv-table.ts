/** The grammar of CSV: rows and cells of a table, straight from its bytes. */
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { LIMITS } from './own-data.ts';

const QUOTE = 0x22;
const SPACE = 0x20;
const RETURN = 0x0d;
const NEWLINE = 0x0a;
const DELIMITERS = [0x2c, 0x3b, 0x09];
/** Most columns a table may have: the largest example there is, its label, and a few to leave out. */
const MAX_COLUMNS = 4 * LIMITS.side * LIMITS.side + 64;
/** Bytes looked at to tell text from anything else. */
const GLANCE = 4096;

export interface Table {
  /** As a sentence says it. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly delimiter: number;
  /** Where the first row of data begins. */
  readonly start: number;
  readonly columns: number;
  /** Rows of data. */
  readonly rows: number;
  readonly header: readonly string[] | null;
  /** Which columns hold no numbers, by the first row of data. */
  readonly isText: readonly boolean[];
}

export interface Visitor {
  /** A cell of a column that holds texts. A sentence ends the scan. */
  text(cell: string, column: number): string | null;
  number(value: number, column: number): void;
  isText(column: number): boolean;
  isSkipped(column: number): boolean;
  /** Share of the table's bytes read so far. */
  progress?(share: number): void;
}

const decoder = new TextDecoder();

/** Whether bytes could be a text file: UTF-8 or plain ASCII, no zeros. */
export const isText = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && !bytes.subarray(0, GLANCE).includes(0);

/** A number in decimal notation, or NaN. `bytes[start..end)` has no spaces around it. */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const sign = bytes[i];
  if (sign === 0x2d || sign === 0x2b) i++;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30);
      digits++;
    } else if (byte === 0x2e && point < 0) {
      point = digits;
    } else {
      break;
    }
  }
  if (digits === 0) return NaN;
  if (i < end || digits > 15) {
    // Exponents and long fractions: rare enough for the slow and exact way.
    const text = decoder.decode(bytes.subarray(start, end));
    return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : NaN;
  }
  if (point >= 0) value /= 10 ** (digits - point);
  return sign === 0x2d ? -value : value;
}

/** A cell between `start` and `end`; `next` is where its delimiter or the end of its line stands. */
interface Cell {
  start: number;
  end: number;
  next: number;
  quoted: boolean;
  /** Text after a closing quote, or a quote that never closes. */
  broken: boolean;
}

/** Find the cell that begins at `start`; writes into `cell`, for a table has millions. */
function readCell(bytes: Uint8Array, start: number, delimiter: number, cell: Cell): void {
  let i = start;
  while (bytes[i] === SPACE) i++;
  cell.broken = false;
  cell.quoted = bytes[i] === QUOTE;
  if (cell.quoted) {
    i++;
    cell.start = i;
    for (;;) {
      const close = bytes.indexOf(QUOTE, i);
      if (close < 0) {
        cell.broken = true;
        cell.end = cell.next = bytes.length;
        return;
      }
      i = close + 1;
      if (bytes[i] !== QUOTE) {
        cell.end = close;
        break;
      }
      i++;
    }
    while (bytes[i] === SPACE) i++;
    const after = bytes[i];
    cell.broken = i < bytes.length && after !== delimiter && after !== RETURN && after !== NEWLINE;
    cell.next = i;
    return;
  }
  cell.start = i;
  const { length } = bytes;
  while (i < length) {
    const byte = bytes[i];
    if (byte === delimiter || byte === NEWLINE || byte === RETURN) break;
    i++;
  }
  cell.next = i;
  while (i > cell.start && bytes[i - 1] === SPACE) i--;
  cell.end = i;
}

const newCell = (): Cell => ({ start: 0, end: 0, next: 0, quoted: false, broken: false });

function textOf(bytes: Uint8Array, { start, end, quoted }: Cell): string {
  const text = decoder.decode(bytes.subarray(start, end));
  return quoted ? text.replaceAll('""', '"').trim() : text;
}

const isLineEnd = (byte: number | undefined): boolean => byte === NEWLINE || byte === RETURN;

function skipBlankLines(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isLineEnd(bytes[i])) i++;
  return i;
}

interface Row {
  readonly cells: readonly string[];
  readonly isNumber: readonly boolean[];
  /** Where the next row begins. */
  readonly next: number;
}

/** The row that begins at `start`, at most so many cells of it; null where a quote is broken. */
function readRow(bytes: Uint8Array, start: number, delimiter: number): Row | null {
  const cells: string[] = [];
  const isNumber: boolean[] = [];
  const cell = newCell();
  let at = start;
  for (;;) {
    readCell(bytes, at, delimiter, cell);
    if (cell.broken) return null;
    cells.push(textOf(bytes, cell));
    isNumber.push(!Number.isNaN(parseNumber(bytes, cell.start, cell.end)));
    at = cell.next + 1;
    if (cells.length > MAX_COLUMNS || bytes[cell.next] !== delimiter) break;
  }
  return { cells, isNumber, next: skipBlankLines(bytes, cell.next) };
}

/** Lines that are not blank from `start` on, without those inside of quotes. */
function countRows(bytes: Uint8Array, start: number): number {
  let rows = 0;
  let inQuotes = false;
  let isBlank = true;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) inQuotes = !inQuotes;
    if (isLineEnd(byte) && !inQuotes) isBlank = true;
    else if (isBlank) {
      isBlank = false;
      rows++;
    }
  }
  return rows;
}

/** What a table is like: its delimiter, its columns, whether it has a header. */
export function tableOf(bytes: Uint8Array, file: string): Result<Table> {
  if (!isText(bytes)) {
    return fail(`${file} is ${bytes.length === 0 ? 'empty' : 'not a text file in UTF-8'}.`);
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const begin = skipBlankLines(bytes, hasMark ? 3 : 0);
  const rowsBy = DELIMITERS.map((delimiter) => ({
    delimiter,
    row: readRow(bytes, begin, delimiter),
  }));
  const best = rowsBy.reduce((a, b) =>
    (b.row?.cells.length ?? 0) > (a.row?.cells.length ?? 0) ? b : a,
  );
  if (best.row === null) return fail(`${file} has a quote in row 1 that is not closed.`);
  const first = best.row;
  const { delimiter } = best;
  const columns = first.cells.length;
  if (columns < 2 || columns > MAX_COLUMNS) {
    return fail(
      `${file} has ${columns < 2 ? 'only one column' : `more than ${MAX_COLUMNS} columns`}; allowed is a table with a column of labels and columns of numbers, separated by commas, semicolons or tabs.`,
    );
  }
  const second = first.next < bytes.length ? readRow(bytes, first.next, delimiter) : null;
  const isHeader =
    second !== null &&
    first.isNumber.some((number, i) => !number && second.isNumber[i] === true) &&
    // Names in a header are words, or counted columns; a row of data with one bad cell is no header.
    first.isNumber.filter((number) => !number).length >= 1;
  const data = isHeader ? second : first;
  const start = isHeader ? first.next : begin;
  return ok({
    file,
    bytes,
    delimiter,
    start,
    columns,
    rows: countRows(bytes, start),
    header: isHeader ? first.cells : null,
    isText: data.isNumber.map((number) => !number).slice(0, columns),
  });
}

/** Look at every cell of a table, or of its first `limit` rows. One sentence where something is wrong, or null. */
export function scan(table: Table, visitor: Visitor, limit = Infinity): string | null {
  const { bytes, delimiter, columns, file, header } = table;
  const cell = newCell();
  let at = skipBlankLines(bytes, table.start);
  // Rows are counted as an editor shows them, the header included.
  const offset = header === null ? 1 : 2;
  for (let row = 0; at < bytes.length && row < limit; row++) {
    let column = 0;
    let hasMore: boolean;
    for (;;) {
      readCell(bytes, at, delimiter, cell);
      const where = () => `${file}, row ${row + offset}, column ${column + 1}`;
      if (cell.broken) return `${where()} has a quote that is not closed, or text after one.`;
      if (visitor.isText(column)) {
        const error = visitor.text(textOf(bytes, cell), column);
        if (error !== null) return error;
      } else if (!visitor.isSkipped(column)) {
        const value = parseNumber(bytes, cell.start, cell.end);
        if (Number.isNaN(value)) {
          const found = cell.start === cell.end ? 'is empty' : `is ${quote(textOf(bytes, cell))}`;
          return `${where()} ${found}; allowed are numbers from 0 to 255, or from 0 to 1.`;
        }
        visitor.number(value, column);
      }
      column++;
      hasMore = bytes[cell.next] === delimiter;
      if (!hasMore || column === columns) break;
      at = cell.next + 1;
    }
    if (column !== columns || hasMore) {
      const count = hasMore
        ? `more than ${columns} cells`
        : column === 1
          ? 'one cell'
          : `${column} cells`;
      return `${file}, row ${row + offset} has ${count}; its first row has ${columns}.`;
    }
    at = skipBlankLines(bytes, cell.next);
    if (row % GLANCE === 0) visitor.progress?.(at / bytes.length);
  }
  return null;
}
