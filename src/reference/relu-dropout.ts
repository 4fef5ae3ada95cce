/** What follows batch norm in a hidden layer: ReLU, then inverted dropout (Srivastava et al. 2014). */
import { el, type Floats, floats, word } from './floats.ts';
import { randomWords, streamOf, unit } from './random.ts';

/**
 * Factors of a minibatch's units [B, width]: 1 / keep where a unit stays, 0 where it is dropped;
 * null at rate 0. `site` 0 is the input, l the output of hidden layer l (from 1).
 */
export function dropoutMask(
  B: number,
  width: number,
  rate: number,
  { seed, site, step }: { readonly seed: number; readonly site: number; readonly step: number },
): Floats | null {
  if (rate === 0) return null;
  // Float32, as the device compares.
  const keep = Math.fround(1 - rate);
  const words = randomWords(B * width, seed, streamOf('dropout', site), step);
  return Float64Array.from({ length: B * width }, (_, e) =>
    unit(word(words, e)) < keep ? 1 / keep : 0,
  );
}

/** x times its mask: both the forward and the backward pass of dropout. */
export const dropped = (x: Floats, mask: Floats | null): Floats =>
  mask === null ? x : x.map((value, e) => value * el(mask, e));

/** max(0, y) */
export const reluForward = (y: Floats): Floats => y.map((value) => Math.max(value, 0));

/** dx where y > 0, else 0; the derivative at y = 0 is taken as 0. */
export function reluBackward(y: Floats, dx: Floats): Floats {
  const dy = floats(y.length);
  for (let e = 0; e < y.length; e++) dy[e] = el(y, e) > 0 ? el(dx, e) : 0;
  return dy;
}
