import { fit } from './paint-histogram.ts';
import { Glow, gridFor, pictureSize, SIDE, signAt, tileOrigin, type TileGrid } from './tiles.ts';
import { mix, rgb, token } from './tokens.ts';

/** Steps of the ramp from a sign's colour to the glow. */
const SHADES = 32;

/** Paints first-layer signs onto one canvas: one pixel a weight, then scaled up by whole pixels. */
export class TilePainter {
  readonly #glow = new Glow();
  readonly #picture = document.createElement('canvas');
  #theme = '';
  #ramps: readonly Uint32Array[] = [];

  /**
   * Paint the tiles from unit `from` on. `strength` 0..1 is how brightly a flip glows; 0 is for
   * people who asked for less motion. True while something still fades.
   */
  paint(
    canvas: HTMLCanvasElement,
    bits: Uint32Array | undefined,
    units: number,
    from: number,
    strength: number,
    now: number,
  ): boolean {
    const context = canvas.getContext('2d');
    const grid = gridFor(canvas.clientWidth * devicePixelRatio, units);
    if (context === null) return false;
    const { width, height } = pictureSize(grid);
    canvas.style.height = `${(height * grid.cell) / devicePixelRatio}px`;
    fit(canvas);
    if (bits === undefined) {
      this.#glow.clear();
      return false;
    }
    const tiles = Math.max(0, Math.min(grid.columns * grid.rows, units - from));
    this.#glow.look(bits, Math.ceil(units / 32), from, tiles);
    const isFading = this.#glow.fade(now);
    this.#readTheme(canvas, strength);
    this.#draw(bits, units, from, tiles, grid);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.#picture, 0, 0, width * grid.cell, height * grid.cell);
    return isFading && strength > 0;
  }

  #draw(bits: Uint32Array, units: number, from: number, tiles: number, grid: TileGrid): void {
    const { width, height } = pictureSize(grid);
    const words = Math.ceil(units / 32);
    if (this.#picture.width !== width) this.#picture.width = width;
    if (this.#picture.height !== height) this.#picture.height = height;
    const context = this.#picture.getContext('2d');
    if (context === null) return;
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let tile = 0; tile < tiles; tile++) {
      const { x, y } = tileOrigin(tile, grid);
      for (let input = 0; input < SIDE * SIDE; input++) {
        const ramp = this.#ramps[signAt(bits, words, input, from + tile)];
        const shade = (this.#glow.at(tile, input) * (SHADES - 1)) >> 8;
        const row = Math.floor(input / SIDE);
        pixels[(y + row) * width + x + input - row * SIDE] = ramp?.[shade] ?? 0;
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
