/**
 * DropConnect (Wan et al. 2013): z = x (m * wb) with a mask m of each example's own, the same for the
 * way back.
 */
import { el, type Floats, floats, word } from './floats.ts';
import { randomWords, streamOf } from './random.ts';

export interface MaskShape {
  readonly B: number;
  readonly I: number;
  readonly O: number;
}

/**
 * [B, I, ceil(O / 32)] words, a bit a weight: 1 with probability p. Of p's binary digits, last to first,
 * each halves the odds: a random bit is taken with `or` where the digit is 1, with `and` where it is 0.
 */
export function dropMasks(
  { B, I, O }: MaskShape,
  { numerator, digits }: { readonly numerator: number; readonly digits: number },
  { seed, layer, step }: { readonly seed: number; readonly layer: number; readonly step: number },
): Uint32Array<ArrayBuffer> {
  const masks = new Uint32Array(B * I * Math.ceil(O / 32));
  for (let d = 0; d < digits; d++) {
    const random = randomWords(masks.length, seed, streamOf('dropConnect', d * 256 + layer), step);
    const one = ((numerator >>> d) & 1) === 1;
    random.forEach((r, n) => {
      masks[n] = one ? word(masks, n) | r : word(masks, n) & r;
    });
  }
  return masks;
}

/** The weights [I, O] that example b sees. */
function seen(wb: Floats, mask: Uint32Array, b: number, { I, O }: MaskShape): Floats {
  const words = Math.ceil(O / 32);
  return wb.map((value, e) => {
    const [i, o] = [Math.floor(e / O), e % O];
    const bits = word(mask, (b * I + i) * words + (o >>> 5));
    return ((bits >>> (o & 31)) & 1) === 1 ? value : 0;
  });
}

/** z [B, O] */
export function maskedForward(x: Floats, wb: Floats, mask: Uint32Array, shape: MaskShape): Floats {
  const { B, I, O } = shape;
  const z = floats(B * O);
  for (let b = 0; b < B; b++) {
    const w = seen(wb, mask, b, shape);
    for (let i = 0; i < I; i++) {
      const xi = el(x, b * I + i);
      for (let o = 0; o < O; o++) z[b * O + o] = el(z, b * O + o) + xi * el(w, i * O + o);
    }
  }
  return z;
}

/** dx [B, I], by the weights that each example saw. */
export function maskedBackwardInput(
  dz: Floats,
  wb: Floats,
  mask: Uint32Array,
  shape: MaskShape,
): Floats {
  const { B, I, O } = shape;
  const dx = floats(B * I);
  for (let b = 0; b < B; b++) {
    const w = seen(wb, mask, b, shape);
    for (let i = 0; i < I; i++) {
      let sum = 0;
      for (let o = 0; o < O; o++) sum += el(dz, b * O + o) * el(w, i * O + o);
      dx[b * I + i] = sum;
    }
  }
  return dx;
}

/** dwb [I, O]: of each example only to the weights that it saw. */
export function maskedBackwardWeights(
  x: Floats,
  dz: Floats,
  mask: Uint32Array,
  shape: MaskShape,
): Floats {
  const { B, I, O } = shape;
  const dwb = floats(I * O);
  const ones = floats(I * O).fill(1);
  for (let b = 0; b < B; b++) {
    const m = seen(ones, mask, b, shape);
    for (let i = 0; i < I; i++) {
      const xi = el(x, b * I + i);
      for (let o = 0; o < O; o++) {
        const e = i * O + o;
        dwb[e] = el(dwb, e) + xi * el(m, e) * el(dz, b * O + o);
      }
    }
  }
  return dwb;
}
