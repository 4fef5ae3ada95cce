/**
 * How a network learns and is asked: all that trainer, evaluations, probes and looks need of it. A
 * rule of learning is one file beside this one; rules.ts finds a spec's.
 */
import { type Maps, sizeOf } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../../experiment/spec.ts';
import type { Activation, Arena } from '../buffers.ts';
import type { DeviceData } from '../device-data.ts';
import type { Dispatch } from '../kernel.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Builder } from '../ops/builder.ts';
import type { MomentsBuffers } from '../ops/moments.ts';
import type { Statistics } from '../ops/normalise.ts';
import type { StateBuffer } from '../state.ts';

/** Weights an evaluation is made with: the signs of w, or w itself. */
export const EVALUATION_WEIGHTS = ['binary', 'real'] as const;
export type EvaluationWeights = (typeof EVALUATION_WEIGHTS)[number];

/** A network on the device, and what it can be made to do. */
export interface LearningNetwork {
  readonly spec: ExperimentSpec;
  readonly data: DeviceData;
  readonly layers: readonly LayerParameters[];
  /** Metrics of the training steps of one submit, a row of `stride` words each. */
  readonly metrics: GPUBuffer;
  readonly stride: number;
  /** Shuffled order of the training examples. */
  readonly order: GPUBuffer;
  readonly asked: Asked;

  /** All that a step leaves for the next one: what a checkpoint keeps. */
  readonly state: readonly StateBuffer[];
  /** Weights of step 0, drawn by the step's seed. */
  fresh(): Promise<Dispatch[]>;
  /** Bits of the next step's weights, before the first step and behind a change of mode. */
  bits(mode: Mode): Promise<Dispatch[]>;
  /** What a change of mode does to what is stored. */
  switched(from: Mode, to: Mode): Promise<Switched>;
  /** One training step, first to last. */
  training(mode: Mode): Promise<Dispatch[]>;
  /** How a layer's stored weights are counted. */
  counted(shape: LayerShape, mode: Mode): Counted;
}

export interface Switched {
  readonly dispatches: readonly Dispatch[];
  /** The optimiser's moments of the weights are zero from here on. */
  readonly clearsMoments: boolean;
}

export interface Counted {
  /** The histogram goes over the layer's own largest |w|, not over H. */
  readonly ownRange: boolean;
  /** Weights with |w| >= 0.999 H are saturated. */
  readonly H: number;
}

/** The network without a way back: for evaluations and looks. */
export interface Asked {
  /** Batch norm's statistics are measured, for the weights at hand, before anything is scored. */
  readonly measures: boolean;
  /** Scores are logarithms of probabilities but for a constant: softmax of them is what an ensemble averages. */
  readonly softmax: boolean;
  /** What passes over B examples write in between. */
  scratch(arena: Arena, label: string, B: number): readonly GPUBuffer[];
  /** Signs of every layer's stored weights into `bits`. */
  signs(bits: readonly GPUBuffer[]): Promise<Dispatch[]>;
  /** The binary weights of one net of an ensemble into `bits`, drawn for the step's number; `mode` is the run's. */
  sample(bits: readonly GPUBuffer[], mode: Mode): Promise<Dispatch[]>;
  forward(options: ForwardOptions): Promise<ForwardPass>;
  /** Sums of losses and mistakes of the examples that count, into the metrics row of the step's slot. */
  score(request: ScoreRequest): Promise<Dispatch>;
  /** What passes make one after another of an example: in turn 0 the input itself. */
  maps(): readonly Maps[];
}

/** See weight-rules/moments.ts. */
export interface Drawing {
  /** Draws a unit. */
  readonly samples: number;
  readonly buffers: MomentsBuffers;
}

export interface ForwardOptions {
  readonly B: number;
  readonly weights: EvaluationWeights;
  /** Units whose weights drop out in training are drawn by their moments; absent or null: their mean weights. */
  readonly drawing?: Drawing | null;
  readonly signs: readonly GPUBuffer[];
  readonly stats: readonly GPUBuffer[];
  readonly scratch: readonly GPUBuffer[];
  readonly statistics: Statistics;
  /** Where what was made in a turn lies; turn 0 is the input. It must differ from turn to turn. */
  readonly valuesAt: (turn: number) => Activation;
}

export interface ForwardPass {
  readonly dispatches: readonly Dispatch[];
  /** The turn of each layer's last output. */
  readonly outputs: readonly number[];
  /** The turn of the network's scores [B, classes]; the largest is the prediction. */
  readonly turn: number;
}

export interface ScoreRequest {
  readonly B: number;
  /** Scores [B, classes] */
  readonly scores: GPUBuffer;
  readonly y: GPUBuffer;
  /** Not written; any buffer that is not bound otherwise. */
  readonly spare: GPUBuffer;
  readonly metrics: GPUBuffer;
}

/** Put a network that learns by a rule on the device. */
export type Learning = (
  arena: Arena,
  builder: Builder,
  spec: ExperimentSpec,
  data: DeviceData,
  metricsRows: number,
) => LearningNetwork;

/** Numbers of the largest of maps, and channels of the widest pixel. */
export const extentOf = (
  maps: readonly Maps[],
): { readonly numbers: number; readonly channels: number } => ({
  numbers: Math.max(...maps.map(sizeOf)),
  channels: Math.max(...maps.map(({ channels }) => channels)),
});
