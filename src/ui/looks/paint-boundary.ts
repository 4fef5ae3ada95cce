import type { ToyId } from '../../experiment/datasets.ts';
import { type Examples, halfToNumber } from '../../data/dataset.ts';
import { toyDataset } from '../../data/toy.ts';
import { PLANE } from '../../session/plane.ts';
import { fit } from '../weights/paint-histogram.ts';
import { mix, rgb, token } from '../weights/tokens.ts';
import { classOf, contourOf, marginsOf, placeOf, surenessOf } from './boundary.ts';

/** Shades of a class from unsure to sure. */
const SHADES = 32;
/** A class's share of the colour where the network is unsure, and where it is sure. */
const UNSURE = 0.12;
const SURE = 0.42;
/** Every so many training points are drawn: all of them would hide the picture. */
const EVERY = 5;
const RADIUS = 2.2;

/** Paints how the network divides the plane, and training points on top. */
export class BoundaryPainter {
  readonly #picture = document.createElement('canvas');
  readonly #points: Examples;
  #painted = '';
  #last: Float32Array | null = null;

  constructor(id: ToyId) {
    this.#points = toyDataset(id).train;
  }

  /** @param scores [side * side, 2], null before the first look. */
  paint(canvas: HTMLCanvasElement, scores: Float32Array | null): void {
    const context = canvas.getContext('2d');
    if (context === null) return;
    canvas.style.height = `${canvas.clientWidth}px`;
    const { width, height, scale } = fit(canvas);
    const names = ['--paper', '--ink', '--class-0', '--class-1'] as const;
    const colours = names.map((name) => token(canvas, name));
    const painted = [...colours, canvas.width].join();
    if (scores === this.#last && painted === this.#painted) return;
    this.#last = scores;
    this.#painted = painted;

    const [paper = '#ffffff', ink = '#000000', ...classes] = colours;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    if (scores !== null) {
      const margins = marginsOf(scores);
      this.#fill(margins, paper, classes);
      context.imageSmoothingEnabled = true;
      context.drawImage(this.#picture, 0, 0, width, height);
      this.#contour(context, margins, width, ink);
    }
    this.#draw(context, width, paper, classes);
  }

  /** One pixel a point of the grid. */
  #fill(margins: Float32Array, paper: string, classes: readonly string[]): void {
    const { side } = PLANE;
    this.#picture.width = side;
    this.#picture.height = side;
    const context = this.#picture.getContext('2d');
    if (context === null) return;
    const ramps = classes.map((colour) =>
      Uint32Array.from({ length: SHADES }, (_, i) =>
        mix(rgb(paper), rgb(colour), UNSURE + ((SURE - UNSURE) * i) / (SHADES - 1)),
      ),
    );
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    margins.forEach((margin, point) => {
      const shade = Math.round(surenessOf(margin) * (SHADES - 1));
      pixels[point] = ramps[classOf(margin)]?.[shade] ?? 0;
    });
    context.putImageData(image, 0, 0);
  }

  #contour(
    context: CanvasRenderingContext2D,
    margins: Float32Array,
    width: number,
    ink: string,
  ): void {
    const pitch = width / PLANE.side;
    const segments = contourOf(margins, PLANE.side);
    context.beginPath();
    for (let k = 0; k < segments.length; k += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = segments.slice(k, k + 4);
      context.moveTo((x1 + 0.5) * pitch, (y1 + 0.5) * pitch);
      context.lineTo((x2 + 0.5) * pitch, (y2 + 0.5) * pitch);
    }
    context.strokeStyle = ink;
    context.lineWidth = 1.25;
    context.stroke();
  }

  /** Discs for the first class, triangles for the second. */
  #draw(
    context: CanvasRenderingContext2D,
    width: number,
    paper: string,
    classes: readonly string[],
  ): void {
    const { images, labels, count } = this.#points;
    context.strokeStyle = paper;
    context.lineWidth = 0.75;
    for (let n = 0; n < count; n += EVERY) {
      const [x, y] = placeOf(
        halfToNumber(images[2 * n] ?? 0),
        halfToNumber(images[2 * n + 1] ?? 0),
      );
      const label = labels[n] ?? 0;
      const [cx, cy] = [x * width, y * width];
      context.beginPath();
      if (label === 0) context.arc(cx, cy, RADIUS, 0, 2 * Math.PI);
      else {
        context.moveTo(cx, cy - 1.4 * RADIUS);
        context.lineTo(cx + 1.25 * RADIUS, cy + 0.8 * RADIUS);
        context.lineTo(cx - 1.25 * RADIUS, cy + 0.8 * RADIUS);
        context.closePath();
      }
      context.fillStyle = classes[label] ?? '';
      context.fill();
      context.stroke();
    }
  }
}
