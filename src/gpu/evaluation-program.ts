/**
 * The dispatches of an evaluation: larger batches than training's, and no way back. Its rule says with
 * which weights, and what of the outputs is scored.
 */
import { at } from '../experiment/at.ts';
import type { Activation, Arena } from './buffers.ts';
import type { DeviceSplit } from './device-data.ts';
import type { Dispatch } from './kernel.ts';
import {
  type Drawing,
  type EvaluationWeights,
  extentOf,
  type LearningNetwork,
} from './learning/learning.ts';
import { METRICS_HEAD } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { gather } from './ops/gather.ts';
import type { Statistics } from './ops/normalise.ts';

export { EVALUATION_WEIGHTS, type EvaluationWeights } from './learning/learning.ts';

export interface EvaluationBuffers {
  readonly batch: number;
  readonly y: GPUBuffer;
  /** Every operation reads one of the two and writes the other. */
  readonly values: readonly [Activation, Activation];
  /** Signs of each layer's stored weights (in mode stochastic wBits hold a sample). */
  readonly signs: readonly GPUBuffer[];
  /** [2, O] of each layer: collected means and variances. */
  readonly stats: readonly GPUBuffer[];
  readonly scratch: readonly GPUBuffer[];
  /** A row of METRICS_HEAD words a scored batch. */
  readonly metrics: GPUBuffer;
}

export function createEvaluationBuffers(
  arena: Arena,
  network: LearningNetwork,
  batch: number,
  scoredBatches: number,
): EvaluationBuffers {
  const { numbers, channels } = extentOf(network.asked.maps());
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
    scratch: network.asked.scratch(arena, 'evaluation', batch),
    metrics: arena.storage('evaluation.metrics', scoredBatches * METRICS_HEAD),
  };
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
  /** Where units are drawn by their moments; see weight-rules/moments.ts. */
  readonly drawing: Drawing | null;
  /** Once: the bits that the forward passes read, into `signs`. */
  readonly prepare: (signs: readonly GPUBuffer[]) => Promise<Dispatch[]>;
  /** Makes of outputs what is scored; null where that is the outputs themselves. */
  readonly combine: ((request: Combining) => Promise<Dispatch>) | null;
  /** False where outputs are only combined this time. */
  readonly scored: boolean;
}

/** One kind of weights, as they are. */
export const plainRule = (
  network: LearningNetwork,
  weights: EvaluationWeights,
  drawing: Drawing | null = null,
): EvaluationRule => ({
  weights,
  drawing,
  prepare: (signs) => network.asked.prepare(weights, signs),
  combine: null,
  scored: true,
});

export interface EvaluationProgram {
  /** Once: what the forward passes read. */
  readonly prepare: readonly Dispatch[];
  /** Each batch of training examples: collect its batch-norm statistics. Empty where there are none. */
  readonly recalibrate: readonly Dispatch[];
  /** Each batch of validation and test examples: loss and mistakes into its metrics row. */
  readonly validation: readonly Dispatch[];
  readonly test: readonly Dispatch[];
  /** Where the scores [B, classes] of a batch lie behind its dispatches, unless outputs are combined. */
  readonly outputs: GPUBuffer;
}

export async function evaluationProgram(
  builder: Builder,
  network: LearningNetwork,
  buffers: EvaluationBuffers,
  rule: EvaluationRule,
  recalibrationBatches: number,
): Promise<EvaluationProgram> {
  const { data, asked } = network;
  const { batch: B, values } = buffers;
  const { weights, drawing } = rule;
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
    asked.forward({ ...buffers, B, weights, drawing, statistics, valuesAt });

  const [prepare, collected, frozen, train, validation, test] = await Promise.all([
    rule.prepare(buffers.signs),
    recalibrationBatches === 0
      ? null
      : forward({ of: 'batch-collected', share: 1 / recalibrationBatches }),
    forward({ of: 'collected' }),
    fetch(data.train),
    fetch(data.validation),
    fetch(data.test),
  ]);
  const outputs = valuesAt(frozen.turn).buffer;
  const other = valuesAt(frozen.turn + 1).buffer;
  const scored = (scores: GPUBuffer, spare: GPUBuffer) =>
    asked.score({ B, scores, y: buffers.y, spare, metrics: buffers.metrics });
  const score = async (split: 'validation' | 'test'): Promise<Dispatch[]> => {
    if (rule.combine === null) return [await scored(outputs, other)];
    const combined = await rule.combine({ split, B, outputs, into: other });
    return rule.scored ? [combined, await scored(other, outputs)] : [combined];
  };
  const [scoreValidation, scoreTest] = await Promise.all([score('validation'), score('test')]);
  return {
    prepare,
    recalibrate: collected === null ? [] : [...train, ...collected.dispatches],
    validation: [...validation, ...frozen.dispatches, ...scoreValidation],
    test: [...test, ...frozen.dispatches, ...scoreTest],
    outputs,
  };
}
