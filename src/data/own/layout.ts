/** Where an example's numbers stand: from an array's dimensions to rows of height x width x channels. */
import type { Maps } from '../../experiment/datasets.ts';
import { LIMITS, type Order } from './own-data.ts';

/**
 * How to walk an array [count, ...]: example n, row y, column x, channel k stands at
 * n * steps.example + y * steps.y + x * steps.x + k * steps.channel.
 */
export interface Layout {
  readonly count: number;
  readonly shape: Maps;
  readonly steps: {
    readonly example: number;
    readonly y: number;
    readonly x: number;
    readonly channel: number;
  };
}

const isChannels = (n: number): boolean => n >= 1 && n <= 4;

/** Between neighbours along each axis of an array, in numbers: rows last to first as C has them, or first to last. */
export function stridesOf(dims: readonly number[], columnMajor: boolean): number[] {
  const strides = dims.map(() => 1);
  const axes = dims.map((_, i) => (columnMajor ? i : dims.length - 1 - i));
  let step = 1;
  for (const axis of axes) {
    strides[axis] = step;
    step *= dims[axis] ?? 1;
  }
  return strides;
}

/** [N, numbers]: each example's numbers in one row, as `shape` in the order of `order`. */
export function flatLayout(
  dims: readonly number[],
  columnMajor: boolean,
  shape: Maps,
  order: Order,
): Layout {
  const [example = 0, one = 0] = stridesOf(dims, columnMajor);
  const { height, width, channels } = shape;
  const steps =
    order === 'pixels'
      ? { y: width * channels * one, x: channels * one, channel: one }
      : { y: width * one, x: one, channel: height * width * one };
  return { count: dims[0] ?? 0, shape, steps: { example, ...steps } };
}

/** [N, H, W], [N, H, W, C] or [N, C, H, W]; null: no images are laid out so. */
export function layoutOf(dims: readonly number[], columnMajor = false): Layout | null {
  const [count = 0, a = 0, b = 0, c = 0] = dims;
  const [example = 0, first = 0, second = 0, third = 0] = stridesOf(dims, columnMajor);
  if (dims.length === 3) {
    const steps = { example, y: first, x: second, channel: 1 };
    return { count, shape: { height: a, width: b, channels: 1 }, steps };
  }
  if (dims.length !== 4) return null;
  if (isChannels(c)) {
    const steps = { example, y: first, x: second, channel: third };
    return { count, shape: { height: a, width: b, channels: c }, steps };
  }
  if (isChannels(a)) {
    const steps = { example, y: second, x: third, channel: first };
    return { count, shape: { height: b, width: c, channels: a }, steps };
  }
  return null;
}

/** What a row of so many numbers most likely is: a grey square, a colour square, else as near to one as can be. */
export function guessShape(inputs: number): Maps {
  const side = Math.sqrt(inputs);
  if (Number.isInteger(side)) return { height: side, width: side, channels: 1 };
  const colour = Math.sqrt(inputs / 3);
  if (Number.isInteger(colour)) return { height: colour, width: colour, channels: 3 };
  for (let height = Math.floor(side); height > 1; height--) {
    const width = inputs / height;
    if (Number.isInteger(width) && width <= LIMITS.side) return { height, width, channels: 1 };
  }
  return { height: 1, width: inputs, channels: 1 };
}

/** The examples of `from` as [count, height, width, channels]: a view where they stand so already. */
export function arrange(
  from: Uint8Array<ArrayBuffer>,
  { count, shape, steps }: Layout,
): Uint8Array<ArrayBuffer> {
  const { height, width, channels } = shape;
  const inputs = height * width * channels;
  if (
    (steps.channel === 1 || channels === 1) &&
    steps.x === channels &&
    steps.y === width * channels &&
    steps.example === inputs
  ) {
    return from.subarray(0, count * inputs);
  }
  const to = new Uint8Array(count * inputs);
  let i = 0;
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let at = n * steps.example + y * steps.y + x * steps.x;
        for (let k = 0; k < channels; k++) {
          to[i++] = from[at] ?? 0;
          at += steps.channel;
        }
      }
    }
  }
  return to;
}
