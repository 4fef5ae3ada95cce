/**
 * Random numbers without a state: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011). The key is [seed, stream], the counter says which number,
 * so the device's kernels draw the very same ones in any order.
 */

/** What a stream of random numbers is for; a layer's stream is PURPOSE * 65536 + layer. */
export const PURPOSES = {
  init: 1,
  binarise: 2,
  dropout: 3,
  permutation: 4,
  augmentation: 5,
  toy: 6,
  split: 7,
  ensemble: 8,
  dropConnect: 9,
  moments: 10,
} as const;
export type Purpose = keyof typeof PURPOSES;

export const streamOf = (purpose: Purpose, layer: number): number =>
  PURPOSES[purpose] * 65536 + layer;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of a 32 x 32 bit product, from four 16-bit ones that float64 holds exactly. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carried >>> 16)) >>> 0;
}

/** The four words of counter [c0, c1, c2, c3] under key [k0, k1], written to out[offset ..]. */
export function philox(
  out: Uint32Array,
  offset: number,
  [c0, c1, c2, c3]: readonly [number, number, number, number],
  [k0, k1]: readonly [number, number],
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highProduct(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = highProduct(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** The first `count` random words of a stream at a step: word e is word e % 4 of counter [e / 4, step, 0, 0]. */
export function randomWords(
  count: number,
  seed: number,
  stream: number,
  step: number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(4 * Math.ceil(count / 4));
  for (let e = 0; e < words.length; e += 4) {
    philox(words, e, [e >>> 2, step, 0, 0], [seed, stream]);
  }
  return words.subarray(0, count);
}

/** 24 of a word's bits as a number in [0, 1): exact in float32. */
export const unit = (r: number): number => (r >>> 8) * 2 ** -24;

/** 24 of a word's bits as a number in [-1, 1): exact in float32. */
export const signedUnit = (r: number): number => (r >>> 8) * 2 ** -23 - 1;
