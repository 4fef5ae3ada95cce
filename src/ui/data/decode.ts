/** The browser's own decoder of pictures, in a worker. */
import type { Decode } from '../../data/own/pictures.ts';

let context: OffscreenCanvasRenderingContext2D | null = null;

/** Pixels as they are stored: no colour management, so that the same file is the same data everywhere. */
export const decodePicture: Decode = async (bytes, format) => {
  const blob = new Blob([bytes], { type: `image/${format}` });
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
  const { height, width } = bitmap;
  // Nothing waits between drawing and reading: several pictures are decoded at a time.
  context ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  const { canvas } = context;
  if (canvas.width < width || canvas.height < height) {
    canvas.width = Math.max(canvas.width, width);
    canvas.height = Math.max(canvas.height, height);
  }
  context.clearRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { height, width, rgba: context.getImageData(0, 0, width, height).data };
};
