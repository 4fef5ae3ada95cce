/**
 * From what a person drew or brought to a picture like those of a data set: as large, and lying in it as
 * they do. Its numbers are bytes still; preprocessing comes after (prepare-one.ts).
 */
import type { DatasetId, Maps } from '../experiment/datasets.ts';
import { Resizer } from './own/resize.ts';

/**
 * How pictures of a set lie in their frame:
 * - `mass`: MNIST's digits fill 20 of 28 pixels and have their centre of mass in the middle;
 * - `box`: Fashion-MNIST's clothes fill the frame along their longer side and stand in its middle;
 * - `whole`: the frame is the picture.
 */
export type Centring = 'mass' | 'box' | 'whole';

export const centringOf = (id: DatasetId): Centring =>
  id === 'mnist' ? 'mass' : id === 'fashion-mnist' ? 'box' : 'whole';

/** Share of the frame's side that MNIST's digits fill along their longer side. */
const DIGIT = 20 / 28;
/** Share of the brightest pixel from which on a pixel is ink: what is fainter is paper, or a pen's soft edge. */
const INK = 0.2;

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The smallest frame around all ink of a grey picture; null where it is all of one colour, or nothing is on it. */
function boxOf(pixels: Uint8Array, { height, width }: Maps): Box | null {
  const most = pixels.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return null;
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < height * width; i++) {
    if ((pixels[i] ?? 0) < INK * most) continue;
    const [y, x] = [Math.floor(i / width), i % width];
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

function cut(pixels: Uint8Array, width: number, box: Box): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(box.height * box.width);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left;
    part.set(pixels.subarray(from, from + box.width), y * box.width);
  }
  return part;
}

/** Where the middle of all brightness lies along both axes, in pixels from the top left corner. */
function massOf(pixels: Uint8Array, height: number, width: number): readonly [number, number] {
  let [sum, down, across] = [0, 0, 0];
  for (let i = 0; i < height * width; i++) {
    const value = pixels[i] ?? 0;
    sum += value;
    down += value * (Math.floor(i / width) + 0.5);
    across += value * ((i % width) + 0.5);
  }
  return [down / sum, across / sum];
}

/** Where a part begins so that its point `middle` lies in the middle of the frame, as far as it has room. */
const place = (frame: number, part: number, middle: number): number =>
  Math.max(0, Math.min(frame - part, Math.round(frame / 2 - middle)));

/**
 * The picture [to.height, to.width, to.channels] of a pad's pixels [from.height, from.width, channels],
 * bright ink on black for the centred kinds. Null: there is nothing on it.
 */
export function toExample(
  pixels: Uint8Array,
  from: Maps,
  to: Maps,
  centring: Centring,
): Uint8Array<ArrayBuffer> | null {
  const example = new Uint8Array(to.height * to.width * to.channels);
  if (centring === 'whole') {
    new Resizer(from, to, 'crop').write(pixels, example, 0);
    return example;
  }
  const box = boxOf(pixels, from);
  if (box === null) return null;
  const inner = centring === 'mass' ? DIGIT : 1;
  const scale = Math.min((inner * to.height) / box.height, (inner * to.width) / box.width);
  const size = {
    height: Math.max(1, Math.round(box.height * scale)),
    width: Math.max(1, Math.round(box.width * scale)),
  };
  const part = new Uint8Array(size.height * size.width);
  const found = { height: box.height, width: box.width, channels: 1 };
  new Resizer(found, size, 'stretch').write(cut(pixels, from.width, box), part, 0);
  const [down, across] =
    centring === 'mass' ? massOf(part, size.height, size.width) : [size.height / 2, size.width / 2];
  const top = place(to.height, size.height, down);
  const left = place(to.width, size.width, across);
  for (let y = 0; y < size.height; y++) {
    const row = part.subarray(y * size.width, (y + 1) * size.width);
    example.set(row, (top + y) * to.width + left);
  }
  return example;
}

/**
 * Sets of bright ink on black: a picture on light paper is turned round. Light is what the edge of the
 * picture is, on the whole. In place.
 */
export function darkPaper(pixels: Uint8Array, { height, width }: Maps): void {
  let [sum, count] = [0, 0];
  for (let i = 0; i < height * width; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    if (y > 0 && y < height - 1 && x > 0 && x < width - 1) continue;
    sum += pixels[i] ?? 0;
    count += 1;
  }
  if (sum / count <= 127) return;
  for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - (pixels[i] ?? 0);
}
