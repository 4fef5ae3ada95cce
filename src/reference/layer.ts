/**
 * One layer, forward and back: z = x wb, dense or convolution, then in order
 *   before-norm:       pooling -> batch norm -> activation
 *   after-activation:  batch norm -> activation -> pooling
 * with ReLU or maxout in hidden layers, and pooling behind convolutions only. Batch norm's statistics of
 * a convolution are each channel's, over all examples and places of the maps it is given.
 */
import { at } from '../experiment/at.ts';
import { sizeOf } from '../experiment/datasets.ts';
import { type LayerShape, maxoutOf, type PoolShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import {
  type Affine,
  normBackward,
  normForward,
  type Normalised,
  type Statistics,
  statisticsOf,
} from './batch-norm.ts';
import { convBackwardInput, convBackwardWeights, convForward } from './conv.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from './dense.ts';
import { maskedBackwardInput, maskedBackwardWeights, maskedForward } from './drop-connect.ts';
import { el, type Floats } from './floats.ts';
import { poolBackward, poolForward } from './pool.ts';
import { quantised, type SignalLevels } from './quantise.ts';
import { reluBackward, reluForward } from './relu-dropout.ts';

/** A layer as the forward pass needs it. */
export interface PassLayer extends Affine {
  readonly shape: LayerShape;
  /** [I, O]: the weights that propagate. */
  readonly wb: Floats;
  /** [B, I, ceil(O / 32)] words, a bit a weight that an example sees; absent: it sees all. */
  readonly mask?: Uint32Array;
  /** Levels that what it hands on is brought to; absent: it stays as it is. Gradients pass straight through. */
  readonly signal?: SignalLevels | undefined;
}

export interface LayerGradients {
  /** [I, O]: the gradient at the propagated weights. */
  readonly dwb: Floats;
  readonly dgamma: Floats;
  readonly dbeta: Floats;
}

/** What the backward pass needs of a layer's forward pass. */
export interface LayerTrace {
  /** [B, from] */
  readonly x: Floats;
  /** What each of the layer's poolings was given. */
  readonly unpooled: readonly Floats[];
  readonly normalised: Normalised;
}

type Network = ExperimentSpec['network'];

/** How many examples x [B, from] holds. */
const examplesIn = (x: Floats, { from }: LayerShape): number => x.length / sizeOf(from);

/** z [B, to] */
function product({ shape, wb, mask }: PassLayer, x: Floats, B: number): Floats {
  const { kind, I, O } = shape;
  if (kind === 'conv') return convForward(x, wb, shape);
  const size = { B, I, O };
  return mask === undefined ? denseForward(x, wb, size) : maskedForward(x, wb, mask, size);
}

/** out [B, out] of x [B, from], normalised by `statistics`, or by x's own where null. */
export function layerForward(
  { pooling, batchNorm }: Network,
  layer: PassLayer,
  x: Floats,
  statistics: Statistics | null,
): { readonly out: Floats; readonly trace: LayerTrace } {
  const { shape } = layer;
  const { O, relu, pools } = shape;
  const B = examplesIn(x, shape);
  const maxout = maxoutOf(shape, pooling);

  let flowing = product(layer, x, B);
  let unpooled: Floats[] = [];
  const pool = () => {
    ({ out: flowing, unpooled } = poolsForward(pools, flowing));
  };
  if (pooling === 'before-norm') pool();
  const own = statistics ?? statisticsOf(flowing, flowing.length / O, O);
  const normalised = normForward(batchNorm, flowing, layer, own);
  flowing = relu ? reluForward(normalised.y) : normalised.y;
  if (maxout !== null) flowing = poolForward(maxout, flowing);
  if (pooling === 'after-activation') pool();
  if (layer.signal !== undefined) flowing = quantised(flowing, layer.signal);
  return { out: flowing, trace: { x, unpooled, normalised } };
}

/** From dOut [B, out] to the layer's gradients and dx [B, from]; `first`: the data need no gradient. */
export function layerBackward(
  { pooling, batchNorm }: Network,
  layer: PassLayer,
  { x, unpooled, normalised }: LayerTrace,
  dOut: Floats,
  first: boolean,
  /** Gradient at what ReLU is given, of another that reads it. */
  added: Floats | null = null,
): { readonly gradients: LayerGradients; readonly dx: Floats | null } {
  const { shape, wb, mask } = layer;
  const { kind, I, O, relu, pools } = shape;
  const B = examplesIn(x, shape);
  const maxout = maxoutOf(shape, pooling);

  let d = dOut;
  if (pooling === 'after-activation') d = poolsBackward(pools, unpooled, d);
  if (maxout !== null) d = poolBackward(maxout, normalised.y, d);
  if (relu) d = reluBackward(normalised.y, d);
  if (added !== null) d = d.map((value, e) => value + el(added, e));
  const { dz: dNorm, dgamma, dbeta } = normBackward(batchNorm, d, normalised, layer);
  const dz = pooling === 'before-norm' ? poolsBackward(pools, unpooled, dNorm) : dNorm;
  if (kind === 'conv') {
    const dwb = convBackwardWeights(x, dz, shape);
    const dx = first ? null : convBackwardInput(dz, wb, shape);
    return { gradients: { dwb, dgamma, dbeta }, dx };
  }
  const size = { B, I, O };
  if (mask !== undefined) {
    const dwb = maskedBackwardWeights(x, dz, mask, size);
    const dx = first ? null : maskedBackwardInput(dz, wb, mask, size);
    return { gradients: { dwb, dgamma, dbeta }, dx };
  }
  const dwb = denseBackwardWeights(x, dz, size);
  const dx = first ? null : denseBackwardInput(dz, wb, size);
  return { gradients: { dwb, dgamma, dbeta }, dx };
}

function poolsForward(
  pools: readonly PoolShape[],
  x: Floats,
): { readonly out: Floats; readonly unpooled: Floats[] } {
  const unpooled: Floats[] = [];
  let out = x;
  for (const pool of pools) {
    unpooled.push(out);
    out = poolForward(pool, out);
  }
  return { out, unpooled };
}

function poolsBackward(
  pools: readonly PoolShape[],
  unpooled: readonly Floats[],
  dOut: Floats,
): Floats {
  return pools.reduceRight((d, pool, k) => poolBackward(pool, at(unpooled, k), d), dOut);
}
