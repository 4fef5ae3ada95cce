/**
 * The dispatches of an evaluation: larger batches than training's, and no way back. Its rule says with
 * which weights, and what of the outputs is scored.
 */
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

/** Signs of every layer's stored weights into `signs`. */
export const signsOf = (
  builder: Builder,
  network: Network,
  signs: readonly GPUBuffer[],
): Promise<Dispatch[]> =>
  Promise.all(network.layers.map((layer, l) => binarise(builder, layer, false, at(signs, l))));

export interface ForwardOptions {
  readonly B: number;
  readonly weights: EvaluationWeights;
  readonly signs: readonly GPUBuffer[];
  readonly stats: readonly GPUBuffer[];
  readonly partials: GPUBuffer;
  readonly statistics: Statistics;
  /** Where what was made in a turn lies; turn 0 is the input. It must differ from turn to turn. */
  readonly valuesAt: (turn: number) => Activation;
}

/** All layers without a way back; the turn of each layer's last output, and of the network's. */
export async function forwardPass(
  builder: Builder,
  network: Network,
  { B, weights, signs, stats, partials, statistics, valuesAt }: ForwardOptions,
): Promise<{
  readonly dispatches: readonly Dispatch[];
  readonly outputs: readonly number[];
  readonly turn: number;
}> {
  let turn = 0;
  const outputs: number[] = [];
  const parts = network.layers.flatMap((layer, l) => {
    const product = productsOf(layer).forward(builder, layer, {
      B,
      H: weights === 'binary' ? layer.shape.H : null,
      bits: at(signs, l),
      x: valuesAt(turn),
      z: valuesAt(turn + 1).buffer,
    });
    turn += 1;
    const after = followingOf(layer.shape, network.spec.network.pooling).map((following) => {
      const part = followingForward(
        builder,
        layer,
        { B, stats: at(stats, l), partials, keep: 1 },
        {
          following,
          last: true,
          statistics,
          input: valuesAt(turn).buffer,
          output: valuesAt(turn + 1).buffer,
          picks: null,
        },
      );
      turn += 1;
      return part;
    });
    outputs.push(turn);
    return [product, ...after];
  });
  const dispatches = await Promise.all(parts);
  return { dispatches: dispatches.flat(), outputs, turn };
}

/** Outputs [B, C] of a batch of a split, and where what is made of them goes. */
export interface Combining {
  readonly split: 'validation' | 'test';
  readonly B: number;
  readonly outputs: GPUBuffer;
  readonly into: GPUBuffer;
}

/** What an evaluation measures. */
export interface EvaluationRule {
  /** `binary` reads the bits that `prepare` writes. */
  readonly weights: EvaluationWeights;
  /** Once: the bits that the forward passes read, into `signs`. */
  readonly prepare: (signs: readonly GPUBuffer[]) => Promise<Dispatch[]>;
  /** Makes of outputs what is scored; null where that is the outputs themselves. */
  readonly combine: ((request: Combining) => Promise<Dispatch>) | null;
  /** False where outputs are only combined this time. */
  readonly scored: boolean;
}

/** One kind of weights, as they are. */
export const plainRule = (
  builder: Builder,
  network: Network,
  weights: EvaluationWeights,
): EvaluationRule => ({
  weights,
  prepare: (signs) =>
    weights === 'binary' ? signsOf(builder, network, signs) : Promise.resolve([]),
  combine: null,
  scored: true,
});

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
  rule: EvaluationRule,
  recalibrationBatches: number,
): Promise<EvaluationProgram> {
  const { data, spec } = network;
  const { batch: B, values } = buffers;
  const { weights } = rule;
  const valuesAt = (turn: number) => at(values, turn % 2);

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

  const forward = (statistics: Statistics) =>
    forwardPass(builder, network, { ...buffers, B, weights, statistics, valuesAt });

  const [prepare, collected, frozen, train, validation, test] = await Promise.all([
    rule.prepare(buffers.signs),
    forward({ of: 'batch-collected', share: 1 / recalibrationBatches }),
    forward({ of: 'collected' }),
    fetch(data.train),
    fetch(data.validation),
    fetch(data.test),
  ]);
  const outputs = valuesAt(frozen.turn).buffer;
  const other = valuesAt(frozen.turn + 1).buffer;
  const scored = (a: GPUBuffer, unused: GPUBuffer) =>
    loss(builder, {
      B,
      C: data.classes,
      loss: spec.loss,
      training: false,
      a,
      y: buffers.y,
      // Not written outside training; any buffer that is not bound otherwise does.
      g: unused,
      metrics: buffers.metrics,
      stride: METRICS_HEAD,
    });
  const score = async (split: 'validation' | 'test'): Promise<Dispatch[]> => {
    if (rule.combine === null) return [await scored(outputs, other)];
    const combined = await rule.combine({ split, B, outputs, into: other });
    return rule.scored ? [combined, await scored(other, outputs)] : [combined];
  };
  const [scoreValidation, scoreTest] = await Promise.all([score('validation'), score('test')]);
  return {
    prepare,
    recalibrate: [...train, ...collected.dispatches],
    validation: [...validation, ...frozen.dispatches, ...scoreValidation],
    test: [...test, ...frozen.dispatches, ...scoreTest],
  };
}
