/**
 * CIFAR's binary files: records of one label byte and then the picture, plane after plane (all of
 * red, of green, of blue), each by rows. Krizhevsky, "Learning Multiple Layers of Features from Tiny
 * Images", 2009.
 */
import { type DataShape, shapeOf, sizeOf } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { ByteExamples } from './raw.ts';

/** Bytes of a record: the label and the picture. */
export const cifarRecord = (shape: DataShape): number => 1 + sizeOf(shape);

/**
 * All examples of a binary file, pixels by row, column, channel. `expected`: the count where it is
 * known. The error is one sentence that names `file`.
 */
export function parseCifarBin(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  expected: number | null = null,
  shape: DataShape = shapeOf('cifar-10'),
): Result<ByteExamples> {
  const record = cifarRecord(shape);
  const { classes, channels } = shape;
  const inputs = record - 1;
  const count = Math.floor(bytes.length / record);
  if (expected !== null && bytes.length !== expected * record) {
    const how = bytes.length < expected * record ? 'too short' : 'too long';
    return fail(
      `${file} is ${how}: ${expected} records of ${record} bytes take exactly ${expected * record} bytes, and it has ${bytes.length}.`,
    );
  }
  if (count === 0 || bytes.length % record !== 0) {
    return fail(
      `${file} is ${bytes.length} bytes long; allowed is a whole number of records of ${record} bytes, a label and a picture.`,
    );
  }
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const label = bytes[n * record] ?? 0;
    if (label >= classes) {
      return fail(
        `${file} has the label ${label} at position ${n}; allowed are 0 to ${classes - 1}.`,
      );
    }
    labels[n] = label;
  }
  const images = new Uint8Array(count * inputs);
  const plane = inputs / channels;
  for (let n = 0; n < count; n++) {
    for (let channel = 0; channel < channels; channel++) {
      let from = n * record + 1 + channel * plane;
      let to = n * inputs + channel;
      for (let pixel = 0; pixel < plane; pixel++) {
        images[to] = bytes[from] ?? 0;
        from += 1;
        to += channels;
      }
    }
  }
  return ok({ count, images, labels });
}
