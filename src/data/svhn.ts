/**
 * SVHN's cropped digits (Netzer et al., 2011): a MAT-file with `X`, the pictures as bytes of
 * height x width x channels x count, and `y`, their labels 1 to 10, where 10 stands for the digit 0.
 */
import type { DataShape } from '../experiment/datasets.ts';
import { at } from '../experiment/at.ts';
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { type MatArray, parseMat } from './mat.ts';
import type { ByteExamples } from './raw.ts';

/**
 * The examples of a MAT-file, pixels by row, column, channel; label 10 becomes class 0. The error is
 * one sentence that names `file`.
 */
export async function parseSvhn(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  shape: DataShape,
): Promise<Result<ByteExamples>> {
  const arrays = await parseMat(bytes, file);
  if (!arrays.ok) return arrays;
  const { X, y } = Object.fromEntries(arrays.value) as Partial<Record<string, MatArray>>;
  if (X === undefined || y === undefined) {
    const names = [...arrays.value.keys()].slice(0, 10).map((name) => quote(name));
    return fail(
      `${file} lacks ${X === undefined ? 'X, the pictures' : 'y, the labels'}; it holds ${names.length === 0 ? 'no array of numbers' : names.join(', ')}.`,
    );
  }
  const { height, width, channels } = shape;
  const [rows, columns, planes = 1, count = 1, ...more] = X.dims;
  const fits =
    rows === height && columns === width && planes === channels && more.every((dim) => dim === 1);
  if (!fits || !(X.values instanceof Uint8Array) || count < 1) {
    return fail(
      `${file} holds X of ${X.dims.join(' x ')}${X.values instanceof Uint8Array ? '' : ', which are not bytes'}; allowed are bytes of ${height} x ${width} x ${channels} x the number of pictures.`,
    );
  }
  if (y.values.length !== count) {
    return fail(`${file} holds ${count} pictures and ${y.values.length} labels.`);
  }
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const label = at(y.values, n);
    if (!Number.isInteger(label) || label < 1 || label > shape.classes) {
      return fail(
        `${file} has the label ${label} at position ${n}; allowed are 1 to ${shape.classes}, the last for the digit 0.`,
      );
    }
    labels[n] = label % shape.classes;
  }
  turnAround(X.values, shape);
  return ok({ count, images: X.values, labels });
}

/** From column-major pictures (row fastest, then column, channel) to row, column, channel; in place. */
function turnAround(images: Uint8Array<ArrayBuffer>, { height, width, channels }: DataShape): void {
  const inputs = height * width * channels;
  const picture = new Uint8Array(inputs);
  for (let start = 0; start < images.length; start += inputs) {
    picture.set(images.subarray(start, start + inputs));
    let from = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < width; column++) {
        let to = start + column * channels + channel;
        for (let row = 0; row < height; row++) {
          images[to] = picture[from] ?? 0;
          from += 1;
          to += width * channels;
        }
      }
    }
  }
}

/** Examples a class. */
export function histogramOf(labels: Uint8Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
