import type { LayerMaps } from '../../session/protocol.ts';
import { fit } from '../weights/paint-histogram.ts';
import { mix, rgb, token } from '../weights/tokens.ts';
import { extentOf, MAP_GAP, mapGrid } from './maps.ts';

/** Steps from the least number to the greatest. */
const SHADES = 64;

/** Paints the maps of a layer: the stronger the ink, the larger the number. */
export class MapsPainter {
  readonly #picture = document.createElement('canvas');
  #painted = '';
  #last: Float32Array | null = null;

  paint(canvas: HTMLCanvasElement, maps: LayerMaps | undefined, from: number): void {
    const context = canvas.getContext('2d');
    if (context === null || maps === undefined) return;
    const { height, width, channels, values } = maps;
    const grid = mapGrid(canvas.clientWidth * devicePixelRatio, devicePixelRatio, maps);
    const { columns, rows, cell } = grid;
    const [tileWidth, tileHeight] = [width * cell, height * cell];
    canvas.style.height = `${(rows * (tileHeight + MAP_GAP) - MAP_GAP) / devicePixelRatio}px`;
    fit(canvas);
    const colours = [token(canvas, '--raised'), token(canvas, '--ink')] as const;
    const painted = [...colours, from, canvas.width, canvas.height].join();
    if (values === this.#last && painted === this.#painted) return;
    this.#last = values;
    this.#painted = painted;

    const shown = Math.max(0, Math.min(columns * rows, channels - from));
    this.#picture.width = width * Math.max(1, shown);
    this.#picture.height = height;
    const picture = this.#picture.getContext('2d');
    if (picture === null) return;
    const { least, greatest } = extentOf(values);
    const scale = greatest > least ? (SHADES - 1) / (greatest - least) : 0;
    const [low, high] = [rgb(colours[0]), rgb(colours[1])];
    const ramp = Uint32Array.from({ length: SHADES }, (_, i) => mix(low, high, i / (SHADES - 1)));
    const image = picture.createImageData(this.#picture.width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let map = 0; map < shown; map++) {
      for (let place = 0; place < height * width; place++) {
        const value = values[place * channels + from + map] ?? least;
        const row = Math.floor(place / width);
        pixels[row * this.#picture.width + map * width + (place % width)] =
          ramp[Math.round((value - least) * scale)] ?? 0;
      }
    }
    picture.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = cell < 1;
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let map = 0; map < shown; map++) {
      const x = (map % columns) * (tileWidth + MAP_GAP);
      const y = Math.floor(map / columns) * (tileHeight + MAP_GAP);
      context.drawImage(
        ...([this.#picture, map * width, 0, width, height] as const),
        ...([x, y, tileWidth, tileHeight] as const),
      );
    }
  }
}

/** Paints bytes [height, width, channels] as they are: in colour where there are three or four. */
export function paintPicture(
  canvas: HTMLCanvasElement,
  bytes: Uint8Array,
  { height, width, channels }: { height: number; width: number; channels: number },
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(width, height);
  for (let place = 0; place < height * width; place++) {
    for (let colour = 0; colour < 3; colour++) {
      const channel = channels < 3 ? 0 : colour;
      image.data[4 * place + colour] = bytes[place * channels + channel] ?? 0;
    }
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
