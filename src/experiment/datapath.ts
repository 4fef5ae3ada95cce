/**
 * How data is routed through the layers of an accelerator (see accelerator.ts): what lies between the
 * layers, what follows a product, and when each is done. Registers inside a unit are not counted.
 */
import { at } from './at.ts';
import { accumulatorBits, type Folded } from './accelerator.ts';
import type { LayerShape } from './shapes.ts';
import type { ExperimentSpec } from './spec.ts';

/** What a processing element does to a finished sum, in order. */
export type Stage =
  | { readonly kind: 'max-pool' | 'average-pool'; readonly window: string }
  /** a * sum + b: batch norm and H folded into one; `multiplies` is false where only b is left of it. */
  | { readonly kind: 'affine'; readonly multiplies: boolean }
  | { readonly kind: 'relu' }
  | { readonly kind: 'maxout'; readonly pieces: number };

export function stagesOf(layer: LayerShape, spec: ExperimentSpec): Stage[] {
  const { pooling, batchNorm } = spec.network;
  const pools = layer.pools.map(({ kind, height, width }): Stage => ({
    kind: kind === 'max' ? 'max-pool' : 'average-pool',
    window: `${height} × ${width}`,
  }));
  const multiplies = batchNorm !== 'none' || layer.H !== 1 || spec.magnitude === 'mean';
  return [
    ...(pooling === 'before-norm' ? pools : []),
    { kind: 'affine', multiplies },
    ...(layer.relu ? [{ kind: 'relu' } as const] : []),
    ...(layer.pieces > 1 ? [{ kind: 'maxout', pieces: layer.pieces } as const] : []),
    ...(pooling === 'after-activation' ? pools : []),
  ];
}

/** Places of the maps that batch norm is given: fewer than the product makes where pooling comes first. */
function normedPlaces(layer: LayerShape, spec: ExperimentSpec): number {
  const pooled = spec.network.pooling === 'before-norm' ? layer.pools.at(-1)?.to : undefined;
  const { height, width } = pooled ?? layer.to;
  return height * width;
}

/**
 * Every so many cycles a processing element's affine has a sum to work on, in the mean: SF, more where
 * pooling comes before it.
 */
export const affineInterval = (layer: LayerShape, folded: Folded, spec: ExperimentSpec): number =>
  (folded.SF * folded.vectors) / normedPlaces(layer, spec);

/** Rows of padded maps that a convolution keeps at hand. */
export interface LineBuffer {
  /** The window's, and those that arrive meanwhile; 0 where a window is a single place. */
  readonly lines: number;
  /** Numbers in a line: its places, padded, and their channels. */
  readonly numbers: number;
}

export function lineBufferOf({ kind, kernel, stride, padding, from }: LayerShape): LineBuffer {
  const isPlace = kind === 'dense' || (kernel === 1 && stride === 1);
  return {
    lines: isPlace ? 0 : kernel + stride,
    numbers: (from.width + 2 * padding) * from.channels,
  };
}

/** Numbers that a layer takes in at once: SIMD, or a place's channels where a group is no part of one. */
export const intakeOf = ({ kind, from }: LayerShape, SIMD: number): number =>
  kind === 'conv' && from.channels % SIMD !== 0 ? from.channels : SIMD;

/** What joins a layer to the next one. */
export interface Link {
  /** Numbers a word, where the words leave the layer and where they enter the next one. */
  readonly from: number;
  readonly to: number;
  /** Numbers that the change of width holds; 0 where none is needed. */
  readonly held: number;
  /** Words (of the next layer's width) that wait at most, so that nothing stops for want of room. */
  readonly fifo: number;
}

export interface Schedule {
  /** Cycles between two examples: those of the slowest layer. */
  readonly interval: number;
  /** Cycles from an example in the input buffer to its last score, in an idle accelerator. */
  readonly latency: number;
  /** One fewer than layers. */
  readonly links: readonly Link[];
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Numbers that leave a layer at once: with maxout no more than it has units. */
const outletOf = ({ out }: LayerShape, { PE }: Folded): number => Math.min(PE, out.channels);

/** Examples followed: later ones meet what those before have left behind. */
const EXAMPLES = 3;

/**
 * When each place of each layer's maps is done, for examples that follow each other at the interval.
 * A product begins once all it reads is there and the product before it is done; a line is overwritten
 * once no window needs it; a sum that is pooled goes on with the last of its window.
 */
export function scheduleOf(
  layers: readonly LayerShape[],
  folded: readonly Folded[],
  examples = EXAMPLES,
): Schedule {
  const interval = Math.max(...folded.map(({ cycles }) => cycles));
  const first = at(layers, 0).from;
  // The time at which each place of what a layer reads arrives, examples one after another.
  let arrivals = new Float64Array(examples * first.height * first.width).map(
    (_, place) => interval * Math.floor(place / (first.height * first.width)),
  );
  const links: Link[] = [];
  layers.forEach((layer, l) => {
    const unit = at(folded, l);
    const done = finishTimes(layer, unit, arrivals);
    if (l > 0)
      links.push(linkOf(at(layers, l - 1), at(folded, l - 1), layer, unit, arrivals, done));
    arrivals = pooledTimes(layer, done);
  });
  return { interval, latency: arrivals[arrivals.length / examples - 1] ?? NaN, links };
}

/** Of each product of a layer, in the order of its places. */
function finishTimes(layer: LayerShape, unit: Folded, arrivals: Float64Array): Float64Array {
  const { from, to, kernel, stride, padding, kind } = layer;
  const places = from.height * from.width;
  const done = new Float64Array((arrivals.length / places) * unit.vectors);
  let now = 0;
  for (let v = 0; v < done.length; v++) {
    const example = Math.floor(v / unit.vectors);
    const place = v % unit.vectors;
    const y = Math.floor(place / to.width) * stride + kernel - 1 - padding;
    const x = (place % to.width) * stride + kernel - 1 - padding;
    // The last place of its window that is not padding; a dense layer reads all.
    const last =
      kind === 'dense'
        ? places - 1
        : Math.min(y, from.height - 1) * from.width + Math.min(x, from.width - 1);
    now = Math.max(now, at(arrivals, example * places + last)) + unit.cyclesAVector;
    done[v] = now;
  }
  return done;
}

/** When what is left of pooling (and of maxout, which waits for nothing else) goes on. */
function pooledTimes({ pools, to }: LayerShape, done: Float64Array): Float64Array<ArrayBuffer> {
  let times = new Float64Array(done);
  let from = to;
  const examples = done.length / (to.height * to.width);
  for (const pool of pools) {
    const places = pool.to.height * pool.to.width;
    const left = new Float64Array(examples * places);
    let latest = 0;
    for (let p = 0; p < left.length; p++) {
      const example = Math.floor(p / places);
      const place = p % places;
      const y = Math.floor(place / pool.to.width) * pool.stride + pool.height - 1;
      const x = (place % pool.to.width) * pool.stride + pool.width - 1;
      const last = Math.min(y, from.height - 1) * from.width + Math.min(x, from.width - 1);
      latest = Math.max(latest, at(times, example * from.height * from.width + last));
      left[p] = latest;
    }
    times = left;
    from = pool.to;
  }
  return times;
}

function linkOf(
  before: LayerShape,
  source: Folded,
  layer: LayerShape,
  unit: Folded,
  arrivals: Float64Array,
  done: Float64Array,
): Link {
  const from = outletOf(before, source);
  const to = intakeOf(layer, unit.SIMD);
  const waiting = mostWaiting(layer, unit, arrivals, done);
  return {
    from,
    to,
    held: from === to ? 0 : (from * to) / gcd(from, to),
    // A place is made of many words, which wait for each other while it is being made.
    fifo: Math.ceil((Math.max(1, waiting) * layer.from.channels) / to),
  };
}

/** Places that have arrived at a layer and find no room in its lines (or its vector) yet, at most. */
function mostWaiting(
  layer: LayerShape,
  unit: Folded,
  arrivals: Float64Array,
  done: Float64Array,
): number {
  const { from, to, stride, padding } = layer;
  const { lines } = lineBufferOf(layer);
  const places = from.height * from.width;
  const room = (place: number): number => {
    const example = Math.floor(place / places);
    // Without lines there is one vector, free for the next one once its product is done.
    const vector = layer.kind === 'dense' ? example : place;
    if (lines === 0) return vector === 0 ? 0 : at(done, vector - 1);
    const rows = from.height + 2 * padding;
    const row = Math.floor((place % places) / from.width) + padding;
    // The row that lay in this line before, counted through all examples, and the last window on it.
    const past = example * rows + row - lines;
    if (past < 0) return 0;
    const window = Math.min(Math.floor((past % rows) / stride), to.height - 1);
    return at(done, Math.floor(past / rows) * unit.vectors + (window + 1) * to.width - 1);
  };
  let [admitted, most, free] = [0, 0, 0];
  for (let arrived = 0; arrived < arrivals.length; arrived++) {
    const now = at(arrivals, arrived);
    while (admitted <= arrived) {
      free = Math.max(free, room(admitted));
      if (free > now) break;
      admitted++;
    }
    most = Math.max(most, arrived + 1 - admitted);
  }
  return most;
}

/** What an accelerator of a layer keeps besides its weights' bits. */
export interface Stores {
  /** Bits of an activation that enters, and whether it may be negative. */
  readonly signed: boolean;
  readonly accumulator: number;
  /** Bits of the vector that is replayed NF times. */
  readonly replay: number;
  readonly lines: number;
  /** Bits of a row of sums (or of activations) that wait for the rest of their window; 0 without pooling. */
  readonly pooling: number;
}

/** `bits`: of an activation. The first layer's inputs are signed, as is what no ReLU has cut. */
export function storesOf(
  layers: readonly LayerShape[],
  l: number,
  spec: ExperimentSpec,
  bits: number,
): Stores {
  const layer = at(layers, l);
  const signed = l === 0 || !at(layers, l - 1).relu;
  const accumulator = accumulatorBits(layer.I, bits, signed);
  const line = lineBufferOf(layer);
  const places = layer.pools.reduce((sum, { to }) => sum + to.width, 0);
  const isEarly = spec.network.pooling === 'before-norm';
  return {
    signed,
    accumulator,
    replay: layer.I * bits,
    lines: line.lines * line.numbers * bits,
    pooling: places * (isEarly ? layer.O * accumulator : layer.out.channels * bits),
  };
}
