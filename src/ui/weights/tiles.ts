/** First-layer units as tiles of signs, with the glow of what just flipped. Knows no canvas. */
export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  /** Screen pixels a weight takes. */
  readonly cell: number;
}

/** The picture's side in weights. */
export const SIDE = 28;
/** Weights between two tiles. */
const GAP = 1;

/** As many tiles as fit `width` screen pixels, in about a square; small cells only where few large ones would fit. */
export function gridFor(width: number, units: number): TileGrid {
  const pitch = SIDE + GAP;
  const fitting = (cell: number) => Math.max(1, Math.floor((width / cell + GAP) / pitch));
  const cell = Math.max(1, Math.floor((width / 6 - 2) / SIDE));
  const columns = Math.min(fitting(cell), Math.max(1, units));
  return { columns, rows: Math.max(1, Math.min(columns, Math.ceil(units / columns))), cell };
}

/** Where weight (row j of the picture's pixels, tile t) lies in a picture of one pixel a weight. */
export function tileOrigin(tile: number, grid: TileGrid): { x: number; y: number } {
  const pitch = SIDE + GAP;
  return { x: (tile % grid.columns) * pitch, y: Math.floor(tile / grid.columns) * pitch };
}

export const pictureSize = (grid: TileGrid) => ({
  width: grid.columns * (SIDE + GAP) - GAP,
  height: grid.rows * (SIDE + GAP) - GAP,
});

export const signAt = (bits: Uint32Array, words: number, input: number, unit: number): 0 | 1 =>
  (((bits[input * words + (unit >>> 5)] ?? 0) >>> (unit & 31)) & 1) as 0 | 1;

/** How long a flipped cell takes to fade, in ms. */
export const FADE = 1400;

/** The glow of each shown weight, 0..255, by tile and then by pixel. */
export class Glow {
  #last: Uint32Array | null = null;
  #cells = new Uint8Array(0);
  #from = -1;
  #lit = false;
  #at = 0;

  /** Look at new bits: what differs from the last ones lights up. Another page of units starts dark. */
  look(bits: Uint32Array, words: number, from: number, tiles: number): void {
    const size = tiles * SIDE * SIDE;
    const isSame = this.#from === from && this.#cells.length === size;
    const last = this.#last;
    if (!isSame) {
      this.#cells = new Uint8Array(size);
      this.#lit = false;
    }
    if (last === bits) return;
    if (isSame && last !== null && last.length === bits.length) {
      for (let input = 0; input < SIDE * SIDE; input++) {
        for (let tile = 0; tile < tiles; tile++) {
          const unit = from + tile;
          if (signAt(bits, words, input, unit) === signAt(last, words, input, unit)) continue;
          this.#cells[tile * SIDE * SIDE + input] = 255;
          this.#lit = true;
        }
      }
    }
    this.#last = bits;
    this.#from = from;
  }

  /** Let the glow fade by the time gone since the last call; true while anything glows. */
  fade(now: number): boolean {
    const loss = Math.round((255 * Math.min(now - this.#at, FADE)) / FADE);
    if (this.#lit && loss === 0) return true;
    this.#at = now;
    if (!this.#lit) return false;
    this.#lit = false;
    this.#cells.forEach((glow, i) => {
      const left = Math.max(0, glow - loss);
      this.#cells[i] = left;
      if (left > 0) this.#lit = true;
    });
    return this.#lit;
  }

  at(tile: number, input: number): number {
    return this.#cells[tile * SIDE * SIDE + input] ?? 0;
  }

  clear(): void {
    this.#cells.fill(0);
    this.#lit = false;
    this.#last = null;
  }
}
