/** Checkpoints whose header, or a text of their metadata, is broken in its structure; lengths are right. */
import fc from 'fast-check';
import { readHeader } from '../export/safetensors.ts';
import { brokenJson } from './broken-json.ts';

/** Texts of the metadata that are JSON themselves. */
const TEXTS = ['run', 'state', 'progress'] as const;

export function brokenCheckpoint(good: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const read = readHeader(good, good.length, 'a checkpoint');
  if (!read.ok) throw new Error(read.error);
  const { metadata, entries, start } = read.value;
  const tensors = entries.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ]);
  const headerWith = (texts: ReadonlyMap<string, string>): string =>
    JSON.stringify({ __metadata__: Object.fromEntries(texts), ...Object.fromEntries(tensors) });
  const within = TEXTS.map((key) =>
    brokenJson(metadata.get(key) ?? 'null').map((text) =>
      headerWith(new Map([...metadata, [key, text]])),
    ),
  );
  return fc
    .oneof({ weight: 3, arbitrary: brokenJson(headerWith(metadata)) }, ...within)
    .map((header) => withHeader(header, good.subarray(start)));
}

/** A safetensors file of a header as it stands, and what follows it. */
export function withHeader(header: string, numbers: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(numbers, 8 + text.length);
  return bytes;
}
