/**
 * A companion (Lee et al. 2015, deeply supervised nets): a linear classifier of what a hidden layer
 * makes before ReLU, with a squared hinge loss of its own whose gradient goes on into the layer. There
 * in training only, and real in every mode.
 */
import { biasScaleOf, type LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Activation, Arena } from '../buffers.ts';
import type { Dispatch } from '../kernel.ts';
import type { Builder } from '../ops/builder.ts';
import { loss } from '../ops/loss.ts';
import { normalise, normaliseBackward, type NormaliseShape } from '../ops/normalise.ts';
import { update } from '../ops/weights.ts';
import { momentsOf, optimizerConstants } from '../optimizers/rates.ts';
import { denseProducts } from './dense.ts';
import { createLayer, type LayerParameters } from './parameters.ts';

export interface Companion {
  readonly layer: LayerParameters;
  /** [B, classes]: products, scores, and the gradient at either. */
  readonly z: GPUBuffer;
  readonly scores: GPUBuffer;
  readonly gradient: Activation;
  /** What kernels write that nobody reads: its loss, its flips. */
  readonly spare: GPUBuffer;
}

/** `index`: its place in the random streams, behind the network's layers. */
export function createCompanion(
  arena: Arena,
  spec: ExperimentSpec,
  shape: LayerShape,
  index: number,
): Companion {
  const { name, O } = shape;
  const momentsPerWeight = momentsOf(spec.optimizer);
  return {
    layer: createLayer(arena, shape, index, { momentsPerWeight, norm: 'none', keep: 1 }),
    z: arena.storage(`${name}.z`, spec.batch * O),
    scores: arena.storage(`${name}.scores`, spec.batch * O),
    gradient: arena.activation(`${name}.gradient`, spec.batch * O, O),
    spare: arena.storage(`${name}.spare`, 4),
  };
}

export interface CompanionPass {
  readonly y: GPUBuffer;
  /** What it classifies, [B, from]. */
  readonly x: Activation;
  /** Where the gradient at that goes. */
  readonly dx: GPUBuffer;
  readonly dwb: GPUBuffer;
  readonly scratch: GPUBuffer;
}

/** Forward, its loss, back, and its update. */
export async function companionPass(
  builder: Builder,
  spec: ExperimentSpec,
  { layer, z, scores, gradient, spare }: Companion,
  { y, x, dx, dwb, scratch }: CompanionPass,
): Promise<Dispatch[]> {
  const B = spec.batch;
  const { shape } = layer;
  const optimizer = optimizerConstants(spec.optimizer, true);
  const bias: NormaliseShape = {
    ...{ label: `${shape.name}.bias`, B, places: 1, O: shape.O },
    ...{ relu: false, keep: 1, site: 0 },
    ...{ z, affine: layer.affine, stats: spare, partials: spare },
    norm: 'none',
  };
  const parts = await Promise.all([
    denseProducts.forward(builder, layer, {
      ...{ B, training: true, H: null, bits: layer.wBits, x, z },
    }),
    normalise(builder, bias, { of: 'batch' }, scores),
    Promise.all([
      loss(builder, {
        ...{ B, C: shape.O, loss: 'hinge-sum', training: true },
        ...{ a: scores, y, g: gradient.buffer, metrics: spare, stride: 0 },
      }),
    ]),
    normaliseBackward(builder, bias, optimizer, biasScaleOf(spec, shape), gradient.buffer),
    denseProducts.backward(builder, layer, {
      ...{ B, H: null, x, dz: gradient, dx, dwb, scratch },
    }),
    update(builder, layer, {
      ...{ dwb, scale: shape.rate, decay: spec.weightDecay ?? 0, clip: false, stochastic: false },
      ...{ optimizer, metrics: spare, stride: 0, signFlips: 2, sampleFlips: 3, longest: null },
    }),
  ]);
  return parts.flat();
}
