/**
 * DropConnect (Wan et al. 2013): in training each example sees weights of its own, each of them there
 * with probability p = 1 - rate. In hidden dense layers.
 */
import type { ExperimentSpec } from './spec.ts';
import type { LayerShape } from './shapes.ts';

/** The share of weights dropped where nothing else is said. */
export const USUAL_DROP_CONNECT = 0.5;

/** p has at most so many binary digits: that many random bits decide whether a weight is there. */
const DIGITS = 16;

export interface Keep {
  /** p = numerator / 2^digits, the rate's complement to the nearest 2^-16; an odd numerator. */
  readonly numerator: number;
  readonly digits: number;
  readonly p: number;
}

export function keepOf(rate: number): Keep {
  let numerator = Math.round((1 - rate) * 2 ** DIGITS);
  let digits = DIGITS;
  while (numerator % 2 === 0) {
    numerator /= 2;
    digits -= 1;
  }
  return { numerator, digits, p: numerator / 2 ** digits };
}

/** How a layer's weights are kept in training; null where all of them are. */
export function keepFor(spec: ExperimentSpec, shape: LayerShape): Keep | null {
  const { dropConnect } = spec.network;
  const drops = dropConnect !== undefined && shape.kind === 'dense' && shape.hidden;
  return drops ? keepOf(dropConnect) : null;
}

/** What stored weights are multiplied by where none is dropped: p, as many as an example sees on average. */
export const meanFactor = (spec: ExperimentSpec, shape: LayerShape): number =>
  keepFor(spec, shape)?.p ?? 1;

/** Samples that activations are averaged over in a test by moments. */
export const GAUSSIAN_SAMPLES = 32;

/** Why a spec cannot have the DropConnect it asks for, in one sentence; null where it can. */
export function dropConnectRefusal({
  network,
  magnitude,
  learning,
}: ExperimentSpec): string | null {
  if (network.dropConnect === undefined) return null;
  const no = (why: string): string => `The experiment's network.dropConnect does not fit: ${why}.`;
  const dense = network.hidden.flatMap((layer) => (layer.type === 'dense' ? [layer] : []));
  if (dense.length === 0) return no('it needs a hidden dense layer');
  if (dense.some(({ pieces = 1 }) => pieces > 1)) return no('it goes with ReLU, not with maxout');
  if (magnitude !== 'bound') return no('allowed with it is magnitude "bound"');
  if (learning !== 'backprop') return no('allowed with it is learning "backprop"');
  return null;
}

/** Words of the masks that a minibatch's largest layer may have. */
export const maskWords = (B: number, { I, O }: LayerShape): number => B * I * Math.ceil(O / 32);
