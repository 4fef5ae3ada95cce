/** Contrast normalisation: of an image as a whole (GCN), and of each place in it (LCN). */
import type { Maps } from '../experiment/datasets.ts';

/** A smaller norm (over the scale) is that of an image of one colour; nothing is divided by it. */
const SMALLEST = 1e-8;

/**
 * Global contrast normalisation of one image: x <- x - mean(x), then x <- scale x / ||x||.
 * `values`: the image; written to `target` from `at` on.
 */
export function normaliseContrast(
  values: Uint8Array,
  scale: number,
  target: Float32Array,
  at: number,
): void {
  const n = values.length;
  let sum = 0;
  let squares = 0;
  for (let j = 0; j < n; j++) {
    const x = values[j] ?? 0;
    sum += x;
    squares += x * x;
  }
  // Sums of bytes are exact, and n sum(x^2) - sum(x)^2 is 0 where all are equal.
  const mean = sum / n;
  const norm = Math.sqrt((n * squares - sum * sum) / n) / scale;
  const factor = norm < SMALLEST ? 1 : 1 / norm;
  for (let j = 0; j < n; j++) target[at + j] = ((values[j] ?? 0) - mean) * factor;
}

/** Half of the window of 7, and the Gaussian's standard deviation. */
const REACH = 3;
const SIGMA = 2;
/** No divisor is smaller. */
const FLOOR = 1e-4;

/**
 * One dimension of the Gaussian window; 7 x 7 ones are its products with itself, and sum to 1.
 */
const WINDOW = (() => {
  const heights = Array.from({ length: 2 * REACH + 1 }, (_, i) =>
    Math.exp(-((i - REACH) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = heights.reduce((before, height) => before + height, 0);
  return Float64Array.from(heights, (height) => height / sum);
})();

/**
 * Local contrast normalisation of images of one shape, as LeCun's group did it (Jarrett et al., "What
 * is the best multi-stage architecture for object recognition?", ICCV 2009), channel by channel:
 * v = x - g * x, s = sqrt(g * x^2) with x not centred, and v / max(s, mean of s, 1e-4), where g is a
 * Gaussian window of 7 x 7, the image is 0 beyond its edges, and the mean is over the channel.
 *
 * All channels are normalised. The library the published SVHN results were made with appears to
 * normalise the first channel only, by a slip; that is not repeated here.
 */
export class LocalContrast {
  readonly #shape: Maps;
  readonly #map: Float64Array;
  readonly #squares: Float64Array;
  readonly #between: Float64Array;

  constructor(shape: Maps) {
    this.#shape = shape;
    const size = shape.height * shape.width;
    this.#map = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#between = new Float64Array(size);
  }

  /** Normalise the image that stands in `values` from `at` on, by row, column, channel; in place. */
  normalise(values: Float32Array, at: number): void {
    const { height, width, channels } = this.#shape;
    const size = height * width;
    const map = this.#map;
    const squares = this.#squares;
    for (let channel = 0; channel < channels; channel++) {
      for (let p = 0; p < size; p++) {
        const x = values[at + p * channels + channel] ?? 0;
        map[p] = x;
        squares[p] = x * x;
      }
      this.#blur(map);
      this.#blur(squares);
      let sum = 0;
      for (let p = 0; p < size; p++) {
        const s = Math.sqrt(squares[p] ?? 0);
        squares[p] = s;
        sum += s;
      }
      const least = Math.max(sum / size, FLOOR);
      for (let p = 0; p < size; p++) {
        const e = at + p * channels + channel;
        values[e] = ((values[e] ?? 0) - (map[p] ?? 0)) / Math.max(squares[p] ?? 0, least);
      }
    }
  }

  /** Convolve a map with the window; in place. */
  #blur(map: Float64Array): void {
    const { height, width } = this.#shape;
    const between = this.#between;
    for (let row = 0; row < height; row++) {
      blurLine(map, between, row * width, 1, width);
    }
    for (let column = 0; column < width; column++) {
      blurLine(between, map, column, width, height);
    }
  }
}

/** Convolve `length` numbers that stand `step` apart from `start` on. */
function blurLine(
  from: Float64Array,
  to: Float64Array,
  start: number,
  step: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    const first = Math.max(0, i - REACH);
    const last = Math.min(length - 1, i + REACH);
    let sum = 0;
    for (let k = first; k <= last; k++) {
      sum += (from[start + k * step] ?? 0) * (WINDOW[k - i + REACH] ?? 0);
    }
    to[start + i * step] = sum;
  }
}
