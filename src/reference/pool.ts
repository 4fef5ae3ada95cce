/**
 * Max and average pooling of maps [B, height, width, channels], each channel by itself. Windows may
 * overlap, and one that hangs over the edge counts only what is there. Global average pooling is one
 * window over the whole map.
 */
import { sizeOf } from '../experiment/datasets.ts';
import type { PoolShape } from '../experiment/shapes.ts';
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

/** For each window the places (row * width + column) it covers; both by row, then column. */
function windowsOf({ height, width, stride, from, to }: PoolShape): number[][] {
  const windows: number[][] = [];
  for (let oy = 0; oy < to.height; oy++) {
    for (let ox = 0; ox < to.width; ox++) {
      const places: number[] = [];
      const bottom = Math.min(oy * stride + height, from.height);
      const right = Math.min(ox * stride + width, from.width);
      for (let y = oy * stride; y < bottom; y++) {
        for (let x = ox * stride; x < right; x++) places.push(y * from.width + x);
      }
      windows.push(places);
    }
  }
  return windows;
}

/** Each window of each example and channel: the elements it covers, and the element it makes. */
function eachWindow(
  pool: PoolShape,
  B: number,
  visit: (places: readonly number[], elementOf: (place: number) => number, made: number) => void,
): void {
  const windows = windowsOf(pool);
  const { channels } = pool.from;
  const [fromSize, toSize] = [sizeOf(pool.from), sizeOf(pool.to)];
  for (let b = 0; b < B; b++) {
    windows.forEach((places, window) => {
      for (let c = 0; c < channels; c++) {
        const first = b * fromSize + c;
        visit(places, (place) => first + place * channels, b * toSize + window * channels + c);
      }
    });
  }
}

/** The first of a window's elements, by row, then column, that no other exceeds. */
function largest(
  x: Floats,
  places: readonly number[],
  elementOf: (place: number) => number,
): number {
  let best = -1;
  for (const place of places) {
    const e = elementOf(place);
    if (best < 0 || el(x, e) > el(x, best)) best = e;
  }
  return best;
}

/** y [B, to] of x [B, from]. */
export function poolForward(pool: PoolShape, x: Floats): Floats {
  const B = x.length / sizeOf(pool.from);
  const y = floats(B * sizeOf(pool.to));
  eachWindow(pool, B, (places, elementOf, made) => {
    if (pool.kind === 'max') {
      y[made] = el(x, largest(x, places, elementOf));
    } else {
      let sum = 0;
      for (const place of places) sum += el(x, elementOf(place));
      y[made] = sum / places.length;
    }
  });
  return y;
}

/** dx [B, from] of dy [B, to]: to the first of the largest elements, or to all in equal parts. */
export function poolBackward(pool: PoolShape, x: Floats, dy: Floats): Floats {
  const B = x.length / sizeOf(pool.from);
  const dx = floats(x.length);
  eachWindow(pool, B, (places, elementOf, made) => {
    if (pool.kind === 'max') {
      const e = largest(x, places, elementOf);
      dx[e] = el(dx, e) + el(dy, made);
    } else {
      const share = el(dy, made) / places.length;
      for (const place of places) {
        const e = elementOf(place);
        dx[e] = el(dx, e) + share;
      }
    }
  });
  return dx;
}
