/** The metrics rows of training steps, as they come back from the device. */
import { at } from '../experiment/at.ts';
import { METRICS_HEAD } from './network.ts';

/** What the device measured of consecutive steps. */
export interface StepMetrics {
  readonly first: number;
  readonly count: number;
  /** [count]: mean loss of each minibatch. */
  readonly loss: Float32Array<ArrayBuffer>;
  /** [count]: misclassified examples of each minibatch. */
  readonly mistakes: Uint32Array<ArrayBuffer>;
  /** [count, layers]: weights whose stored sign changed. */
  readonly signFlips: Uint32Array<ArrayBuffer>;
  /** [count, layers]: sampled weights that differ from the step before. */
  readonly sampleFlips: Uint32Array<ArrayBuffer>;
}

/** From `count` rows of loss, mistakes, sign flips and sample flips to columns of each. */
export function decodeMetrics(
  words: Uint32Array<ArrayBuffer>,
  first: number,
  count: number,
  layers: number,
): StepMetrics {
  const stride = METRICS_HEAD + 2 * layers;
  const floats = new Float32Array(words.buffer);
  const signFlips = new Uint32Array(count * layers);
  const sampleFlips = new Uint32Array(count * layers);
  for (let k = 0; k < count; k++) {
    const flips = k * stride + METRICS_HEAD;
    signFlips.set(words.subarray(flips, flips + layers), k * layers);
    sampleFlips.set(words.subarray(flips + layers, flips + 2 * layers), k * layers);
  }
  return {
    first,
    count,
    loss: Float32Array.from({ length: count }, (_, k) => at(floats, k * stride)),
    mistakes: Uint32Array.from({ length: count }, (_, k) => at(words, k * stride + 1)),
    signFlips,
    sampleFlips,
  };
}
