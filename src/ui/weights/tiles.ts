/**
 * A layer's signs as tiles, one a unit or output channel: the weights to each channel it reads form a
 * plane, and the planes of a tile lie side by side. Knows no canvas.
 */
import type { LayerSummary } from '../../session/protocol.ts';

export interface TileShape {
  /** Of a plane, in weights. */
  readonly height: number;
  readonly width: number;
  /** Channels that are read. */
  readonly planes: number;
  /** Planes in a row of the tile. */
  readonly across: number;
}

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  /** Screen pixels a weight takes; below 1 where a single tile is wider than the screen. */
  readonly cell: number;
}

/** Planes that stand in one row, as the colours of a picture do. */
const IN_A_ROW = 4;

/** A filter of a convolution, or the picture that a unit of a dense layer reads. */
export function tileShapeOf({
  kind,
  kernel,
  from,
}: Pick<LayerSummary, 'kind' | 'kernel' | 'from'>): TileShape {
  const [height, width] = kind === 'conv' ? [kernel, kernel] : [from.height, from.width];
  const planes = from.channels;
  return { height, width, planes, across: acrossOf(planes, height / width) };
}

/** Planes in a row, so that the tile is about as wide as high, and full where that is near enough. */
function acrossOf(planes: number, ratio: number): number {
  if (planes <= IN_A_ROW) return planes;
  const square = Math.min(planes, Math.ceil(Math.sqrt(planes * ratio)));
  for (let across = square; across <= Math.min(planes, 2 * square); across++) {
    if (planes % across === 0) return across;
  }
  return square;
}

/** Weights of a tile. */
export const tileWeights = ({ height, width, planes }: TileShape): number =>
  height * width * planes;

/** Pixels between two planes: none where each is a single weight. */
const planeGap = ({ height, width }: TileShape): number => (height * width === 1 ? 0 : 1);
/** Pixels between two tiles: more than between what belongs together. */
const tileGap = (shape: TileShape): number => (shape.planes > 1 && planeGap(shape) > 0 ? 3 : 1);

/** A tile in a picture of one pixel a weight. */
export function tileSize(shape: TileShape): { readonly width: number; readonly height: number } {
  const { height, width, planes, across } = shape;
  const gap = planeGap(shape);
  const down = Math.ceil(planes / across);
  return { width: across * (width + gap) - gap, height: down * (height + gap) - gap };
}

/** Where each weight lies in its tile, by row of w: row, column, channel of what is read. */
export function weightPlaces(shape: TileShape): {
  readonly x: Uint16Array;
  readonly y: Uint16Array;
} {
  const { height, width, planes, across } = shape;
  const gap = planeGap(shape);
  const weights = tileWeights(shape);
  const x = new Uint16Array(weights);
  const y = new Uint16Array(weights);
  for (let row = 0; row < weights; row++) {
    const plane = row % planes;
    const place = Math.floor(row / planes);
    x[row] = (plane % across) * (width + gap) + (place % width);
    y[row] = Math.floor(plane / across) * (height + gap) + Math.floor(place / width);
  }
  return { x, y };
}

/** Columns and rows for `tiles` tiles, at most so many; where all fit, the rows are about equally long. */
export function balanced(
  tiles: number,
  columns: number,
  rows: number,
): { readonly columns: number; readonly rows: number } {
  const needed = Math.max(1, Math.ceil(tiles / columns));
  if (needed > rows) return { columns, rows };
  return { columns: Math.max(1, Math.ceil(tiles / needed)), rows: needed };
}

/** Screen pixels a weight takes at most: a small filter need not fill the page. */
const LARGEST_CELL = 12;

/** Screen pixels below which a weight is hard to see, so that it is better to turn pages. */
const SMALLEST_CELL = 2;

/** Height of a picture with room for everything, as a share of its width. */
const ROOM = 0.8;

/**
 * Tiles in `width` screen pixels: all of them where they fit with cells of some size, as large as
 * possible; else as many as fit about a square, six in a row or so.
 */
export function gridFor(width: number, tiles: number, shape: TileShape): TileGrid {
  const tile = tileSize(shape).width;
  const gap = tileGap(shape);
  if (tile > width) return { columns: 1, rows: 1, cell: Math.max(width, 1) / tile };
  const fitting = (cell: number) =>
    Math.max(1, Math.floor((Math.floor(width / cell) + gap) / (tile + gap)));
  const { height } = tileSize(shape);
  const sixInARow = Math.max(1, Math.floor((width / 6 - 2) / tile));
  for (let cell = LARGEST_CELL; cell >= Math.min(SMALLEST_CELL, sixInARow); cell--) {
    const columns = fitting(cell);
    const rows = Math.ceil(tiles / columns);
    const isWide = cell * tile <= width;
    if (isWide && cell * (rows * (height + gap) - gap) <= ROOM * width) {
      return { ...balanced(tiles, columns, rows), cell };
    }
  }
  const cell = sixInARow;
  const most = Math.min(fitting(cell), Math.max(1, tiles));
  const square = Math.max(1, Math.round((most * tile) / height));
  return { ...balanced(tiles, most, square), cell };
}

/** Where a tile begins in a picture of one pixel a weight. */
export function tileOrigin(
  tile: number,
  grid: TileGrid,
  shape: TileShape,
): { readonly x: number; readonly y: number } {
  const { width, height } = tileSize(shape);
  const gap = tileGap(shape);
  return {
    x: (tile % grid.columns) * (width + gap),
    y: Math.floor(tile / grid.columns) * (height + gap),
  };
}

/** The tile at a place in screen pixels from the picture's top left corner; null: none is there. */
export function tileAt(x: number, y: number, grid: TileGrid, shape: TileShape): number | null {
  const { width, height } = tileSize(shape);
  const gap = tileGap(shape);
  const column = Math.floor(x / grid.cell / (width + gap));
  const row = Math.floor(y / grid.cell / (height + gap));
  const isInside = column >= 0 && column < grid.columns && row >= 0 && row < grid.rows;
  return isInside ? row * grid.columns + column : null;
}

export function pictureSize(
  grid: TileGrid,
  shape: TileShape,
): { readonly width: number; readonly height: number } {
  const { width, height } = tileSize(shape);
  const gap = tileGap(shape);
  return {
    width: grid.columns * (width + gap) - gap,
    height: grid.rows * (height + gap) - gap,
  };
}

export const signAt = (bits: Uint32Array, words: number, input: number, unit: number): 0 | 1 =>
  (((bits[input * words + (unit >>> 5)] ?? 0) >>> (unit & 31)) & 1) as 0 | 1;

/** Share of a unit's `weights` weights whose sign is +, 0..1. */
export function plusShare(bits: Uint32Array, words: number, weights: number, unit: number): number {
  let plus = 0;
  for (let input = 0; input < weights; input++) plus += signAt(bits, words, input, unit);
  return plus / weights;
}
