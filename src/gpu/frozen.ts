/**
 * A network as it predicts: its weights of one kind, and batch norm's statistics measured with them. What
 * exports are made of.
 */
import { at } from '../experiment/at.ts';
import { keepFor } from '../experiment/drop-connect.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { EVALUATION_WEIGHTS, LearningNetwork } from './learning/learning.ts';
import { layerState } from './layers/parameters.ts';
import { readState } from './state.ts';

/** Stored weights, or their signs. */
export type FrozenWeights = (typeof EVALUATION_WEIGHTS)[number];

export interface FrozenLayer {
  readonly shape: LayerShape;
  /** Stored weights [I, O]. */
  readonly w: Float32Array<ArrayBuffer>;
  /** Their signs [I, ceil(O / 32)], a bit each: 1 where w >= 0. */
  readonly signs: Uint32Array<ArrayBuffer>;
  /** What signs are multiplied by, or w where the weights are real: H or mean |w| or 1, times DropConnect's p. */
  readonly magnitude: number;
  /** [O]; gamma is 1 where there is no batch norm. */
  readonly gamma: Float32Array<ArrayBuffer>;
  readonly beta: Float32Array<ArrayBuffer>;
  /** [O] each; null where there is no batch norm. */
  readonly statistics: {
    readonly mean: Float32Array<ArrayBuffer>;
    readonly variance: Float32Array<ArrayBuffer>;
  } | null;
}

export interface Frozen {
  readonly weights: FrozenWeights;
  /** How the weights were trained last. */
  readonly mode: Mode;
  readonly layers: readonly FrozenLayer[];
}

/** Signs [I, ceil(O / 32)] of w [I, O]. */
function signsOf(w: Float32Array, I: number, O: number): Uint32Array<ArrayBuffer> {
  const words = Math.ceil(O / 32);
  const signs = new Uint32Array(I * words);
  for (let e = 0; e < I * O; e++) {
    const o = e % O;
    const word = Math.floor(e / O) * words + (o >> 5);
    if (at(w, e) >= 0) signs[word] = (at(signs, word) | (1 << (o & 31))) >>> 0;
  }
  return signs;
}

function magnitudeOf(
  spec: ExperimentSpec,
  shape: LayerShape,
  w: Float32Array,
  weights: FrozenWeights,
): number {
  const keep = keepFor(spec, shape);
  const p = keep?.p ?? 1;
  if (weights !== 'binary') return p;
  const mean = spec.learning === 'backprop' && spec.magnitude === 'mean' && keep === null;
  return mean ? w.reduce((sum, value) => sum + Math.abs(value), 0) / w.length : p * shape.H;
}

/**
 * Read a network with one kind of weights. `stats` [2, O] of each layer: means and variances collected
 * with those weights; not read where there is no batch norm.
 */
export async function freeze(
  device: GPUDevice,
  { spec, layers }: LearningNetwork,
  { weights, mode }: Pick<Frozen, 'weights' | 'mode'>,
  stats: readonly Float32Array<ArrayBuffer>[],
): Promise<Frozen> {
  const tensors = await readState(device, layers.flatMap(layerState));
  const floats = (name: string): Float32Array<ArrayBuffer> => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32') throw new RangeError(`no state is called ${name}`);
    return tensor.data;
  };
  return {
    ...{ weights, mode },
    layers: layers.map(({ shape, norm }, l): FrozenLayer => {
      const { name, I, O } = shape;
      const w = floats(`${name}.w`);
      const row = (values: Float32Array<ArrayBuffer>, k: number) =>
        values.slice(k * O, (k + 1) * O);
      const affine = floats(`${name}.affine`);
      const collected = norm === 'none' ? null : at(stats, l);
      return {
        ...{ shape, w, signs: signsOf(w, I, O) },
        magnitude: magnitudeOf(spec, shape, w, weights),
        gamma: norm === 'none' ? new Float32Array(O).fill(1) : row(affine, 0),
        beta: row(affine, 1),
        statistics:
          collected === null ? null : { mean: row(collected, 0), variance: row(collected, 1) },
      };
    }),
  };
}
