/** A sheet on a canvas, and what the net is shown of it. */
import type { DataSummary } from '../../../session/protocol.ts';
import { type Centring, centringOf, darkPaper, toExample } from '../../../data/drawing.ts';
import { recolour } from '../../../data/own/colour.ts';
import type { Maps } from '../../../experiment/datasets.ts';
import type { Sheet } from './sheet.ts';

/** Pixels of a pad along its longer side: ten a pixel of MNIST. */
const SIDE = 280;

/** A data set whose examples a person can draw. */
export const canDraw = ({ height, width, channels }: Maps): boolean =>
  height >= 8 && width >= 8 && (channels === 1 || channels === 3);

export function padSize({ height, width }: Maps): { height: number; width: number } {
  const scale = SIDE / Math.max(height, width);
  return { height: Math.round(height * scale), width: Math.round(width * scale) };
}

/** What an empty pad looks like: black where pictures are grey, as MNIST's are; white where they have colours. */
export const paperOf = ({ channels }: Maps): string => (channels === 1 ? '#000000' : '#ffffff');
export const inkOf = ({ channels }: Maps): string => (channels === 1 ? '#ffffff' : '#1a4fa0');

export function paintSheet(canvas: HTMLCanvasElement, sheet: Sheet, shape: Maps): void {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return;
  const { width, height } = canvas;
  context.fillStyle = paperOf(shape);
  context.fillRect(0, 0, width, height);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const mark of sheet.seen) {
    if (mark.kind === 'picture') {
      context.drawImage(mark.layer, 0, 0);
      continue;
    }
    const [x = 0, y = 0, ...rest] = mark.points;
    context.strokeStyle = mark.colour;
    context.lineWidth = mark.width * width;
    // A canvas draws no line without a length: where the pen was put down is a dot of its own.
    context.fillStyle = mark.colour;
    context.beginPath();
    context.arc(x * width, y * width, context.lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.moveTo(x * width, y * width);
    for (let k = 0; k < rest.length; k += 2) {
      context.lineTo((rest[k] ?? 0) * width, (rest[k + 1] ?? 0) * width);
    }
    context.stroke();
  }
}

/** The picture that the net is shown of a pad; null: there is nothing on it. */
export function seenOf(
  canvas: HTMLCanvasElement,
  { id, shape }: Pick<DataSummary, 'id' | 'shape'>,
): Uint8Array<ArrayBuffer> | null {
  const { width, height } = canvas;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = recolour(data, 4, shape.channels === 1 ? 'grey' : 'colour');
  const from = { height, width, channels: shape.channels };
  return toExample(pixels, from, shape, centringOf(id));
}

/**
 * A picture as a layer of a pad: inside it, on black, where pictures are centred anyway; else its middle
 * fills the pad. Where the data's pictures are bright on black, one on light paper is turned round.
 */
export function layerOf(
  picture: ImageBitmap,
  { width, height }: { readonly width: number; readonly height: number },
  centring: Centring,
): HTMLCanvasElement {
  const layer = document.createElement('canvas');
  layer.width = width;
  layer.height = height;
  const context = layer.getContext('2d', { willReadFrequently: true });
  if (context === null) return layer;
  const isWhole = centring === 'whole';
  const ratios = [width / picture.width, height / picture.height];
  const scale = isWhole ? Math.max(...ratios) : Math.min(...ratios);
  const [w, h] = [picture.width * scale, picture.height * scale].map((n) =>
    Math.max(1, isWhole ? n : Math.floor(n)),
  ) as [number, number];
  const [x, y] = [(width - w) / 2, (height - h) / 2].map(isWhole ? (n) => n : Math.floor) as [
    number,
    number,
  ];
  context.fillStyle = isWhole ? '#ffffff' : '#000000';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  if (isWhole) {
    context.drawImage(picture, x, y, w, h);
    return layer;
  }
  // What is transparent is put on white, as on paper.
  context.fillStyle = '#ffffff';
  context.fillRect(x, y, w, h);
  context.drawImage(picture, x, y, w, h);
  const image = context.getImageData(x, y, w, h);
  const grey = recolour(image.data, 4, 'grey');
  darkPaper(grey, { height: h, width: w, channels: 1 });
  grey.forEach((value, i) => {
    image.data.set([value, value, value, 255], 4 * i);
  });
  context.putImageData(image, x, y);
  return layer;
}
