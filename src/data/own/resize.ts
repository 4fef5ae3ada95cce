/**
 * Images to another size: a triangle filter as wide as what one new pixel covers, along each axis,
 * as common image libraries do for "bilinear with antialiasing". The same on every machine.
 */
import type { Maps } from '../../experiment/datasets.ts';
import type { Fit, Size } from './own-data.ts';

/** For each new position: the first old one it reads, and the weights of that one and those after it. */
interface Axis {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

/** `start`, `span`: the part of the old axis that the new one covers. */
function axisOf(start: number, span: number, from: number, to: number): Axis {
  const step = span / to;
  const radius = Math.max(1, step);
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = start + (i + 0.5) * step;
    const low = Math.max(0, Math.floor(centre - radius));
    const high = Math.min(from, Math.ceil(centre + radius));
    first[i] = low;
    const row = new Float32Array(high - low);
    let sum = 0;
    for (let j = low; j < high; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / radius);
      row[j - low] = weight;
      sum += weight;
    }
    return row.map((weight) => weight / sum);
  });
  return { first, weights };
}

/** The part of an image that becomes the new one: all of it, or its middle with the new proportions. */
function window(from: Size, to: Size, fit: Fit): { y: number; x: number } & Size {
  const whole = { y: 0, x: 0, height: from.height, width: from.width };
  if (fit === 'stretch') return whole;
  const scale = Math.min(from.height / to.height, from.width / to.width);
  const height = to.height * scale;
  const width = to.width * scale;
  return { y: (from.height - height) / 2, x: (from.width - width) / 2, height, width };
}

/** Makes images of one size and number of channels into another size. */
export class Resizer {
  readonly #from: Maps;
  readonly #to: Size;
  readonly #down: Axis;
  readonly #across: Axis;
  /** [from.height, to.width, channels] */
  readonly #half: Float32Array;
  readonly #same: boolean;

  constructor(from: Maps, to: Size, fit: Fit) {
    const part = window(from, to, fit);
    this.#from = from;
    this.#to = to;
    this.#same = from.height === to.height && from.width === to.width;
    this.#down = axisOf(part.y, part.height, from.height, to.height);
    this.#across = axisOf(part.x, part.width, from.width, to.width);
    this.#half = new Float32Array(this.#same ? 0 : from.height * to.width * from.channels);
  }

  /** Write the new image [height, width, channels] of `image` into `out` from `offset` on. */
  write(image: Uint8Array, out: Uint8Array, offset: number): void {
    const { height: H, width: W, channels } = this.#from;
    if (this.#same) {
      out.set(image.subarray(0, H * W * channels), offset);
      return;
    }
    const { height, width } = this.#to;
    const half = this.#half;
    let i = 0;
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < width; x++) {
        const weights = this.#across.weights[x] ?? new Float32Array(0);
        const start = (y * W + (this.#across.first[x] ?? 0)) * channels;
        for (let k = 0; k < channels; k++) {
          let sum = 0;
          for (let j = 0; j < weights.length; j++) {
            sum += (weights[j] ?? 0) * (image[start + j * channels + k] ?? 0);
          }
          half[i++] = sum;
        }
      }
    }
    const row = width * channels;
    for (let y = 0; y < height; y++) {
      const weights = this.#down.weights[y] ?? new Float32Array(0);
      const start = (this.#down.first[y] ?? 0) * row;
      for (let e = 0; e < row; e++) {
        let sum = 0;
        for (let j = 0; j < weights.length; j++) {
          sum += (weights[j] ?? 0) * (half[start + j * row + e] ?? 0);
        }
        out[offset + y * row + e] = Math.round(sum);
      }
    }
  }
}
