/** PNG files for tests: made, and read back as far as they were made here. */
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Colour types of 8-bit PNGs by their channels. */
const TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

/** CRC-32 as PNG and zip have it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(Buffer.from(type, 'latin1'), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** An 8-bit PNG of `pixels` [height, width, channels], with 1, 3 or 4 channels. */
export function makePng(
  height: number,
  width: number,
  channels: 1 | 3 | 4,
  pixels: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, TYPES[channels] ?? 0, 0, 0, 0], 8);
  const row = width * channels;
  const raw = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < row; i++) raw[y * (row + 1) + 1 + i] = pixels[y * row + i] ?? 0;
  }
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', new Uint8Array(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

/** What `makePng` was given, as red, green, blue, alpha. Throws for anything else. */
export function readPng(bytes: Uint8Array): {
  height: number;
  width: number;
  rgba: Uint8Array<ArrayBuffer>;
} {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new Error('no PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (body.length < length) throw new Error('cut off');
    if (view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))) {
      throw new Error('damaged');
    }
    chunks.set(type, body);
    at += 12 + length;
  }
  const header = chunks.get('IHDR');
  const data = chunks.get('IDAT');
  if (!header || !data || !chunks.has('IEND')) throw new Error('cut off');
  const sizes = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [sizes.getUint32(0), sizes.getUint32(4)];
  const channels = Number(Object.entries(TYPES).find(([, type]) => type === header[9])?.[0]);
  const raw = inflateSync(data);
  const rgba = new Uint8Array(4 * height * width);
  for (let p = 0; p < height * width; p++) {
    const y = Math.floor(p / width);
    const at = y * (width * channels + 1) + 1 + (p % width) * channels;
    const pick = (k: number) => raw[at + (channels === 1 ? 0 : k)] ?? 0;
    rgba.set([pick(0), pick(1), pick(2), channels === 4 ? (raw[at + 3] ?? 0) : 255], 4 * p);
  }
  return { height, width, rgba };
}
