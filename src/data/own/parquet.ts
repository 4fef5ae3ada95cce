/**
 * Image classification in Parquet, as Hugging Face keeps it: a column of structs {bytes, path} with
 * a PNG or JPEG each, and a column of labels, whose names stand in the file's metadata. hyparquet
 * reads the format; it is loaded only when somebody brings such a file.
 */
import { gunzipSync } from 'fflate';
import type { ColumnMetaData, FileMetaData, RowGroup, SchemaTree } from 'hyparquet';
import { parseJson } from '../../experiment/parse-json.ts';
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import type { Choices, OnProgress, Parts, Questions } from './own-data.ts';
import { LIMITS } from './own-data.ts';
import { checkChunk, type Unpack } from './parquet-guard.ts';
import type { LabelledPicture } from './pictures.ts';
import { unsnappy } from './snappy.ts';
import { memoryFile } from './source.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];
const LABEL_NAMES = ['label', 'labels', 'class', 'target', 'digit', 'fine_label', 'coarse_label'];
/** What packed pages can be read here. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP'];

export const isParquet = (bytes: Uint8Array): boolean =>
  MAGIC.every((byte, i) => bytes[i] === byte);

export interface ParquetPictures {
  readonly pictures: readonly LabelledPicture[];
  readonly classNames: readonly string[] | null;
  readonly questions: Questions;
}

interface Columns {
  readonly image: string;
  readonly label: string;
  readonly questions: Questions;
}

const isImage = ({ children, element }: SchemaTree): boolean =>
  children.length > 0
    ? children.some((child) => child.element.name === 'bytes')
    : element.type === 'BYTE_ARRAY' && element.converted_type === undefined;

const isLabel = ({ children, element }: SchemaTree): boolean =>
  children.length === 0 &&
  (element.type === 'INT64' || element.type === 'INT32' || element.converted_type === 'UTF8');

/** Which columns hold the images and the labels. */
function columnsOf(schema: SchemaTree, file: string, choices: Choices): Result<Columns> {
  const names = schema.children.map(({ element }) => quote(element.name)).join(', ');
  const has = `${file} has the columns ${names || 'none'}`;
  const images = schema.children.filter(isImage);
  const image = images.find(({ children }) => children.length > 0) ?? images[0];
  if (image === undefined) {
    return fail(`${has}; allowed is one of images, a struct with the field "bytes".`);
  }
  const labels = schema.children.filter(isLabel).map(({ element }) => element.name);
  const label =
    labels.find((name) => name === choices.label) ??
    LABEL_NAMES.find((name) => labels.includes(name)) ??
    labels[0];
  if (label === undefined) return fail(`${has}; allowed is one of labels, integers or texts.`);
  return ok({
    image: image.element.name,
    label,
    questions: {
      label: { value: label, options: labels.map((name) => ({ value: name, text: name })) },
    },
  });
}

/** What Hugging Face says the labels are called; null: nothing that could be used. */
function namesOf({ key_value_metadata: pairs }: FileMetaData, label: string): string[] | null {
  const json = pairs?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const said = parseJson(json ?? 'null');
    const names = ['info', 'features', label, 'names'].reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
      said.ok ? said.value : null,
    );
    const isNames =
      Array.isArray(names) &&
      names.length <= 100_000 &&
      names.every((name) => typeof name === 'string') &&
      new Set(names).size === names.length;
    return isNames ? names : null;
  } catch {
    return null;
  }
}

/** One sentence where the metadata asks for more than is allowed; null: it does not. */
function overBounds({ num_rows: rows, row_groups: groups }: FileMetaData, file: string) {
  if (rows > LIMITS.examples) {
    return `${file} has ${rows.toString()} rows; allowed are at most ${LIMITS.examples}.`;
  }
  const columns = groups.flatMap(columnsIn);
  const size = columns.reduce((sum, { total_uncompressed_size: bytes }) => sum + Number(bytes), 0);
  if (size > LIMITS.file) {
    return `${file} unpacks to ${size} bytes; allowed are at most ${LIMITS.file}.`;
  }
  const codec = columns.find((column) => !CODECS.includes(column.codec))?.codec;
  return codec === undefined
    ? null
    : `${file} is packed with ${codec}; allowed are SNAPPY, GZIP and UNCOMPRESSED.`;
}

const columnsIn = (group: RowGroup): ColumnMetaData[] =>
  group.columns.flatMap(({ meta_data: data }) => (data ? [data] : []));

/** The leaves of a column that are read, each with how many levels above it may be null; NaN: a list. */
function leavesOf({ children, path, element }: SchemaTree, above = 0): Map<string, number> {
  if (element.repetition_type === 'REPEATED') above = NaN;
  const levels = above + (element.repetition_type === 'OPTIONAL' ? 1 : 0);
  if (children.length === 0) return new Map([[path.join('.'), levels]]);
  return new Map(children.flatMap((child) => [...leavesOf(child, levels)]));
}

/** Encodings of pages that are read; levels are in RLE or bits always. */
const ENCODINGS = ['PLAIN', 'RLE', 'BIT_PACKED', 'PLAIN_DICTIONARY', 'RLE_DICTIONARY'];

/** One sentence where a column is whole but not of a kind that is read here; null: all are. */
function unreadable(
  groups: readonly RowGroup[],
  leaves: ReadonlyMap<string, number>,
  file: string,
): string | null {
  const list = [...leaves].find(([, levels]) => Number.isNaN(levels));
  if (list !== undefined) {
    return `${file} has lists in its column ${quote(list[0])}; allowed is one picture and one label a row.`;
  }
  for (const column of groups.flatMap(columnsIn)) {
    const name = column.path_in_schema.join('.');
    const other = column.encodings.find((encoding) => !ENCODINGS.includes(encoding));
    if (leaves.has(name) && other !== undefined) {
      return `${file} stores its column ${quote(name)} as ${other}; allowed are plain and dictionary encodings, as Hugging Face's own tools write them.`;
    }
  }
  return null;
}

/** Look through all pages that will be read. Throws where one is not what it says. */
function checkPages(
  bytes: Uint8Array,
  groups: readonly RowGroup[],
  leaves: ReadonlyMap<string, number>,
  unpackers: Readonly<Record<string, Unpack>>,
): void {
  let budget: number = LIMITS.file;
  for (const group of groups) {
    for (const column of columnsIn(group)) {
      const maxDefinition = leaves.get(column.path_in_schema.join('.'));
      if (maxDefinition === undefined) continue;
      const { dictionary_page_offset: dictionary, data_page_offset: data } = column;
      // As hyparquet has it: some writers put a zero where there is no dictionary.
      const start = Number(dictionary === undefined || dictionary === 0n ? data : dictionary);
      const end = start + Number(column.total_compressed_size);
      const unpack = unpackers[column.codec];
      if (start < 4 || end > bytes.length || unpack === undefined) throw new Error('no such bytes');
      const chunk = { bytes: bytes.subarray(start, end), rows: Number(group.num_rows) };
      budget -= checkChunk({ ...chunk, maxDefinition, unpack, budget });
    }
  }
}

/** The pictures of a Parquet file that lies in memory, still packed as PNG or JPEG. */
export async function readParquet(
  bytes: Uint8Array<ArrayBuffer>,
  { file, part }: { file: string; part: keyof Parts },
  choices: Choices,
  onProgress: OnProgress,
): Promise<Result<ParquetPictures>> {
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const compressors = {
    SNAPPY: unsnappy,
    GZIP: (input: Uint8Array, length: number) => {
      const out = gunzipSync(input, { out: new Uint8Array(length) });
      if (out.length !== length) throw new Error('another length than was said');
      return out;
    },
  };
  try {
    const metadata = parquetMetadata(buffer);
    const wrong = overBounds(metadata, file);
    if (wrong !== null) return fail(wrong);
    const schema = parquetSchema(metadata);
    const columns = columnsOf(schema, file, choices);
    if (!columns.ok) return columns;
    const { image, label, questions } = columns.value;
    const read = schema.children.filter(
      ({ element: { name } }) => name === image || name === label,
    );
    const leaves = new Map(read.flatMap((column) => [...leavesOf(column)]));
    const unread = unreadable(metadata.row_groups, leaves, file);
    if (unread !== null) return fail(unread);
    checkPages(bytes, metadata.row_groups, leaves, {
      UNCOMPRESSED: (input) => input,
      ...compressors,
    });
    const classNames = namesOf(metadata, label);
    const pictures: LabelledPicture[] = [];
    const total = Number(metadata.num_rows);
    for (const group of metadata.row_groups) {
      const rowStart = pictures.length;
      const rowEnd = rowStart + Number(group.num_rows);
      onProgress(`Unpacking rows ${rowStart + 1} to ${rowEnd} of ${total}`, rowStart / total);
      const rows = await parquetReadObjects({
        file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
        metadata,
        columns: [image, label],
        rowStart,
        rowEnd,
        compressors,
        utf8: false,
      });
      for (const row of rows) {
        const n = pictures.length;
        const picture = pictureOf(row[image]);
        if (picture === null) {
          return fail(
            `${file}, row ${n + 1} has no picture in ${quote(image)}; allowed are the bytes of a PNG or JPEG in every row.`,
          );
        }
        const text = labelOf(row[label], classNames);
        if (text === null) return fail(`${file}, row ${n + 1} has no label in ${quote(label)}.`);
        pictures.push({ file: memoryFile(`${file} row ${n + 1}`, picture), label: text, part });
      }
      if (pictures.length !== rowEnd) return fail(`${file} has fewer rows than it says.`);
    }
    return ok({ pictures, classNames, questions });
  } catch (error) {
    if (error instanceof RangeError && /memory|allocation/i.test(error.message)) {
      return fail(`${file} needs more memory than there is.`);
    }
    return fail(`${file} is damaged or cut off: it does not read as a Parquet file.`);
  }
}

/** The bytes of a picture: of a struct's field, or the value itself. */
function pictureOf(value: unknown): Uint8Array<ArrayBuffer> | null {
  const found: unknown =
    typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : value;
  return found instanceof Uint8Array && found.length > 0 ? new Uint8Array(found) : null;
}

/** A label as text: its name where numbers have names. */
function labelOf(value: unknown, names: readonly string[] | null): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'bigint' && typeof value !== 'number') return null;
  return names?.[Number(value)] ?? String(value);
}
