/**
 * A 2-D convolution without a bias: a dense layer on windows. Maps are [B, height, width, channels];
 * each window's numbers, by row, column, channel, are a row of I = kernel * kernel * channels, and so
 * wb is [I, O] as a dense layer's. Around the maps lie `padding` rows and columns of zeros.
 */
import { type Maps, sizeOf } from '../experiment/datasets.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from './dense.ts';
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

export interface ConvShape {
  readonly I: number;
  readonly O: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly from: Maps;
  readonly to: Maps;
}

/**
 * The windows of one example as runs of `channels` numbers that lie together in the maps: for each,
 * where it stands in the windows [OH * OW, I], and where in the maps. Runs of padding are left out.
 */
function eachRun(
  { kernel, stride, padding, from, to }: ConvShape,
  visit: (inWindows: number, inMaps: number) => void,
): void {
  let inWindows = 0;
  for (let oy = 0; oy < to.height; oy++) {
    for (let ox = 0; ox < to.width; ox++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) {
          const y = oy * stride + ky - padding;
          const x = ox * stride + kx - padding;
          const inside = y >= 0 && y < from.height && x >= 0 && x < from.width;
          if (inside) visit(inWindows, (y * from.width + x) * from.channels);
          inWindows += from.channels;
        }
      }
    }
  }
}

/** What a minibatch of maps is cut into: the dense layer's shape for one example, and sizes of its parts. */
function partsOf({ I, O, from, to }: ConvShape) {
  const windows = to.height * to.width;
  return { dense: { B: windows, I, O }, mapsSize: sizeOf(from), zSize: windows * O };
}

/** Write the windows of the example whose maps begin at x[first]; what is padding stays as it is. */
function copyWindows(windows: Floats, x: Floats, first: number, shape: ConvShape): void {
  const { channels } = shape.from;
  eachRun(shape, (inWindows, inMaps) => {
    for (let c = 0; c < channels; c++) windows[inWindows + c] = el(x, first + inMaps + c);
  });
}

/** z [B, OH, OW, O] of x [B, height, width, channels]. */
export function convForward(x: Floats, wb: Floats, shape: ConvShape): Floats {
  const { dense, mapsSize, zSize } = partsOf(shape);
  const B = x.length / mapsSize;
  const windows = floats(dense.B * dense.I);
  const z = floats(B * zSize);
  for (let b = 0; b < B; b++) {
    copyWindows(windows, x, b * mapsSize, shape);
    z.set(denseForward(windows, wb, dense), b * zSize);
  }
  return z;
}

/** dwb [I, O], summed over all windows of all examples. */
export function convBackwardWeights(x: Floats, dz: Floats, shape: ConvShape): Floats {
  const { dense, mapsSize, zSize } = partsOf(shape);
  const B = x.length / mapsSize;
  const windows = floats(dense.B * dense.I);
  const dwb = floats(dense.I * dense.O);
  for (let b = 0; b < B; b++) {
    copyWindows(windows, x, b * mapsSize, shape);
    const own = denseBackwardWeights(windows, dz.subarray(b * zSize, (b + 1) * zSize), dense);
    for (let e = 0; e < dwb.length; e++) dwb[e] = el(dwb, e) + el(own, e);
  }
  return dwb;
}

/** dx [B, height, width, channels]: each number gathers from all windows it is part of. */
export function convBackwardInput(dz: Floats, wb: Floats, shape: ConvShape): Floats {
  const { dense, mapsSize, zSize } = partsOf(shape);
  const B = dz.length / zSize;
  const { channels } = shape.from;
  const dx = floats(B * mapsSize);
  for (let b = 0; b < B; b++) {
    const first = b * mapsSize;
    const dWindows = denseBackwardInput(dz.subarray(b * zSize, (b + 1) * zSize), wb, dense);
    eachRun(shape, (inWindows, inMaps) => {
      for (let c = 0; c < channels; c++) {
        const e = first + inMaps + c;
        dx[e] = el(dx, e) + el(dWindows, inWindows + c);
      }
    });
  }
  return dx;
}
