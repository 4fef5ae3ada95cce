/**
 * A network as one bit a weight: a file that says all that a prediction takes, from raw bytes to scores
 * (docs/formats.md describes it; reader/ holds programs that run it). Batch norm, the weights' magnitude
 * and DropConnect's p are folded into one multiply-add a column.
 */
import { at } from '../experiment/at.ts';
import type { PoolShape } from '../experiment/shapes.ts';
import type { BatchNorm, ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Frozen, FrozenLayer } from '../gpu/frozen.ts';

const MAGIC = 'BCPACKED';
const VERSION = 1;
const MODES: Readonly<Record<Mode, number>> = { none: 0, deterministic: 1, stochastic: 2 };
const EXPECTATION = 3;
const ACTIVATIONS = { none: 0, relu: 1, sign: 2 } as const;
/** As shaders/normalise.wgsl has it. */
const NORM_EPSILON = 1e-4;

/** What a file says of the data. */
export type PackedData = Pick<Dataset, 'shape' | 'classNames' | 'scale' | 'offset'> & {
  /** False where examples are no bytes any more when the network reads them. */
  readonly bytes: boolean;
};

/** Grows as it is written to; every number four bytes, little-endian. */
class Writer {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }

  /** Where they lie, to be written again. */
  whole(...values: readonly number[]): number {
    const start = this.#reserve(4 * values.length);
    values.forEach((value, i) => {
      this.#view.setUint32(start + 4 * i, value, true);
    });
    return start;
  }

  floats(values: ArrayLike<number>): void {
    const start = this.#reserve(4 * values.length);
    for (let i = 0; i < values.length; i++) {
      this.#view.setFloat32(start + 4 * i, values[i] ?? NaN, true);
    }
  }

  /** Bytes, and zeros up to a multiple of four. */
  padded(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#reserve(bytes.length));
    this.#reserve((4 - (bytes.length % 4)) % 4);
  }

  /** All of it, its length written at `lengthAt`. */
  finish(lengthAt: number): Uint8Array<ArrayBuffer> {
    this.#view.setUint32(lengthAt, this.#length, true);
    return this.#bytes.slice(0, this.#length);
  }
}

/** Why a run cannot be written so, in one sentence; null where it can. */
export const packedRefusal = ({ retraining }: ExperimentSpec): string | null =>
  retraining === undefined
    ? null
    : 'A packed file has one bit a weight, and ternary weights take two; allowed with retraining is safetensors.';

/** 1 / s of a variance. */
const inverseOf = (norm: BatchNorm, variance: number): number =>
  1 /
  (norm === 'variance' ? Math.sqrt(variance + NORM_EPSILON) : Math.sqrt(variance) + NORM_EPSILON);

/** Multiplier and summand of each column, from sums of plus and minus to what the activation is given. */
export function foldedAffine(
  layer: FrozenLayer,
  spec: ExperimentSpec,
): { readonly scale: Float64Array; readonly shift: Float64Array } {
  const { shape, gamma, beta, magnitude, statistics } = layer;
  const { I, O, hidden } = shape;
  if (spec.learning === 'expectation') {
    // Scores count deviations; a hidden unit's sign does not change with them.
    const share = hidden ? 1 : 1 / Math.sqrt(I + 1);
    return {
      scale: new Float64Array(O).fill(share * magnitude),
      shift: Float64Array.from(beta, (bias) => share * bias),
    };
  }
  if (statistics === null) {
    return { scale: new Float64Array(O).fill(magnitude), shift: Float64Array.from(beta) };
  }
  const { mean, variance } = statistics;
  const { batchNorm } = spec.network;
  const a = Float64Array.from(gamma, (g, o) => g * inverseOf(batchNorm, at(variance, o)));
  return {
    scale: a.map((value) => value * magnitude),
    shift: a.map((value, o) => at(beta, o) - value * at(mean, o)),
  };
}

/** Rows of whole bytes: those of the words that hold anything. */
function packedRows({ signs, shape }: FrozenLayer): Uint8Array {
  const { I, O } = shape;
  const [row, words] = [Math.ceil(O / 8), Math.ceil(O / 32)];
  const rows = new Uint8Array(I * row);
  for (let e = 0; e < rows.length; e++) {
    const byte = e % row;
    const word = at(signs, Math.floor(e / row) * words + (byte >> 2));
    rows[e] = (word >>> (8 * (byte & 3))) & 0xff;
  }
  return rows;
}

/**
 * The file of a net of signs.
 * @throws RangeError, one sentence, where the weights are not signs or something is no finite number.
 */
export function packNetwork(
  { weights, mode, layers }: Frozen,
  spec: ExperimentSpec,
  data: PackedData,
): Uint8Array<ArrayBuffer> {
  if (weights !== 'binary') {
    throw new RangeError(`A packed file has one bit a weight; ${weights} weights have more.`);
  }
  const writer = new Writer();
  const { height, width, channels } = data.shape;
  const names = new TextEncoder().encode(
    data.classNames.map((name) => name.replaceAll(/\s+/g, ' ')).join('\n'),
  );
  writer.padded(new TextEncoder().encode(MAGIC));
  writer.whole(VERSION);
  const lengthAt = writer.whole(0);
  writer.whole(Number(data.bytes), spec.learning === 'expectation' ? EXPECTATION : MODES[mode]);
  writer.whole(height, width, channels, data.classNames.length, layers.length, names.length);
  writer.floats([data.scale]);
  if (data.bytes) writer.floats(data.offset);
  writer.padded(names);
  for (const layer of layers) writeLayer(writer, layer, spec);
  return writer.finish(lengthAt);
}

function writeLayer(writer: Writer, layer: FrozenLayer, spec: ExperimentSpec): void {
  const { shape } = layer;
  const { name, kind, O, kernel, stride, padding, pieces, hidden, relu, pools } = shape;
  const { scale, shift } = foldedAffine(layer, spec);
  // What float32 cannot hold is no finite number in the file.
  const finite = (values: Float64Array) => values.every((v) => Number.isFinite(Math.fround(v)));
  if (!finite(scale) || !finite(shift)) {
    throw new RangeError(`${name} has something that is no finite number: nothing is packed.`);
  }
  const signs = spec.learning === 'expectation' && hidden;
  const before = spec.network.pooling === 'before-norm' ? pools : [];
  const after = spec.network.pooling === 'before-norm' ? [] : pools;
  writer.whole(kind === 'dense' ? 0 : 1, O, kernel, stride, padding, pieces);
  writer.whole(
    signs
      ? ACTIVATIONS.sign
      : relu && spec.learning === 'backprop'
        ? ACTIVATIONS.relu
        : ACTIVATIONS.none,
  );
  writer.whole(before.length, after.length);
  for (const pool of [...before, ...after]) writePool(writer, pool);
  writer.floats(scale);
  writer.floats(shift);
  writer.padded(packedRows(layer));
}

function writePool(writer: Writer, { kind, height, width, stride, to }: PoolShape): void {
  writer.whole(kind === 'max' ? 0 : 1, height, width, stride, to.height, to.width);
}
