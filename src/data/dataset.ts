/** What the data room hands on: examples in memory, split, and what turns them into a network's input. */
import type { DatasetId, Maps } from '../experiment/datasets.ts';
import type { Zca } from './whiten/zca.ts';

/** Bytes 0..255, or half floats (the bits of IEEE 754 binary16) where preprocessing left the bytes. */
export type Pixels = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Labelled examples; `images` holds `count` x `inputs` values, by row, column, channel. */
export interface Examples {
  readonly count: number;
  readonly images: Pixels;
  /** One class number 0..classes-1 an example. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** What was done to images before they became the values of a split: enough to do it to another one. */
export type Preparation =
  /** Each image minus its mean, brought to a norm of `scale`; `isLocal`: and then place by place. */
  | { readonly kind: 'contrast'; readonly scale: number; readonly isLocal: boolean }
  /** Whitened after that; null where only its outcome was kept from an earlier visit. */
  | { readonly kind: 'whitening'; readonly scale: number; readonly zca: Zca | null };

/** A data set as it lies in memory. All three splits hold the same kind of values. */
export interface Dataset {
  readonly id: DatasetId;
  readonly title: string;
  /** What a person must know of this copy, such as that it is only a part; null: nothing. */
  readonly note: string | null;
  readonly shape: Maps;
  readonly inputs: number;
  readonly classNames: readonly string[];
  readonly train: Examples;
  readonly validation: Examples;
  readonly test: Examples;
  /** An input is value * scale - offset: 1 / 255 for bytes, 1 for half floats. */
  readonly scale: number;
  /** [inputs]; the training split's mean, or zeros. */
  readonly offset: Float32Array<ArrayBuffer>;
  /** What made values of bytes; absent where the values are the bytes. */
  readonly preparation?: Preparation;
}

/** A half float's value. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The half float nearest to a number, ties to even; beyond 65504 it is infinite. */
export function numberToHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity; below 2^-25 to zero.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: units of 2^-24, rounded to even by the addition.
    scratch.setUint32(0, magnitude);
    return sign | roundToEven(scratch.getFloat32(0) * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** An example as the network sees it, in float32. The device's gather kernel computes the same. */
export function preprocess(
  values: Pixels,
  { scale, offset }: Pick<Dataset, 'scale' | 'offset'>,
): Float32Array {
  const halves = values instanceof Uint16Array;
  return Float32Array.from(
    values,
    (value, j) => (halves ? halfToNumber(value) : value) * scale - (offset[j] ?? 0),
  );
}
