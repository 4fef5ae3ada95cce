/** What the data room hands on: examples in bytes, split, and what preprocessing needs to know. */
import type { DatasetId } from '../experiment/spec.ts';

/** Labelled pictures; `images` holds `count` x `inputs` bytes, row-major, 0..255. */
export interface Examples {
  readonly count: number;
  readonly images: Uint8Array<ArrayBuffer>;
  /** One class number 0..classes-1 an example. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** A data set as it lies in memory: the split is 50,000 / 10,000 / 10,000 for MNIST and its kin. */
export interface Dataset {
  readonly id: DatasetId;
  readonly title: string;
  readonly shape: { readonly height: number; readonly width: number; readonly channels: number };
  readonly inputs: number;
  readonly classNames: readonly string[];
  readonly train: Examples;
  readonly validation: Examples;
  readonly test: Examples;
  /** Mean of byte / 255 over the training split, pixel by pixel; `inputs` numbers. */
  readonly mean: Float32Array<ArrayBuffer>;
}

/** An example as the network sees it: x[j] = byte[j] / 255 - mean[j]. The device's gather kernel computes the same. */
export function preprocess(bytes: Uint8Array, mean: Float32Array): Float32Array {
  return Float32Array.from(bytes, (byte, j) => byte / 255 - (mean[j] ?? 0));
}
