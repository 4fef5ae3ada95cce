import { Glow } from './glow.ts';
import { fit } from './paint-histogram.ts';
import {
  gridFor,
  pictureSize,
  signAt,
  tileOrigin,
  tileWeights,
  weightPlaces,
  type TileGrid,
  type TileShape,
} from './tiles.ts';
import { mix, rgb, token } from './tokens.ts';

/** Steps of the ramp from a sign's colour to the glow. */
const SHADES = 32;

/** What is painted of which layer. */
export interface Tiles {
  readonly bits: Uint32Array | undefined;
  readonly layer: number;
  readonly shape: TileShape;
  /** Units or output channels of the layer. */
  readonly units: number;
  /** The first one shown. */
  readonly from: number;
}

/** How flips are shown. */
export interface FlipMarks {
  /** How brightly they glow, 0..1. */
  readonly strength: number;
  /** For people who asked for less motion: marked, and nothing fades. */
  readonly still: boolean;
}

/** Paints a layer's signs onto one canvas: one pixel a weight, then scaled up by whole pixels. */
export class TilePainter {
  readonly #glow = new Glow();
  readonly #picture = document.createElement('canvas');
  #theme = '';
  #ramps: readonly Uint32Array[] = [];
  #shape: TileShape | null = null;
  #places: ReturnType<typeof weightPlaces> = { x: new Uint16Array(0), y: new Uint16Array(0) };

  /** Paint the tiles. True while something still fades. */
  paint(
    canvas: HTMLCanvasElement,
    tiles: Tiles,
    { strength, still }: FlipMarks,
    now: number,
  ): boolean {
    const { bits, shape, units, from, layer } = tiles;
    const context = canvas.getContext('2d');
    const grid = gridFor(canvas.clientWidth * devicePixelRatio, units, shape);
    if (context === null) return false;
    const { width, height } = pictureSize(grid, shape);
    canvas.style.height = `${(height * grid.cell) / devicePixelRatio}px`;
    fit(canvas);
    if (bits === undefined) {
      this.#glow.clear();
      return false;
    }
    const shown = Math.max(0, Math.min(grid.columns * grid.rows, units - from));
    const [words, weights] = [Math.ceil(units / 32), tileWeights(shape)];
    const seen = { bits, words, weights, from, units: shown, layer };
    if (still) this.#glow.mark(seen, now);
    else this.#glow.look(seen);
    const isFading = !still && this.#glow.fade(now);
    this.#readTheme(canvas, strength);
    this.#draw(bits, tiles, shown, grid);
    context.imageSmoothingEnabled = grid.cell < 1;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.#picture, 0, 0, width * grid.cell, height * grid.cell);
    return isFading;
  }

  #draw(bits: Uint32Array, { shape, units, from }: Tiles, shown: number, grid: TileGrid): void {
    const { width, height } = pictureSize(grid, shape);
    const words = Math.ceil(units / 32);
    if (this.#picture.width !== width) this.#picture.width = width;
    if (this.#picture.height !== height) this.#picture.height = height;
    const context = this.#picture.getContext('2d');
    if (context === null) return;
    if (this.#shape !== shape) {
      this.#shape = shape;
      this.#places = weightPlaces(shape);
    }
    const { x, y } = this.#places;
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let tile = 0; tile < shown; tile++) {
      const origin = tileOrigin(tile, grid, shape);
      for (let input = 0; input < x.length; input++) {
        const ramp = this.#ramps[signAt(bits, words, input, from + tile)];
        const shade = (this.#glow.at(tile, input) * (SHADES - 1)) >> 8;
        const at = (origin.y + (y[input] ?? 0)) * width + origin.x + (x[input] ?? 0);
        pixels[at] = ramp?.[shade] ?? 0;
      }
    }
    context.putImageData(image, 0, 0);
  }

  #readTheme(canvas: HTMLCanvasElement, strength: number): void {
    const names = ['--sign-minus', '--sign-plus', '--glow'] as const;
    const colours = names.map((name) => token(canvas, name));
    const theme = [...colours, strength].join();
    if (theme === this.#theme) return;
    this.#theme = theme;
    const [minus = '#000000', plus = '#ffffff', glow = '#ffff00'] = colours;
    this.#ramps = [minus, plus].map((sign) =>
      Uint32Array.from({ length: SHADES }, (_, i) =>
        mix(rgb(sign), rgb(glow), (strength * i) / (SHADES - 1)),
      ),
    );
  }
}
