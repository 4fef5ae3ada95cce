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
import type { Products } from '../layers/products.ts';
import type { Builder } from '../ops/builder.ts';
import type { Progress, Scores } from '../scores.ts';
import type { MomentsBuffers } from '../ops/moments.ts';
import type { Statistics } from '../ops/normalise.ts';
import type { StateBuffer } from '../state.ts';

/** Weights that any evaluation can be made with: the signs of w, or w itself. */
export const EVALUATION_WEIGHTS = ['binary', 'real'] as const;
/** And those that only a later phase of a run has. */
export type EvaluationWeights = (typeof EVALUATION_WEIGHTS)[number] | 'ternary';

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
  /** What tells a weight's part in a step; null where the rule has no gradient to tell of. */
  readonly traced: Traced | null;

  /** All that a step leaves for the next one: what a checkpoint keeps. */
  readonly state: readonly StateBuffer[];
  /** Weights of step 0, drawn by the step's seed. */
  fresh(): Promise<Dispatch[]>;
  /** Bits of the next step's weights, before the first step and behind a change of mode. */
  bits(mode: Mode): Promise<Dispatch[]>;
  /** What a change of mode does to what is stored. */
  switched(from: Mode, to: Mode): Promise<Switched>;
  /** One training step in a phase (0 is the first), first to last. */
  training(mode: Mode, phase: number): Promise<Dispatch[]>;
  /** The run's phases behind the first, in order; most runs have none. */
  readonly later: readonly LaterPhase[];
  /** How a layer's stored weights are counted. */
  counted(shape: LayerShape, mode: Mode): Counted;
}

/**
 * A part of a run that something must be found out for before its first step. It begins with an epoch, with
 * moments of zero, and adds a kind of weights to evaluate with.
 */
export interface LaterPhase {
  /** Epochs done before it. */
  readonly epoch: number;
  readonly weights: EvaluationWeights;
  /**
   * Find that out, and leave stored weights as they are. It depends on nothing but those and the data, so
   * a replay finds the same. Null where `progress` gave up: then as if it had not been begun.
   */
  enter(device: GPUDevice, measure: PhaseMeasures, progress: Progress): Promise<Found | null>;
}

/** What a phase may ask while it is entered. */
export interface PhaseMeasures {
  /** On validation examples alone. */
  validate(weights: EvaluationWeights, progress: Progress): Promise<Scores | null>;
}

/** What was found for a layer. */
export interface FoundLayer {
  readonly name: string;
  /** The step of its weights. */
  readonly delta: number;
  /** The one of least squares, around which it was searched. */
  readonly leastSquares: number;
  /** The step of its signals; null where they stay as they are. */
  readonly signal: number | null;
}
export type Found = readonly FoundLayer[];

/** What is read in the middle of a step; each layer's lies there in front of its update, labelled `NAME.update`. */
export interface Traced {
  /** Gradient at the weights that propagate, of the layer at hand [I, O]. */
  readonly dwb: GPUBuffer;
  /** By layer: what it reads, [B, from]. */
  readonly inputs: readonly GPUBuffer[];
  /** What propagates in a phase where it is neither w nor +-H. */
  propagates(layer: number, phase: number): Products['propagates'];
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
  /** What passes with a kind of weights read of the stored ones; signs go into `bits`. */
  prepare(weights: EvaluationWeights, bits: readonly GPUBuffer[]): Promise<Dispatch[]>;
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
  /** How many of them there are up to each layer's last output. */
  readonly ends: readonly number[];
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
