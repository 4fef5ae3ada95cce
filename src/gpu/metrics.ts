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

/** Those of the steps from `from` on, up to `to` (not included); null where there are none. */
export function metricsOf(metrics: StepMetrics, from: number, to = Infinity): StepMetrics | null {
  const start = Math.max(0, from - metrics.first);
  const end = Math.min(metrics.count, to - metrics.first);
  if (end <= start) return null;
  if (end - start === metrics.count) return metrics;
  const layers = metrics.signFlips.length / metrics.count;
  return {
    first: metrics.first + start,
    count: end - start,
    loss: metrics.loss.slice(start, end),
    mistakes: metrics.mistakes.slice(start, end),
    signFlips: metrics.signFlips.slice(start * layers, end * layers),
    sampleFlips: metrics.sampleFlips.slice(start * layers, end * layers),
  };
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
  const loss = new Float32Array(count);
  const mistakes = new Uint32Array(count);
  const signFlips = new Uint32Array(count * layers);
  const sampleFlips = new Uint32Array(count * layers);
  // Number by number, and the loss without a call: views, callbacks and the boxes of returned floats
  // would be allocated for every step.
  for (let k = 0; k < count; k++) {
    const row = k * stride;
    loss[k] = floats[row] ?? NaN;
    mistakes[k] = at(words, row + 1);
    for (let l = 0; l < layers; l++) {
      signFlips[k * layers + l] = at(words, row + METRICS_HEAD + l);
      sampleFlips[k * layers + l] = at(words, row + METRICS_HEAD + layers + l);
    }
  }
  return { first, count, loss, mistakes, signFlips, sampleFlips };
}
