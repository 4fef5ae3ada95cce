/**
 * A person's data as it is kept: one file, and a name made of what is in it.
 *
 *     8 bytes   the mark, written last: a file without it was never finished
 *     4 bytes   length of the header, little-endian
 *     header    JSON: what it is called, its shape, its classes, how it is split
 *     labels    [count]
 *     pixels    [count, height, width, channels], training first, then validation, then test
 */
import * as v from 'valibot';
import {
  type DataShape,
  OWN_BOUNDS,
  ownIdOf,
  type OwnId,
  shapeOf,
  sizeOf,
} from '../../experiment/datasets.ts';
import { parseJson } from '../../experiment/parse-json.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import type { Load } from '../load.ts';
import type { RawDataset } from '../raw.ts';
import { slice } from '../raw.ts';
import { sha256 } from '../sha256.ts';
import { nameOf } from './labels.ts';
import { LIMITS, type OwnData } from './own-data.ts';
import { planSplit, reorder, type Split, SPLITS } from './split.ts';

const MARK = new TextEncoder().encode('BCOWN\x01\r\n');
/** Up to the header. */
export const PREAMBLE = MARK.length + 4;
const MAX_HEADER = 65_536;
const VERSION = 1;

const within = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const { side, channels, classes } = OWN_BOUNDS;
const count = () => within(1, LIMITS.examples);

const HeaderSchema = v.strictObject({
  version: v.literal(VERSION),
  name: text(2 * LIMITS.name),
  source: text(300),
  /** Milliseconds since 1970. */
  created: within(0, 8.64e15),
  shape: v.strictObject({
    height: within(side.min, side.max),
    width: within(side.min, side.max),
    channels: within(channels.min, channels.max),
  }),
  classNames: v.pipe(
    v.array(text(2 * LIMITS.name)),
    v.minLength(classes.min),
    v.maxLength(classes.max),
  ),
  split: v.picklist(SPLITS),
  parts: v.strictObject({ train: count(), validation: count(), test: count() }),
  notes: v.pipe(v.array(text(1000)), v.maxLength(20)),
});

export type KeptHeader = Readonly<v.InferOutput<typeof HeaderSchema>>;

/** What is kept, before it lies anywhere. */
export interface Kept {
  readonly id: OwnId;
  readonly header: KeptHeader;
  /** All but the mark, to be written in this order behind it. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** What a list says of something kept. */
export interface KeptEntry {
  readonly id: OwnId;
  readonly name: string;
  readonly source: string;
  readonly created: number;
  readonly examples: number;
  /** Of them, so many train. */
  readonly training: number;
  /** On disk, or in memory. */
  readonly bytes: number;
}

export const markOf = (): Uint8Array<ArrayBuffer> => MARK.slice();

const shapeWithClasses = ({ shape, classNames }: KeptHeader): DataShape => ({
  ...shape,
  classes: classNames.length,
});

const examplesOf = ({ parts }: KeptHeader): number => parts.train + parts.validation + parts.test;

/**
 * The name of what is kept: its shape, and a sum over shape, classes, split, labels and pixels. The
 * same examples split in the same way have the same name in every browser; what they are called does
 * not matter. Null where the platform has no SHA-256.
 */
async function idOf(
  header: KeptHeader,
  labels: Uint8Array<ArrayBuffer>,
  pixels: Uint8Array<ArrayBuffer>,
): Promise<OwnId | null> {
  const { shape, classNames, parts } = header;
  const sums = [await sha256(labels), await sha256(pixels)];
  if (sums.includes(null)) return null;
  const { height, width, channels } = shape;
  const { train, validation, test } = parts;
  const whole = JSON.stringify([
    VERSION,
    [height, width, channels],
    classNames,
    [train, validation, test],
    sums,
  ]);
  const sum = await sha256(new TextEncoder().encode(whole));
  return sum === null ? null : ownIdOf(shapeWithClasses(header), sum);
}

/** Examples, split and called as the person chose, ready to be kept. */
export async function toKept(
  data: OwnData,
  { name, split, created }: { name: string; split: Split; created: number },
): Promise<Result<Kept>> {
  const { parts, order } = planSplit(data, split);
  const { pixels, labels } = order === null ? data : reorder(data, order);
  const header: KeptHeader = {
    version: VERSION,
    name: nameOf(name, 'My data'),
    source: data.source.slice(0, 300),
    created,
    shape: data.shape,
    classNames: [...data.classNames],
    split,
    parts,
    notes: data.notes.slice(0, 20).map((note) => note.slice(0, 1000)),
  };
  const id = await idOf(header, labels, pixels);
  if (id === null) {
    return fail(
      'Own data needs a page from https or localhost: this browser gives no checksums to other pages.',
    );
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return ok({ id, header, pieces: [length, json, labels, pixels] });
}

/** A header from the first bytes of a kept file; null: not one of ours, or not finished. */
async function headerFrom(file: Blob): Promise<{ header: KeptHeader; end: number } | null> {
  const preamble = new Uint8Array(await file.slice(0, PREAMBLE).arrayBuffer());
  if (preamble.length < PREAMBLE || !MARK.every((byte, i) => preamble[i] === byte)) return null;
  const length = new DataView(preamble.buffer).getUint32(MARK.length, true);
  if (length > MAX_HEADER) return null;
  const end = PREAMBLE + length;
  try {
    const json = parseJson(await file.slice(PREAMBLE, end).text());
    const parsed = v.safeParse(HeaderSchema, json.ok ? json.value : null);
    return parsed.success ? { header: parsed.output, end } : null;
  } catch {
    return null;
  }
}

/** True where the mark, of whatever version, is missing: somebody closed the page while it was written. */
export async function isUnfinished(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, MARK.length).arrayBuffer());
  return file.size < PREAMBLE || start.every((byte) => byte === 0);
}

/** What a list says of a kept file; null: it is none that this version reads, or was never finished. */
export async function entryOf(id: OwnId, file: Blob): Promise<KeptEntry | null> {
  const found = await headerFrom(file);
  if (found === null) return null;
  const { name, source, created } = found.header;
  const { train } = found.header.parts;
  const examples = examplesOf(found.header);
  return { id, name, source, created, examples, training: train, bytes: file.size };
}

/**
 * The examples of a kept file. Its sum is checked against its name: a damaged copy is never trained
 * on. The error is one sentence.
 */
export async function fromKept(
  id: OwnId,
  file: Blob,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (loaded: number, total: number) => void } = {},
): Promise<Load<RawDataset>> {
  const damaged = () =>
    fail(`The own data ${id} is damaged in this browser; read it from its files once more.`);
  const found = await headerFrom(file).catch(() => null);
  if (found === null) return damaged();
  const { header, end } = found;
  const { height, width, channels } = header.shape;
  const inputs = sizeOf(header.shape);
  const count = examplesOf(header);
  const shape = shapeOf(id);
  const isSame =
    shape.height === height &&
    shape.width === width &&
    shape.channels === channels &&
    shape.classes === header.classNames.length &&
    file.size === end + count * (1 + inputs);
  if (!isSame) return damaged();
  if (signal?.aborted) return 'cancelled';
  onProgress?.(0, file.size);
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = new Uint8Array(await file.slice(end).arrayBuffer());
  } catch {
    return damaged();
  }
  if (signal?.aborted) return 'cancelled';
  onProgress?.(file.size, file.size);
  const labels = body.subarray(0, count);
  const images = body.subarray(count);
  if (labels.some((label) => label >= shape.classes)) return damaged();
  const sum = await idOf(header, labels, images);
  if (sum !== null && sum !== id) return damaged();
  if (signal?.aborted) return 'cancelled';
  const all = { count, images, labels };
  const { train, validation } = header.parts;
  return ok({
    id,
    title: header.name,
    note: null,
    shape: { height, width, channels },
    inputs,
    classNames: header.classNames,
    train: slice(all, inputs, 0, train),
    validation: slice(all, inputs, train, train + validation),
    test: slice(all, inputs, train + validation, count),
  });
}
