/** Histograms side by side in time: a column a moment, ink for shares. */
import type { Moment } from '../state/strip.ts';
import { fit } from './paint-histogram.ts';
import { mix, rgb, type Rgb, token } from './tokens.ts';

/** A moment, and where on the axis it begins. */
export interface Placed {
  readonly x: number;
  readonly moment: Moment;
}

/** The moment that stands at a share 0..1 of the way to the last one's place. */
export function momentAt(placed: readonly Placed[], share: number): Placed | null {
  const place = share * (placed.at(-1)?.x ?? 0);
  return placed.findLast(({ x }) => x <= place) ?? placed[0] ?? null;
}

/**
 * The shares of a histogram's bins at `rows` levels from +end down to −end, each as the root of its part
 * of the highest; -1 beyond the histogram's own range. `end`: the largest range of the strip.
 */
export function levelsOf(
  histogram: Uint32Array,
  range: number,
  end: number,
  rows: number,
): Float32Array {
  const highest = histogram.reduce((most, count) => Math.max(most, count), 1);
  return Float32Array.from({ length: rows }, (_, row) => {
    const w = end * (1 - (2 * row + 1) / rows);
    if (Math.abs(w) > range) return -1;
    const bin = Math.min(
      histogram.length - 1,
      Math.floor(((w / range + 1) / 2) * histogram.length),
    );
    return Math.sqrt((histogram[bin] ?? 0) / highest);
  });
}

const ROWS = 64;

interface Inks {
  readonly paper: Rgb;
  readonly ink: Rgb;
  readonly minus: Rgb;
  readonly plus: Rgb;
}

/** @param chosen the step of the moment that is looked at; null: the latest, which needs no line. */
export function paintStrip(
  canvas: HTMLCanvasElement,
  placed: readonly Placed[],
  layer: number,
  chosen: number | null,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height, scale } = fit(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const columns = Math.max(1, Math.floor(width));
  const end = placed.reduce(
    (most, { moment }) => Math.max(most, moment.layers[layer]?.range ?? 0),
    0,
  );
  if (end > 0) {
    const inks = {
      paper: rgb(token(canvas, '--raised')),
      ink: rgb(token(canvas, '--ink')),
      minus: rgb(token(canvas, '--sign-minus')),
      plus: rgb(token(canvas, '--sign-plus')),
    };
    const image = new ImageData(columns, ROWS);
    const pixels = new Uint32Array(image.data.buffer);
    let before: Placed | null = null;
    for (let column = 0; column < columns; column++) {
      const here = momentAt(placed, (column + 0.5) / columns);
      if (here !== null && here === before) copyColumn(pixels, column, columns);
      else if (here !== null) paintColumn(pixels, column, columns, here.moment, layer, end, inks);
      before = here;
    }
    const drawn = new OffscreenCanvas(columns, ROWS);
    drawn.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(drawn, 0, 0, width, height);
  }
  if (chosen === null) return;
  const at = placed.find(({ moment }) => moment.step === chosen);
  const last = placed.at(-1)?.x ?? 0;
  if (at === undefined || last === 0) return;
  context.fillStyle = token(canvas, '--focus');
  context.fillRect(Math.min(width - 2, (at.x / last) * width), 0, 2, height);
}

function paintColumn(
  pixels: Uint32Array,
  column: number,
  columns: number,
  { layers, isClipped }: Moment,
  layer: number,
  end: number,
  { paper, ink, minus, plus }: Inks,
): void {
  const look = layers[layer];
  if (look === undefined) return;
  const { histogram, range } = look;
  const half = range / histogram.length;
  levelsOf(histogram, range, end, ROWS).forEach((level, row) => {
    const w = end * (1 - (2 * row + 1) / ROWS);
    // The outermost bins are the masses at -H and +H.
    const isEnd = isClipped && Math.abs(w) > range - 2 * half;
    const colour = isEnd ? (w < 0 ? minus : plus) : ink;
    pixels[row * columns + column] = level < 0 ? 0 : mix(paper, colour, level);
  });
}

function copyColumn(pixels: Uint32Array, column: number, columns: number): void {
  for (let row = 0; row < ROWS; row++) {
    const i = row * columns + column;
    pixels[i] = pixels[i - 1] ?? 0;
  }
}
