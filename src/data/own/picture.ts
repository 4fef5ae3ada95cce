/** What a picture file says of itself in its first bytes: its format and its size, before anything decodes it. */
import type { Size } from './own-data.ts';
import { startsWith } from './starts-with.ts';

export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'bmp' | 'webp';

export interface PictureHeader extends Size {
  readonly format: PictureFormat;
}

/** No picture is decoded beyond this: its pixels take four bytes each. */
export const MAX_PICTURE = { side: 16_384, pixels: 64_000_000 } as const;

/** Bytes in which every format but JPEG says its size; a JPEG may carry a preview before it. */
export const HEADER_BYTES = 65_536;

/** Whether a file of this name is taken for a picture. */
export const isPictureName = (path: string): boolean => /\.(png|jpe?g|gif|bmp|webp)$/i.test(path);

/** The format and size of a picture, by its first bytes (all of them, for a JPEG); null: not a picture read here, or cut off. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  const u8 = (i: number) => bytes[i] ?? 0;
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n') && length >= 24) {
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (startsWith(bytes, 'GIF8') && length >= 10) {
    return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (startsWith(bytes, 'BM') && length >= 26) {
    const height = Math.abs(view.getInt32(22, true));
    return { format: 'bmp', width: view.getInt32(18, true), height };
  }
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8) && length >= 30) {
    const u24 = (i: number) => u8(i) | (u8(i + 1) << 8) | (u8(i + 2) << 16);
    if (startsWith(bytes, 'VP8X', 12))
      return { format: 'webp', width: u24(24) + 1, height: u24(27) + 1 };
    if (startsWith(bytes, 'VP8L', 12)) {
      const bits = view.getUint32(21, true);
      return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    if (startsWith(bytes, 'VP8 ', 12)) {
      const width = view.getUint16(26, true) & 0x3fff;
      return { format: 'webp', width, height: view.getUint16(28, true) & 0x3fff };
    }
    return null;
  }
  return u8(0) === 0xff && u8(1) === 0xd8 ? jpegHeader(view) : null;
}

/** Segments one after the other until the one that starts a frame. */
function jpegHeader(view: DataView): PictureHeader | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame =
      marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += alone ? 2 : 2 + view.getUint16(at + 2);
  }
  return null;
}
