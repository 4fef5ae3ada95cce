/** From stored weights to propagated ones: by sign or by chance, and their packing, 32 signs a word. */
import type { Magnitude, Mode } from '../experiment/spec.ts';
import { el as element, type Floats, floats, word as wordAt } from './floats.ts';
import { type Purpose, randomWords, signedUnit as signed, streamOf } from './random.ts';

// Bound to the module, as in dense.ts.
const el = element;
const word = wordAt;
const signedUnit = signed;

/** True for +H. Zero is +H: the one place that says so. */
export const isPositive = (w: number): boolean => w >= 0;

/** The hard sigmoid hs(x) = clip((x + 1) / 2, 0, 1): P(wb = +H) = hs(w / H). (Courbariaux, Bengio and David 2015, equation 3.) */
export const hardSigmoid = (x: number): number => Math.min(Math.max((x + 1) / 2, 0), 1);

/** What binary weights are plus and minus of: H, or the mean of |w|. */
export function magnitudeOf(w: Floats, H: number, magnitude: Magnitude = 'bound'): number {
  if (magnitude === 'bound') return H;
  let sum = 0;
  for (let e = 0; e < w.length; e++) sum += Math.abs(el(w, e));
  return sum / w.length;
}

/** wb = +H where w >= 0, else -H. (Equation 1.) */
export const signs = (w: Floats, H: number): Floats =>
  w.map((value) => (isPositive(value) ? H : -H));

export interface Sample {
  readonly I: number;
  readonly O: number;
  readonly H: number;
  readonly seed: number;
  /** From 0, the first dense layer. */
  readonly layer: number;
  /** The training step whose minibatch these weights are for. */
  readonly step: number;
  /** Whose random numbers it is drawn by: training's, where nothing is said. */
  readonly purpose?: Purpose;
  /** What stored weights are multiplied by for it: 1, where nothing is said. */
  readonly factor?: number;
  /** The bound H, where nothing is said. */
  readonly magnitude?: Magnitude;
}

/**
 * wb [I, O]: +H with probability hs(w / H), else -H, each weight for itself, once a minibatch.
 * (Equation 2.) Drawn as u < w / H with u uniform in [-1, 1), which is the same law; the comparison
 * is made in float32, as the device makes it. Rows are padded to whole words of 32 signs.
 */
export function sampleSigns(w: Floats, sample: Sample): Floats {
  const { I, O, H, seed, layer, step, purpose = 'binarise', factor = 1 } = sample;
  const wb = floats(I * O);
  const padded = 32 * Math.ceil(O / 32);
  const words = randomWords(I * padded, seed, streamOf(purpose, layer), step);
  const inverse = Math.fround(factor / H);
  const value = magnitudeOf(w, H, sample.magnitude);
  for (let i = 0; i < I; i++) {
    for (let o = 0; o < O; o++) {
      const threshold = Math.fround(Math.fround(el(w, i * O + o)) * inverse);
      wb[i * O + o] = signedUnit(word(words, i * padded + o)) < threshold ? value : -value;
    }
  }
  return wb;
}

/** The weights that propagate in a mode: as stored, by their sign, or sampled. */
export function propagated(w: Floats, mode: Mode, sample: Sample): Floats {
  switch (mode) {
    case 'none':
      return w.slice();
    case 'deterministic':
      return signs(w, magnitudeOf(w, sample.H, sample.magnitude));
    case 'stochastic':
      return sampleSigns(w, sample);
  }
}

/** Signs of [I, O] numbers as bits: word i * ceil(O / 32) + floor(o / 32), bit o % 32; 1 is +H, padding 0. */
export function packSigns(wb: Floats, I: number, O: number): Uint32Array<ArrayBuffer> {
  const stride = Math.ceil(O / 32);
  const bits = new Uint32Array(I * stride);
  for (let i = 0; i < I; i++) {
    for (let o = 0; o < O; o++) {
      if (!isPositive(el(wb, i * O + o))) continue;
      const at = i * stride + (o >>> 5);
      bits[at] = word(bits, at) | (1 << (o & 31));
    }
  }
  return bits;
}

/** packSigns back to numbers: +-H [I, O]. */
export function unpackSigns(bits: Uint32Array, I: number, O: number, H: number): Floats {
  const stride = Math.ceil(O / 32);
  return Float64Array.from({ length: I * O }, (_, e) => {
    const o = e % O;
    const bit = word(bits, Math.floor(e / O) * stride + (o >>> 5)) >>> (o & 31);
    return (bit & 1) === 1 ? H : -H;
  });
}

/** Share of weights whose sign differs between two moments, 0..1. */
export function flipRate(before: Floats, after: Floats): number {
  let flips = 0;
  for (let e = 0; e < before.length; e++) {
    if (isPositive(el(before, e)) !== isPositive(el(after, e))) flips++;
  }
  return flips / before.length;
}
