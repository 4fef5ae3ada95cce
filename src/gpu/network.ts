/**
 * From a spec to a network on the device: its parameters, and the fixed lists of dispatches of one
 * training step and of one evaluation.
 */
import { at } from '../experiment/at.ts';
import { layerShapes, lrScaleOf } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Arena } from './buffers.ts';
import type { DeviceData, DeviceSplit } from './device-data.ts';
import type { Dispatch } from './kernel.ts';
import { denseBackward, denseForward } from './layers/dense.ts';
import { createDense, type DenseParameters } from './layers/parameters.ts';
import type { Builder } from './ops/builder.ts';
import { gather } from './ops/gather.ts';
import { loss } from './ops/loss.ts';
import type { Statistics } from './ops/normalise.ts';
import { binarise } from './ops/weights.ts';
import { momentsOf, optimizerConstants } from './optimizers/rates.ts';

/** Weights an evaluation is made with: the signs of w, or w itself. */
export const EVALUATION_WEIGHTS = ['binary', 'real'] as const;
export type EvaluationWeights = (typeof EVALUATION_WEIGHTS)[number];

/** Words of a metrics row before the flips: loss (bits of a float), mistakes. */
export const METRICS_HEAD = 2;
/** Words of a training step's metrics row: then sign flips and sample flips of each layer. */
export const metricsStride = (layers: number): number => METRICS_HEAD + 2 * layers;

interface Activations {
  readonly z: GPUBuffer;
  readonly a: GPUBuffer;
  /** Gradient at a, then at z. */
  readonly g: GPUBuffer;
  /** [2, O]: mean and 1 / s of the batch. */
  readonly stats: GPUBuffer;
}

/** All device state of a network, and what its programs are built from. */
export interface Network {
  readonly spec: ExperimentSpec;
  readonly data: DeviceData;
  readonly layers: readonly DenseParameters[];
  /** Metrics of the training steps of one submit, a row each. */
  readonly metrics: GPUBuffer;
  readonly stride: number;
  /** Shuffled order of the training examples. */
  readonly order: GPUBuffer;
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly activations: readonly Activations[];
  /** Gradient at the binarised weights of the layer at hand. */
  readonly dwb: GPUBuffer;
}

export function createNetwork(
  arena: Arena,
  spec: ExperimentSpec,
  data: DeviceData,
  metricsRows: number,
): Network {
  const shapes = layerShapes(spec, data);
  const B = spec.batch;
  const layers = shapes.map((shape, index) =>
    createDense(arena, shape, index, {
      momentsPerWeight: momentsOf(spec.optimizer),
      norm: spec.network.batchNorm,
      keep: shape.hidden ? 1 - spec.network.dropout.hidden : 1,
    }),
  );
  const stride = metricsStride(layers.length);
  return {
    spec,
    data,
    layers,
    stride,
    metrics: arena.storage('metrics', metricsRows * stride),
    order: arena.storage('data.order', data.train.count),
    x: arena.storage('x', B * data.inputs),
    y: arena.storage('y', B),
    activations: shapes.map(({ name, O }) => ({
      z: arena.storage(`${name}.z`, B * O),
      a: arena.storage(`${name}.a`, B * O),
      g: arena.storage(`${name}.g`, B * O),
      stats: arena.storage(`${name}.stats`, 2 * O),
    })),
    dwb: arena.storage('dwb', Math.max(...shapes.map(({ I, O }) => I * O))),
  };
}

/** The dispatches of one training step in a mode, first to last. */
export async function trainingProgram(
  builder: Builder,
  network: Network,
  mode: Mode,
): Promise<Dispatch[]> {
  const { spec, data, layers, activations, stride, metrics } = network;
  const B = spec.batch;
  const binary = mode !== 'none';
  const inputOf = (l: number) => (l === 0 ? network.x : at(activations, l - 1).a);
  const propagated = (layer: DenseParameters) => (binary ? layer.shape.H : null);

  const fetch = gather(builder, {
    label: 'x',
    B,
    I: data.inputs,
    split: data.train,
    mean: data.mean,
    order: network.order,
    shuffled: true,
    keep: 1 - spec.network.dropout.input,
    x: network.x,
    y: network.y,
    metrics,
    clear: stride,
  });
  const forward = layers.map((layer, l) =>
    denseForward(builder, layer, {
      ...at(activations, l),
      B,
      H: propagated(layer),
      bits: layer.wBits,
      statistics: { of: 'batch' },
      keep: layer.keep,
      x: inputOf(l),
    }),
  );
  const last = at(activations, layers.length - 1);
  const score = loss(builder, {
    B,
    C: data.classes,
    loss: spec.loss,
    training: true,
    a: last.a,
    y: network.y,
    g: last.g,
    metrics,
    stride,
  });
  const backward = layers.map((layer, l) =>
    denseBackward(builder, layer, {
      ...at(activations, l),
      B,
      H: propagated(layer),
      x: inputOf(l),
      dx: l === 0 ? null : at(activations, l - 1).g,
      update: {
        dwb: network.dwb,
        scale: lrScaleOf(spec, mode, layer.shape),
        clip: binary,
        stochastic: mode === 'stochastic',
        optimizer: optimizerConstants(spec.optimizer),
        metrics,
        stride,
        signFlips: METRICS_HEAD + l,
        sampleFlips: METRICS_HEAD + layers.length + l,
      },
    }),
  );
  const parts = await Promise.all([fetch, ...forward, score, ...backward.reverse()]);
  return parts.flat();
}

/** Buffers of an evaluation: larger batches than training's, and no gradients. */
export interface EvaluationBuffers {
  readonly batch: number;
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly z: GPUBuffer;
  readonly a: readonly [GPUBuffer, GPUBuffer];
  /** Signs of each layer's stored weights (in mode stochastic wBits hold a sample). */
  readonly signs: readonly GPUBuffer[];
  /** [2, O] of each layer: collected means and variances. */
  readonly stats: readonly GPUBuffer[];
  /** A row of METRICS_HEAD words a scored batch. */
  readonly metrics: GPUBuffer;
}

export function createEvaluationBuffers(
  arena: Arena,
  network: Network,
  batch: number,
  scoredBatches: number,
): EvaluationBuffers {
  const widest = batch * Math.max(...network.layers.map(({ shape }) => shape.O));
  return {
    batch,
    x: arena.storage('evaluation.x', batch * network.data.inputs),
    y: arena.storage('evaluation.y', batch),
    z: arena.storage('evaluation.z', widest),
    a: [arena.storage('evaluation.a0', widest), arena.storage('evaluation.a1', widest)],
    signs: network.layers.map(({ shape, words }) =>
      arena.storage(`${shape.name}.signs`, shape.I * words),
    ),
    stats: network.layers.map(({ shape }) => arena.storage(`${shape.name}.collected`, 2 * shape.O)),
    metrics: arena.storage('evaluation.metrics', scoredBatches * METRICS_HEAD),
  };
}

/** An evaluation with one kind of weights, as dispatches. */
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
  const B = buffers.batch;

  const fetch = (split: DeviceSplit) =>
    gather(builder, {
      label: 'evaluation.x',
      B,
      I: data.inputs,
      split,
      mean: data.mean,
      order: network.order,
      shuffled: false,
      keep: 1,
      x: buffers.x,
      y: buffers.y,
      metrics: buffers.metrics,
      clear: 0,
    });
  const forward = async (statistics: Statistics) => {
    const passes = await Promise.all(
      layers.map((layer, l) =>
        denseForward(builder, layer, {
          B,
          H: weights === 'binary' ? layer.shape.H : null,
          bits: at(buffers.signs, l),
          statistics,
          keep: 1,
          x: l === 0 ? buffers.x : buffers.a[(l - 1) % 2 === 0 ? 0 : 1],
          z: buffers.z,
          stats: at(buffers.stats, l),
          a: buffers.a[l % 2 === 0 ? 0 : 1],
        }),
      ),
    );
    return passes.flat();
  };
  const score = loss(builder, {
    B,
    C: data.classes,
    loss: spec.loss,
    training: false,
    a: buffers.a[(layers.length - 1) % 2 === 0 ? 0 : 1],
    y: buffers.y,
    // Not written outside training; any buffer that is not bound otherwise does.
    g: buffers.z,
    metrics: buffers.metrics,
    stride: METRICS_HEAD,
  });

  const [signs, collected, frozen, train, validation, test, scored] = await Promise.all([
    Promise.all(layers.map((layer, l) => binarise(builder, layer, false, at(buffers.signs, l)))),
    forward({ of: 'batch-collected', share: 1 / recalibrationBatches }),
    forward({ of: 'collected' }),
    fetch(data.train),
    fetch(data.validation),
    fetch(data.test),
    score,
  ]);
  return {
    prepare: weights === 'binary' ? signs : [],
    recalibrate: [...train, ...collected],
    validation: [...validation, ...frozen, scored],
    test: [...test, ...frozen, scored],
  };
}
