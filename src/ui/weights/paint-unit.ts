/** The weights of one unit: what propagates of them, and what is stored. */
import { tileSize, weightPlaces, type TileShape } from './tiles.ts';
import { mix, rgb, token } from './tokens.ts';

/** What propagates of stored weights: -1, 0 or 1 times a magnitude. Zero only where there is a Δ. */
export function levelOf(w: number, delta: number | null): -1 | 0 | 1 {
  if (delta !== null && Math.abs(w) < delta / 2) return 0;
  return w < 0 ? -1 : 1;
}

/** Paint one pixel a weight; a place that no weight has stays clear. */
function paintCells(
  canvas: HTMLCanvasElement,
  shape: TileShape,
  values: Float32Array,
  colourOf: (value: number) => number,
): void {
  const { width, height } = tileSize(shape);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const { x, y } = weightPlaces(shape);
  values.forEach((value, i) => {
    pixels[(y[i] ?? 0) * width + (x[i] ?? 0)] = colourOf(value);
  });
  context.putImageData(image, 0, 0);
}

/** Signs, in the colours of the signs; zeros as paper with a third colour. */
export function paintLevels(
  canvas: HTMLCanvasElement,
  shape: TileShape,
  stored: Float32Array,
  delta: number | null,
): void {
  const [minus, zero, plus] = ['--sign-minus', '--hair', '--sign-plus'].map((name) => {
    const colour = rgb(token(canvas, name));
    return mix(colour, colour, 0);
  }) as [number, number, number];
  const colours = { [-1]: minus, 0: zero, 1: plus } as const;
  paintCells(canvas, shape, stored, (w) => colours[levelOf(w, delta)]);
}

/** Stored numbers from -range to range: from the colour of minus over paper to that of plus. */
export function paintStored(
  canvas: HTMLCanvasElement,
  shape: TileShape,
  stored: Float32Array,
  range: number,
): void {
  const [minus, zero, plus] = ['--sign-minus', '--paper', '--sign-plus'].map((name) =>
    rgb(token(canvas, name)),
  ) as [
    readonly [number, number, number],
    readonly [number, number, number],
    readonly [number, number, number],
  ];
  paintCells(canvas, shape, stored, (w) =>
    mix(zero, w < 0 ? minus : plus, Math.min(1, Math.abs(w) / range)),
  );
}
