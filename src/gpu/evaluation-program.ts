/** The dispatches of an evaluation with one kind of weights: larger batches than training's, and no way back. */
import { at } from '../experiment/at.ts';
import type { Activation, Arena } from './buffers.ts';
import type { DeviceSplit } from './device-data.ts';
import type { Dispatch } from './kernel.ts';
import { followingForward, followingOf } from './layers/after.ts';
import { productsOf } from './layers/kinds.ts';
import { extents, METRICS_HEAD, type Network } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { gather } from './ops/gather.ts';
import { loss } from './ops/loss.ts';
import { partialsWords, type Statistics } from './ops/normalise.ts';
import { binarise } from './ops/weights.ts';

/** Weights an evaluation is made with: the signs of w, or w itself. */
export const EVALUATION_WEIGHTS = ['binary', 'real'] as const;
export type EvaluationWeights = (typeof EVALUATION_WEIGHTS)[number];

export interface EvaluationBuffers {
  readonly batch: number;
  readonly y: GPUBuffer;
  /** Every operation reads one of the two and writes the other. */
  readonly values: readonly [Activation, Activation];
  /** Signs of each layer's stored weights (in mode stochastic wBits hold a sample). */
  readonly signs: readonly GPUBuffer[];
  /** [2, O] of each layer: collected means and variances. */
  readonly stats: readonly GPUBuffer[];
  readonly partials: GPUBuffer;
  /** A row of METRICS_HEAD words a scored batch. */
  readonly metrics: GPUBuffer;
}

export function createEvaluationBuffers(
  arena: Arena,
  network: Network,
  batch: number,
  scoredBatches: number,
): EvaluationBuffers {
  const { numbers, channels } = extents(network.layers, network.spec);
  return {
    batch,
    y: arena.storage('evaluation.y', batch),
    values: [
      arena.activation('evaluation.values0', batch * numbers, channels),
      arena.activation('evaluation.values1', batch * numbers, channels),
    ],
    signs: network.layers.map(({ shape, words }) =>
      arena.storage(`${shape.name}.signs`, shape.I * words),
    ),
    stats: network.layers.map(({ shape }) => arena.storage(`${shape.name}.collected`, 2 * shape.O)),
    partials: arena.storage('evaluation.partials', partialsWords(channels)),
    metrics: arena.storage('evaluation.metrics', scoredBatches * METRICS_HEAD),
  };
}

export interface EvaluationProgram {
  /** Once: what the forward passes read. */
  readonly prepare: readonly Dispatch[];
  /** Each batch of training examples: collect its batch-norm statistics. */
  readonly recalibrate: readonly Dispatch[];
  /** Each batch of validation and test examples: loss and mistakes into its metrics row. */
  readonly validation: readonly Dispatch[];
  readonly test: readonly Dispatch[];
}

export async function evaluationProgram(
  builder: Builder,
  network: Network,
  buffers: EvaluationBuffers,
  weights: EvaluationWeights,
  recalibrationBatches: number,
): Promise<EvaluationProgram> {
  const { data, layers, spec } = network;
  const { batch: B, values } = buffers;

  const fetch = (split: DeviceSplit) =>
    gather(builder, {
      label: 'evaluation.x',
      B,
      data,
      split,
      augmentation: null,
      order: network.order,
      shuffled: false,
      keep: 1,
      x: values[0].buffer,
      y: buffers.y,
      metrics: buffers.metrics,
      clear: 0,
    });

  /** All layers, and whose turn it is to hold the outputs. */
  const forward = async (statistics: Statistics) => {
    let turn = 0;
    const parts = layers.flatMap((layer, l) => {
      const product = productsOf(layer).forward(builder, layer, {
        B,
        H: weights === 'binary' ? layer.shape.H : null,
        bits: at(buffers.signs, l),
        x: at(values, turn % 2),
        z: at(values, (turn + 1) % 2).buffer,
      });
      turn += 1;
      const after = followingOf(layer.shape, spec.network.pooling).map((following) => {
        const part = followingForward(
          builder,
          layer,
          { B, stats: at(buffers.stats, l), partials: buffers.partials, keep: 1 },
          {
            following,
            last: true,
            statistics,
            input: at(values, turn % 2).buffer,
            output: at(values, (turn + 1) % 2).buffer,
            picks: null,
          },
        );
        turn += 1;
        return part;
      });
      return [product, ...after];
    });
    const dispatches = await Promise.all(parts);
    return { dispatches: dispatches.flat(), turn };
  };

  const [signs, collected, frozen, train, validation, test] = await Promise.all([
    Promise.all(layers.map((layer, l) => binarise(builder, layer, false, at(buffers.signs, l)))),
    forward({ of: 'batch-collected', share: 1 / recalibrationBatches }),
    forward({ of: 'collected' }),
    fetch(data.train),
    fetch(data.validation),
    fetch(data.test),
  ]);
  const scored = await loss(builder, {
    B,
    C: data.classes,
    loss: spec.loss,
    training: false,
    a: at(values, frozen.turn % 2).buffer,
    y: buffers.y,
    // Not written outside training; any buffer that is not bound otherwise does.
    g: at(values, (frozen.turn + 1) % 2).buffer,
    metrics: buffers.metrics,
    stride: METRICS_HEAD,
  });
  return {
    prepare: weights === 'binary' ? signs : [],
    recalibrate: [...train, ...collected.dispatches],
    validation: [...validation, ...frozen.dispatches, scored],
    test: [...test, ...frozen.dispatches, scored],
  };
}
