/** Grey and colour: pixels with one, three or four channels, to one or three. */
import type { Colour } from './own-data.ts';

/** Brightness of a colour, as television has it (ITU-R BT.601). */
const luma = (r: number, g: number, b: number): number =>
  Math.round(0.299 * r + 0.587 * g + 0.114 * b);

/** On white, as on paper. */
const onWhite = (value: number, alpha: number): number =>
  Math.round((value * alpha + 255 * (255 - alpha)) / 255);

export const channelsOf = (colour: Colour): 1 | 3 => (colour === 'grey' ? 1 : 3);

/**
 * Pixels with `channels` channels (1: grey, 2: grey and alpha, 3: colour, 4: colour and alpha) as
 * grey or colour ones. What is transparent is put on white.
 */
export function recolour(
  from: Uint8Array | Uint8ClampedArray,
  channels: number,
  colour: Colour,
): Uint8Array<ArrayBuffer> {
  const count = from.length / channels;
  const to = new Uint8Array(count * channelsOf(colour));
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  let o = 0;
  for (let i = 0; i < from.length; i += channels) {
    const alpha = hasAlpha ? (from[i + channels - 1] ?? 255) : 255;
    let r = from[i] ?? 0;
    let g = isGrey ? r : (from[i + 1] ?? 0);
    let b = isGrey ? r : (from[i + 2] ?? 0);
    if (alpha < 255) {
      r = onWhite(r, alpha);
      g = onWhite(g, alpha);
      b = onWhite(b, alpha);
    }
    if (colour === 'grey') {
      to[o++] = r === g && g === b ? r : luma(r, g, b);
    } else {
      to[o++] = r;
      to[o++] = g;
      to[o++] = b;
    }
  }
  return to;
}

/** Whether no pixel of colour images has a colour. */
export function isColourless(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  }
  return true;
}
