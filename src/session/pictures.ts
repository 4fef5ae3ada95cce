/** Examples as pictures: what the page shows of them. */
import { at } from '../experiment/at.ts';
import { type Dataset, type Examples, halfToNumber } from '../data/dataset.ts';
import type { Shown } from './protocol.ts';

/** Values of examples `from` up to `to` of a split: a copy. */
export const valuesOf = (examples: Examples, inputs: number, from: number, to: number) =>
  examples.images.slice(from * inputs, to * inputs);

/** Bytes as they are; numbers stretched over 0..255, the least as 0 and the greatest as 255. */
export function pictureOf(
  values: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (values instanceof Uint8Array) return values;
  const numbers = values instanceof Uint16Array ? Float32Array.from(values, halfToNumber) : values;
  const least = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  const scale = greatest > least ? 255 / (greatest - least) : 0;
  return Uint8Array.from(numbers, (value) => Math.round((value - least) * scale));
}

export const shownTest = ({ test, inputs }: Dataset, index: number): Shown => ({
  index,
  label: at(test.labels, index),
  picture: pictureOf(valuesOf(test, inputs, index, index + 1)),
});
