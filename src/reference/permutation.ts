/**
 * The order of the training examples: a bijection of 0 .. N-1 computed one position at a time, so
 * that no device has to hold or shuffle a list. A Feistel network over the next power of four, with
 * cycle walking (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
 */
import { at } from '../experiment/at.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { randomWords, streamOf } from './random.ts';

const FEISTEL_ROUNDS = 8;

/** The finaliser of MurmurHash3 (32 bits). */
export function murmurFinal(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return x >>> 0;
}

/** The permutation of `N` examples (1 .. 2^30) that holds in an era: position -> example. */
export function permutation(N: number, seed: number, era: number): (position: number) => number {
  let k = 1;
  while (4 ** k < N) k++;
  const mask = 2 ** k - 1;
  // Word r of a stream is word r % 4 of counter [r / 4, era, 0, 0]: the round keys are the first eight.
  const keys = randomWords(FEISTEL_ROUNDS, seed, streamOf('permutation', 0), era);
  return (position) => {
    let index = position;
    // Outside of the N examples the walk goes on; it comes back inside, since the network permutes.
    do {
      let left = index >>> k;
      let right = index & mask;
      for (let round = 0; round < FEISTEL_ROUNDS; round++) {
        const mixed = left ^ (murmurFinal(right ^ at(keys, round)) & mask);
        left = right;
        right = mixed;
      }
      index = ((left << k) | right) >>> 0;
    } while (index >= N);
    return index;
  };
}

/** Minibatches an epoch of `N` examples has; the trailing partial one is dropped. */
export function stepsPerEpoch(N: number, batch: number): Result<number> {
  return batch <= N
    ? ok(Math.floor(N / batch))
    : fail(`The batch is ${batch}; allowed are at most the ${N} training examples there are.`);
}

/** Which examples a training step sees, of `N`: `batch` indices, in the order of the minibatch's rows. */
export function minibatchAt(spec: ExperimentSpec, N: number, step: number): number[] {
  const steps = Math.floor(N / spec.batch);
  const epoch = Math.floor(step / steps);
  const permute = permutation(N, spec.seed, Math.floor(epoch / spec.shuffleEvery));
  const first = (step % steps) * spec.batch;
  return Array.from({ length: spec.batch }, (_, row) => permute(first + row));
}
