/**
 * A dense layer: z = x wb, without a bias (batch norm's beta stands in its place). Loops run along
 * rows of memory, and four rows of weights at a time, so that an output is loaded and stored once
 * for four products.
 */
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module: loaders that rewrite imports into property reads (vitest's is one) keep the
// engine from inlining a call through them, and these loops then run ten times slower.
const el = element;

export interface DenseShape {
  readonly B: number;
  readonly I: number;
  readonly O: number;
}

/** z [B, O] = x [B, I] wb [I, O]. */
export function denseForward(x: Floats, wb: Floats, { B, I, O }: DenseShape): Floats {
  const z = floats(B * O);
  const fours = I - (I % 4);
  for (let b = 0; b < B; b++) {
    const row = b * O;
    for (let i = 0; i < fours; i += 4) {
      const x0 = el(x, b * I + i);
      const x1 = el(x, b * I + i + 1);
      const x2 = el(x, b * I + i + 2);
      const x3 = el(x, b * I + i + 3);
      const w = i * O;
      for (let o = 0; o < O; o++) {
        z[row + o] =
          el(z, row + o) +
          x0 * el(wb, w + o) +
          x1 * el(wb, w + O + o) +
          x2 * el(wb, w + 2 * O + o) +
          x3 * el(wb, w + 3 * O + o);
      }
    }
    for (let i = fours; i < I; i++) {
      const xi = el(x, b * I + i);
      for (let o = 0; o < O; o++) z[row + o] = el(z, row + o) + xi * el(wb, i * O + o);
    }
  }
  return z;
}

/** dwb [I, O] = x^T dz, the gradient at the propagated weights. The straight-through rule hands it to w unchanged. */
export function denseBackwardWeights(x: Floats, dz: Floats, { B, I, O }: DenseShape): Floats {
  const dwb = floats(I * O);
  const fours = B - (B % 4);
  for (let i = 0; i < I; i++) {
    const row = i * O;
    for (let b = 0; b < fours; b += 4) {
      const x0 = el(x, b * I + i);
      const x1 = el(x, (b + 1) * I + i);
      const x2 = el(x, (b + 2) * I + i);
      const x3 = el(x, (b + 3) * I + i);
      const g = b * O;
      for (let o = 0; o < O; o++) {
        dwb[row + o] =
          el(dwb, row + o) +
          x0 * el(dz, g + o) +
          x1 * el(dz, g + O + o) +
          x2 * el(dz, g + 2 * O + o) +
          x3 * el(dz, g + 3 * O + o);
      }
    }
    for (let b = fours; b < B; b++) {
      const xb = el(x, b * I + i);
      for (let o = 0; o < O; o++) dwb[row + o] = el(dwb, row + o) + xb * el(dz, b * O + o);
    }
  }
  return dwb;
}

/** dx [B, I] = dz [B, O] wb^T, with the same wb as the forward pass. */
export function denseBackwardInput(dz: Floats, wb: Floats, { B, I, O }: DenseShape): Floats {
  const dx = floats(B * I);
  const fours = O - (O % 4);
  for (let i = 0; i < I; i++) {
    const w = i * O;
    for (let b = 0; b < B; b++) {
      const g = b * O;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let o = 0; o < fours; o += 4) {
        sum0 += el(dz, g + o) * el(wb, w + o);
        sum1 += el(dz, g + o + 1) * el(wb, w + o + 1);
        sum2 += el(dz, g + o + 2) * el(wb, w + o + 2);
        sum3 += el(dz, g + o + 3) * el(wb, w + o + 3);
      }
      for (let o = fours; o < O; o++) sum0 += el(dz, g + o) * el(wb, w + o);
      dx[b * I + i] = sum0 + sum1 + (sum2 + sum3);
    }
  }
  return dx;
}
