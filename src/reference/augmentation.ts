/**
 * Augmentation: each training example, in each epoch, is cropped out of itself with a border of
 * zeros around it, and mirrored left to right half the time. After preprocessing, so that the border
 * is what preprocessing makes of nothing.
 */
import type { Maps } from '../experiment/datasets.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { el, type Floats, floats, word } from './floats.ts';
import { philox, streamOf } from './random.ts';

export interface Crop {
  /** Of the crop's top left corner in the bordered image, 0 .. 2 * pad; pad is the middle. */
  readonly dy: number;
  readonly dx: number;
  /** True for half of all; the spec says whether it is heeded. */
  readonly mirrored: boolean;
}

/**
 * What is drawn for training example `example` (its index in the training split) in an epoch (from
 * 0): words 0 and 1 of counter [example, epoch, 0, 0] say where, the top bit of word 2 which way round.
 */
export function augmentCrop(seed: number, epoch: number, example: number, pad: number): Crop {
  const words = new Uint32Array(4);
  philox(words, 0, [example, epoch, 0, 0], [seed, streamOf('augmentation', 0)]);
  // 16 bits times the number of places, which is at most 33: even to 33 in 65,536.
  const place = (k: number): number => ((word(words, k) >>> 16) * (2 * pad + 1)) >>> 16;
  return { dy: place(0), dx: place(1), mirrored: word(words, 2) >>> 31 === 1 };
}

/**
 * An example x [height, width, channels], cropped: out(y, x) = bordered(y + dy, x' + dx) with
 * x' = width - 1 - x where mirrored, else x.
 */
export function cropped(
  x: Floats,
  { height, width, channels }: Maps,
  pad: number,
  { dy, dx, mirrored }: Crop,
): Floats {
  const out = floats(x.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const fromRow = row + dy - pad;
      const fromColumn = (mirrored ? width - 1 - column : column) + dx - pad;
      if (fromRow < 0 || fromRow >= height || fromColumn < 0 || fromColumn >= width) continue;
      for (let c = 0; c < channels; c++) {
        const from = (fromRow * width + fromColumn) * channels + c;
        out[(row * width + column) * channels + c] = el(x, from);
      }
    }
  }
  return out;
}

/** An example as a spec's network is trained on it in an epoch. */
export function augmented(
  { augmentation: { pad, flip }, seed }: ExperimentSpec,
  x: Floats,
  maps: Maps,
  epoch: number,
  example: number,
): Floats {
  if (pad === 0 && !flip) return x;
  const crop = augmentCrop(seed, epoch, example, pad);
  return cropped(x, maps, pad, { ...crop, mirrored: flip && crop.mirrored });
}
