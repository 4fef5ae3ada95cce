/** The random numbers of the experiment, and the weights a network starts from. */
import { randomWords, signedUnit, streamOf } from '../experiment/random.ts';
import { word } from './floats.ts';

export {
  philox,
  type Purpose,
  PURPOSES,
  randomWords,
  signedUnit,
  streamOf,
  unit,
} from '../experiment/random.ts';

/**
 * Weights a layer [I, O] starts from: U(-range, range), rounded to float32 as the device holds them.
 * `layer` counts from 0, the first dense one.
 */
export function initialWeights(
  I: number,
  O: number,
  range: number,
  seed: number,
  layer: number,
): Float64Array<ArrayBuffer> {
  const a = Math.fround(range);
  const words = randomWords(I * O, seed, streamOf('init', layer), 0);
  return Float64Array.from({ length: I * O }, (_, e) =>
    Math.fround(a * signedUnit(word(words, e))),
  );
}
