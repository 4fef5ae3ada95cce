/**
 * A data set after preprocessing that takes long, kept for next time: 512 bytes of JSON, padded with
 * spaces, then the half floats of training, validation and test examples (little-endian).
 */
import * as v from 'valibot';
import type { DatasetId } from '../experiment/datasets.ts';
import type { Examples } from './dataset.ts';
import type { RawDataset } from './raw.ts';
import { sha256 } from './sha256.ts';

/** Where prepared data is kept. Neither method throws: keeping is a convenience. */
export interface PreparedStore {
  /** The bytes that were put there under this name, or null. */
  get(name: string, id: DatasetId, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null>;
  put(name: string, id: DatasetId, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** What `npm run data -- NAME --whiten` makes beside a data set's files. */
export const PREPARED_FILE = 'gcn-zca.bin';

/** Which values come out: to be raised where the mathematics or the layout changes. */
const VERSION = 1;
const HEADER = 512;

const HeaderSchema = v.strictObject({ name: v.string(), sha256: v.string() });

/**
 * The name of what becomes of these very examples, or null where the platform has no SHA-256. The
 * split is part of it: what is fitted is fitted on the training part.
 */
export async function preparedName(raw: RawDataset, preprocessing: string): Promise<string | null> {
  const sums: string[] = [];
  for (const { images } of [raw.train, raw.validation, raw.test]) {
    const sum = await sha256(images);
    if (sum === null) return null;
    sums.push(sum);
  }
  const all = await sha256(new TextEncoder().encode(sums.join(' ')));
  return all && `${preprocessing}-${VERSION}-${all}`;
}

type Values = Uint16Array<ArrayBuffer>;
export type PreparedSplits = readonly [train: Values, validation: Values, test: Values];

/** Room for a file, and in it the splits, to be filled. */
export function newPrepared(raw: RawDataset): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly splits: PreparedSplits;
} {
  const count = raw.train.count + raw.validation.count + raw.test.count;
  const bytes = new Uint8Array(HEADER + 2 * count * raw.inputs);
  return { bytes, splits: splitsOf(bytes, raw) };
}

/** Write the header of a file whose splits are filled. Without SHA-256 there is none. */
export async function seal(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void> {
  const sum = await sha256(bytes.subarray(HEADER));
  const header = JSON.stringify({ name, sha256: sum }).padEnd(HEADER);
  bytes.set(new TextEncoder().encode(header));
}

/** The splits in a file, or null where it is not the one of that name, or damaged. */
export async function openPrepared(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  raw: RawDataset,
): Promise<PreparedSplits | null> {
  const count = raw.train.count + raw.validation.count + raw.test.count;
  if (bytes.length !== HEADER + 2 * count * raw.inputs) return null;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(0, HEADER)));
  } catch {
    return null;
  }
  const header = v.safeParse(HeaderSchema, json);
  if (!header.success || header.output.name !== name) return null;
  return (await sha256(bytes.subarray(HEADER))) === header.output.sha256
    ? splitsOf(bytes, raw)
    : null;
}

function splitsOf(bytes: Uint8Array<ArrayBuffer>, raw: RawDataset): PreparedSplits {
  let start = bytes.byteOffset + HEADER;
  const next = ({ count }: Examples) => {
    const values = new Uint16Array(bytes.buffer, start, count * raw.inputs);
    start += values.byteLength;
    return values;
  };
  return [next(raw.train), next(raw.validation), next(raw.test)];
}
