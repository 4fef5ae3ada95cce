/**
 * Reads a network of one bit a weight (the format stands in docs/formats.md) and runs it: a file that
 * stands alone and imports nothing. Products with weights are additions and subtractions only; behind
 * them each unit has one multiply-add, which batch norm and the weights' magnitude were folded into.
 */

const MAGIC = 'BCPACKED';
const VERSION = 1;

/** What a file may hold at most. */
export const PACKED_BOUNDS = {
  /** Bytes of the file. */
  file: 2 ** 26,
  layers: 64,
  /** Height and width of maps. */
  side: 4096,
  /** Numbers of a layer's output, and weights of a layer's column. */
  numbers: 2 ** 24,
  pools: 4,
  pieces: 16,
  classes: 65_536,
  /** Additions of an example. */
  additions: 2 ** 36,
} as const;

interface Maps {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface Pool {
  readonly average: boolean;
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  readonly from: Maps;
  readonly to: Maps;
}

interface Layer {
  readonly from: Maps;
  /** What its product makes. */
  readonly to: Maps;
  /** Of its windows; a dense layer is one window over all there is. */
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padding: number;
  readonly before: readonly Pool[];
  /** Multiplied and added, one of each a column. */
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly activation: 'none' | 'relu' | 'sign';
  /** Of so many columns, units apart, the largest is a unit. */
  readonly pieces: number;
  readonly after: readonly Pool[];
  /** Rows of whole bytes, a bit a column: 1 is plus. */
  readonly bits: Uint8Array;
}

export interface PackedModel extends Maps {
  /** An example is `inputs` numbers by row, column, channel. */
  readonly inputs: number;
  readonly classNames: readonly string[];
  /** `bytes`: 0..255 as they lie in the data; else numbers that were prepared as for training. */
  readonly takes: 'bytes' | 'numbers';
  /** What its signs are of: weights trained so. */
  readonly trained: (typeof TRAINED)[number];
  /** Additions and subtractions of an example's products. */
  readonly additions: number;
  /**
   * Scores of an example, one a class: the largest is the prediction.
   * @throws RangeError where it has not `inputs` numbers.
   */
  scores(example: ArrayLike<number>): Float32Array;
  /** Number of the class of the largest score; of equal ones the first. */
  predict(example: ArrayLike<number>): number;
}

export type PackedResult =
  | { readonly ok: true; readonly value: PackedModel }
  | { readonly ok: false; readonly error: string };

const TRAINED = ['real', 'deterministic', 'stochastic', 'expectation'] as const;
const ACTIVATIONS = ['none', 'relu', 'sign'] as const;

/** Why a file is refused; caught where reading began. */
class Refusal extends Error {}

const sizeOf = ({ height, width, channels }: Maps): number => height * width * channels;

/** Walks through a file; every number it gives is checked against a bound. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(count: number, what: string): number {
    if (count > this.left) {
      throw new Refusal(`is cut off: ${what} takes ${count} bytes, and ${this.left} are left`);
    }
    const start = this.#at;
    this.#at += count;
    return start;
  }

  /** A whole number from `least` to `most`. */
  whole(what: string, least: number, most: number): number {
    const value = this.#view.getUint32(this.#take(4, what), true);
    if (value < least || value > most) {
      throw new Refusal(`says that ${what} is ${value}; allowed are ${least} to ${most}`);
    }
    return value;
  }

  floats(count: number, what: string): Float32Array {
    const start = this.#take(4 * count, what);
    const values = Float32Array.from({ length: count }, (_, i) =>
      this.#view.getFloat32(start + 4 * i, true),
    );
    if (!values.every(Number.isFinite)) {
      throw new Refusal(`has something that is no finite number among ${what}`);
    }
    return values;
  }

  /** Bytes, and zeros up to a multiple of four. */
  padded(count: number, what: string): Uint8Array {
    const start = this.#take(Math.ceil(count / 4) * 4, what);
    return this.#bytes.subarray(start, start + count);
  }
}

function readPool(cursor: Cursor, from: Maps): Pool {
  const { side } = PACKED_BOUNDS;
  const average = cursor.whole('the kind of a pooling', 0, 1) === 1;
  const height = cursor.whole("the height of a pooling's windows", 1, side);
  const width = cursor.whole("the width of a pooling's windows", 1, side);
  const stride = cursor.whole("the stride of a pooling's windows", 1, side);
  // Every window begins within the map.
  const fit = (length: number) => Math.floor((length - 1) / stride) + 1;
  const to = {
    height: cursor.whole('the rows of a pooling', 1, fit(from.height)),
    width: cursor.whole('the columns of a pooling', 1, fit(from.width)),
    channels: from.channels,
  };
  return { average, height, width, stride, from, to };
}

const readPools = (cursor: Cursor, count: number, from: Maps): { pools: Pool[]; to: Maps } => {
  const pools: Pool[] = [];
  let to = from;
  for (let k = 0; k < count; k++) {
    const pool = readPool(cursor, to);
    pools.push(pool);
    to = pool.to;
  }
  return { pools, to };
};

/** Windows of `size`, `stride` apart, in a length with `padding` on both sides. */
function windows(length: number, size: number, stride: number, padding: number): number {
  const room = length + 2 * padding - size;
  if (room < 0) throw new Refusal('has a window that is larger than what it lies on');
  return Math.floor(room / stride) + 1;
}

function readLayer(cursor: Cursor, from: Maps): { layer: Layer; out: Maps; additions: number } {
  const { side, numbers, pieces: most, pools: mostPools } = PACKED_BOUNDS;
  const dense = cursor.whole('the kind of a layer', 0, 1) === 0;
  const columns = cursor.whole('the columns of a layer', 1, numbers);
  const kernel = cursor.whole('the kernel of a layer', 1, side);
  const stride = cursor.whole('the stride of a layer', 1, side);
  const padding = cursor.whole('the padding of a layer', 0, kernel - 1);
  const pieces = cursor.whole('the pieces of a unit', 1, most);
  const activation = ACTIVATIONS[cursor.whole('the activation of a layer', 0, 2)] ?? 'none';
  const countBefore = cursor.whole('the poolings before the multiply-add', 0, mostPools);
  const countAfter = cursor.whole('the poolings after it', 0, mostPools);
  if (dense && (kernel > 1 || stride > 1 || padding > 0)) {
    throw new Refusal('has a dense layer with windows');
  }
  if (columns % pieces !== 0) throw new Refusal('has a layer whose columns make no whole units');

  const kernelHeight = dense ? from.height : kernel;
  const kernelWidth = dense ? from.width : kernel;
  const to = {
    height: windows(from.height, kernelHeight, stride, padding),
    width: windows(from.width, kernelWidth, stride, padding),
    channels: columns,
  };
  const rows = kernelHeight * kernelWidth * from.channels;
  if (sizeOf(to) > numbers || rows > numbers) {
    throw new Refusal(`has a layer of more than ${numbers} numbers`);
  }
  const before = readPools(cursor, countBefore, to);
  const units = { ...before.to, channels: columns / pieces };
  const after = readPools(cursor, countAfter, units);
  const scale = cursor.floats(columns, "a layer's multipliers");
  const shift = cursor.floats(columns, "a layer's summands");
  const bits = cursor.padded(rows * Math.ceil(columns / 8), "a layer's bits");
  const layer = {
    ...{ from, to, kernelHeight, kernelWidth, stride, padding, before: before.pools },
    ...{ scale, shift, activation, pieces, after: after.pools, bits },
  };
  return { layer, out: after.to, additions: rows * sizeOf(to) };
}

/** What of a file's text may be shown. */
const namesOf = (text: Uint8Array, classes: number): string[] => {
  const names = new TextDecoder().decode(text).split('\n');
  if (names.length !== classes) {
    throw new Refusal(`names ${names.length} classes; its scores are of ${classes}`);
  }
  return names;
};

function readModel(bytes: Uint8Array): PackedModel {
  const { file, layers: mostLayers, side, numbers, classes: mostClasses } = PACKED_BOUNDS;
  if (bytes.length > file) {
    throw new Refusal(`is ${bytes.length} bytes long; allowed are at most ${file}`);
  }
  const magic = new TextEncoder().encode(MAGIC);
  if (magic.some((byte, i) => bytes[i] !== byte)) throw new Refusal('is no packed network');
  const cursor = new Cursor(bytes.subarray(magic.length));
  const version = cursor.whole('its version', 1, 0xffffffff);
  if (version > VERSION) {
    throw new Refusal(
      `is of version ${version}, made by a newer playground; this reads ${VERSION}`,
    );
  }
  cursor.whole('its length', bytes.length, bytes.length);
  const takes = cursor.whole('what it takes', 0, 1) === 1 ? 'bytes' : 'numbers';
  const trained = TRAINED[cursor.whole('how it was trained', 0, TRAINED.length - 1)] ?? 'real';
  const input: Maps = {
    height: cursor.whole('the height of an example', 1, side),
    width: cursor.whole('the width of an example', 1, side),
    channels: cursor.whole('the channels of an example', 1, side),
  };
  const inputs = sizeOf(input);
  if (inputs > numbers) throw new Refusal(`has examples of more than ${numbers} numbers`);
  const classes = cursor.whole('the number of classes', 1, mostClasses);
  const count = cursor.whole('the number of layers', 1, mostLayers);
  const text = cursor.whole("the length of the classes' names", 0, bytes.length);
  const [inputScale = 1] = cursor.floats(1, 'the scale of bytes');
  const offset = takes === 'bytes' ? cursor.floats(inputs, 'the offsets of bytes') : null;
  const classNames = namesOf(cursor.padded(text, "the classes' names"), classes);

  const layers: Layer[] = [];
  let maps = input;
  let additions = 0;
  for (let l = 0; l < count; l++) {
    const read = readLayer(cursor, maps);
    layers.push(read.layer);
    maps = read.out;
    additions += read.additions;
  }
  if (cursor.left > 0) throw new Refusal(`has ${cursor.left} bytes behind its last layer`);
  if (sizeOf(maps) !== classes) {
    throw new Refusal(`makes ${sizeOf(maps)} scores of ${classes} classes`);
  }
  if (additions > PACKED_BOUNDS.additions) {
    throw new Refusal(
      `takes ${additions} additions for an example; allowed are at most ${PACKED_BOUNDS.additions}`,
    );
  }

  const scores = (example: ArrayLike<number>): Float32Array => {
    if (example.length !== inputs) {
      throw new RangeError(`an example has ${inputs} numbers, not ${example.length}`);
    }
    const x = Float32Array.from(example);
    if (offset !== null) {
      for (let j = 0; j < inputs; j++) x[j] = (x[j] ?? 0) * inputScale - (offset[j] ?? 0);
    }
    return layers.reduce<Float32Array>((values, layer) => run(layer, values), x);
  };
  return {
    ...input,
    ...{ inputs, classNames, takes, trained, additions, scores },
    predict: (example) => largest(scores(example)),
  };
}

function largest(scores: Float32Array): number {
  let best = 0;
  for (let c = 1; c < scores.length; c++) {
    if ((scores[c] ?? NaN) > (scores[best] ?? NaN)) best = c;
  }
  return best;
}

/** Read a file: hostile bytes get one sentence. `file`: its name, for the sentence. */
export function readPacked(bytes: Uint8Array, file: string): PackedResult {
  try {
    return { ok: true, value: readModel(bytes) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: `${file} ${error.message}.` };
    throw error;
  }
}

/** From what a layer reads to what the next one does. */
function run(layer: Layer, x: Float32Array): Float32Array {
  let values = products(layer, x);
  for (const pool of layer.before) values = pooled(pool, values);
  multiplyAdd(layer, values);
  values = units(layer, values);
  for (const pool of layer.after) values = pooled(pool, values);
  return values;
}

/** z: of each place and column the sum of what its window holds, plus or minus by the column's bits. */
function products(layer: Layer, x: Float32Array): Float32Array {
  const { from, to, kernelHeight, kernelWidth, stride, padding } = layer;
  const columns = to.channels;
  const z = new Float32Array(sizeOf(to));
  const sums = new Float64Array(columns);
  for (let row = 0; row < to.height; row++) {
    for (let column = 0; column < to.width; column++) {
      sums.fill(0);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = row * stride + ky - padding;
        if (y < 0 || y >= from.height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const at = column * stride + kx - padding;
          if (at < 0 || at >= from.width) continue;
          const pixel = (y * from.width + at) * from.channels;
          const first = (ky * kernelWidth + kx) * from.channels;
          for (let c = 0; c < from.channels; c++) {
            const value = x[pixel + c] ?? 0;
            // Nothing is added, nothing taken away.
            if (value !== 0) addSigned(sums, layer.bits, first + c, value);
          }
        }
      }
      z.set(sums, (row * to.width + column) * columns);
    }
  }
  return z;
}

/** Add `value` to the sums of columns whose bit in a row of weights is 1, take it from the others. */
function addSigned(sums: Float64Array, bits: Uint8Array, row: number, value: number): void {
  const columns = sums.length;
  const start = row * Math.ceil(columns / 8);
  for (let o = 0; o < columns; o++) {
    const plus = ((bits[start + (o >> 3)] ?? 0) >> (o & 7)) & 1;
    const sum = sums[o] ?? 0;
    sums[o] = plus === 1 ? sum + value : sum - value;
  }
}

/** The largest or the mean of each window; where one hangs over the edge, of what is there. */
function pooled({ average, height, width, stride, from, to }: Pool, x: Float32Array): Float32Array {
  const { channels } = from;
  const values = new Float32Array(sizeOf(to));
  for (let row = 0; row < to.height; row++) {
    const lastY = Math.min(row * stride + height, from.height);
    for (let column = 0; column < to.width; column++) {
      const lastX = Math.min(column * stride + width, from.width);
      const count = (lastY - row * stride) * (lastX - column * stride);
      for (let c = 0; c < channels; c++) {
        let best = -Infinity;
        let sum = 0;
        for (let y = row * stride; y < lastY; y++) {
          for (let at = column * stride; at < lastX; at++) {
            const value = x[(y * from.width + at) * channels + c] ?? 0;
            sum += value;
            if (value > best) best = value;
          }
        }
        values[(row * to.width + column) * channels + c] = average ? sum / count : best;
      }
    }
  }
  return values;
}

/** The one multiply-add of each unit, and its activation, in place. */
function multiplyAdd({ scale, shift, activation }: Layer, values: Float32Array): void {
  const columns = scale.length;
  for (let e = 0; e < values.length; e++) {
    const o = e % columns;
    const value = (values[e] ?? 0) * (scale[o] ?? 0) + (shift[o] ?? 0);
    if (activation === 'relu') values[e] = value < 0 ? 0 : value;
    else if (activation === 'sign') values[e] = value < 0 ? -1 : 1;
    else values[e] = value;
  }
}

/** Maxout: of the columns that are pieces of a unit the largest. */
function units({ pieces, to }: Layer, values: Float32Array): Float32Array {
  if (pieces === 1) return values;
  const columns = to.channels;
  const count = columns / pieces;
  return Float32Array.from({ length: values.length / pieces }, (_, e) => {
    const place = Math.floor(e / count) * columns;
    let best = values[place + (e % count)] ?? 0;
    for (let k = 1; k < pieces; k++) {
      best = Math.max(best, values[place + k * count + (e % count)] ?? 0);
    }
    return best;
  });
}
