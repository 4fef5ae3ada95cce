/**
 * The typed messages between a page and the worker that trains: commands go in, events come out.
 * Everything here survives structured clone; the arrays of a frame are transferred.
 */
import type { LayerMaps } from '../gpu/inspector.ts';
import type { StepTrace, WeightPlace } from '../gpu/step-trace.ts';
import type { Change, Run } from '../experiment/run.ts';
import type { DatasetId, Maps } from '../experiment/datasets.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Handed, Wanted } from './handed.ts';
import type { Resumable } from './progress.ts';

export type { LayerMaps, StepTrace, WeightPlace };

export type Command =
  /** Load the data, build the network, and stand at step 0. Replaces whatever was there. */
  | {
      readonly type: 'open';
      readonly run: Run;
      /** Address of the page's data folder, with a slash at the end. From the page, never from a link. */
      readonly base: string;
      readonly autoplay: boolean;
      /** Whether kernels may be measured for this run while it stands idle. */
      readonly tune: boolean;
      /** Go on with the run where it stood; left out: at step 0. */
      readonly resume?: Resume;
    }
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  /** One training step, then pause. */
  | { readonly type: 'step' }
  /** Back to step 0 of the same run: same seed, same changes replayed. */
  | { readonly type: 'rewind' }
  /** Back to step 0 with another seed and without the changes: a new run, with kernels measured meanwhile. */
  | { readonly type: 'reseed'; readonly seed: number }
  /** `max`: all the adapter gives. */
  | { readonly type: 'speed'; readonly stepsPerSecond: number | 'max' }
  /** Takes effect before the next step, and becomes part of the run. */
  | { readonly type: 'change'; readonly change: ChangeRequest }
  /** Take some training steps with each kernel timed. They are steps of the run like any others. */
  | { readonly type: 'profile' }
  /** Take one training step, a step of the run like any other, and tell what became of one weight; then pause. */
  | { readonly type: 'trace'; readonly place: WeightPlace }
  /** Tell what a training step of the run consists of. */
  | { readonly type: 'program' }
  /** Measure the net as it stands as ensembles of sampled nets. Ends training. */
  | { readonly type: 'ensemble' }
  /** `skip`: measure no kernels unless asked to. `now`: measure those of the run that stands here. */
  | { readonly type: 'tune'; readonly when: 'skip' | 'now' }
  /** Watch something from now on: it is shown at once, and again in training as time allows. */
  | { readonly type: 'look'; readonly subject: Subject }
  /** Watch nothing of this kind any more. */
  | { readonly type: 'look-away'; readonly kind: Subject['kind'] }
  /** Hand over what is to be kept or exported; training waits for it and goes on. */
  | { readonly type: 'hand-over'; readonly id: number; readonly wanted: Wanted }
  /** After a loss that is no number: back to the last state from before. */
  | { readonly type: 'return' }
  /** Give up loading data. */
  | { readonly type: 'cancel' };

/** What a page has been told of a run: a replay tells nothing twice. */
export interface Heard {
  /** Training steps. */
  readonly step: number;
  /** How many changes took effect. */
  readonly changes: number;
  /** Steps done at the last evaluation, and where a phase was entered; -1: none. */
  readonly epoch: number;
  readonly quantised: number;
}

/** Where a run goes on: from a state of it, or replayed from step 0, up to where it was heard of. */
export interface Resume {
  readonly state: Resumable | null;
  readonly heard: Heard;
  /** Go on training from there. */
  readonly train: boolean;
  /** False: the page shows another run yet, and is told of this one first. */
  readonly known: boolean;
}

/** What can be watched beside the curves. */
export type Subject =
  | {
      readonly kind: 'example';
      /** Number of the test example, from 0; or a picture of one's own, [height, width, channels] bytes. */
      readonly of: number | Uint8Array<ArrayBuffer>;
      readonly weights: keyof WeightErrors;
    }
  /** The plane of a toy task (see plane.ts). */
  | { readonly kind: 'plane'; readonly weights: keyof WeightErrors }
  /** A unit of a dense layer, or an output channel of a convolution. */
  | {
      readonly kind: 'unit';
      readonly layer: number;
      readonly unit: number;
      readonly weights: keyof WeightErrors;
    }
  | MistakesSubject;

/** Test examples in the wrong class, the most confident first. */
export interface MistakesSubject {
  readonly kind: 'mistakes';
  readonly weights: keyof WeightErrors;
  /** Only examples of a class that were taken for another; null: all mistakes. */
  readonly cell: { readonly label: number; readonly predicted: number } | null;
  /** How many to leave out before the first one shown. */
  readonly from: number;
}

/** A Change whose step the session fills in. */
export type ChangeRequest = Change extends infer C
  ? C extends Change
    ? Omit<C, 'step'>
    : never
  : never;

/** Why a session cannot go on. `message` is one sentence for a person. */
export interface Failure {
  readonly kind:
    | 'no-api'
    | 'no-adapter'
    | 'limit'
    | 'data'
    | 'shader'
    | 'memory'
    | 'lost'
    | 'not-finite'
    | 'internal';
  readonly message: string;
  /** Training steps done in the last good state, which a run can return to. */
  readonly good?: number;
}

export type Phase =
  | 'idle'
  | 'loading'
  | 'building'
  | 'paused'
  | 'training'
  | 'evaluating'
  | 'quantising'
  | 'finished'
  | 'cancelled'
  | 'failed';

/**
 * Why a run has the kernels it has: they were `given` with it; or the fastest `measured` on this
 * adapter, or its family's `default`; or those given do not run here, and others `replaced` them.
 */
export type KernelOrigin = 'given' | 'measured' | 'default' | 'replaced';

export interface AdapterSummary {
  readonly name: string;
  readonly software: boolean;
  /** The kernels in use: never `auto`. */
  readonly kernels: string;
  readonly origin: KernelOrigin;
  /** The kernels the run asked for; may be `auto`. */
  readonly asked: string;
  /** True where kernels can be timed. */
  readonly clock: boolean;
  /** Bytes of GPU memory the run holds. */
  readonly bytes: number;
  /** There is no adapter: the run trains on the CPU, by the float64 reference. */
  readonly cpu?: true;
}

export interface LayerSummary {
  readonly name: string;
  readonly kind: 'dense' | 'conv';
  /** Side of a convolution's windows; 1 for a dense layer. */
  readonly kernel: number;
  /** The maps it reads. */
  readonly from: Maps;
  readonly I: number;
  readonly O: number;
  readonly c: number;
  readonly H: number;
}

/** What a run trains on, once its data is there. */
export interface DataSummary {
  readonly id: DatasetId;
  readonly title: string;
  /** What a person must know of this copy, such as that it is only a part; null: nothing. */
  readonly note: string | null;
  readonly shape: Maps;
  readonly classNames: readonly string[];
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Metrics of consecutive steps: entry k belongs to step `first + k`. */
export interface StepSeries {
  readonly first: number;
  readonly count: number;
  /** What they took, evaluations and pauses left out. */
  readonly seconds: number;
  /** Mean loss of the minibatch. */
  readonly loss: Float32Array<ArrayBuffer>;
  /** Share of the minibatch's examples misclassified, in percent. */
  readonly error: Float32Array<ArrayBuffer>;
  /** [count, layers]: share of weights whose stored sign changed in this step, 0..1. */
  readonly signFlips: Float32Array<ArrayBuffer>;
  /** [count, layers]: share of sampled weights that differ from the step before, 0..1 (0 unless stochastic). */
  readonly sampleFlips: Float32Array<ArrayBuffer>;
}

/** A look into one layer at one moment. */
export interface LayerProbe {
  /** Counts of stored weights in 64 equal bins over [-range, range]. */
  readonly histogram: Uint32Array<ArrayBuffer>;
  /** H, or in mode none the layer's own largest |w|. */
  readonly range: number;
  /** Share of weights with |w| >= 0.999 H, 0..1. */
  readonly saturation: number;
  /** The packed sign bits that propagate: [I, ceil(O / 32)] words, bit o % 32 of word o / 32; 1 is +H. */
  readonly bits: Uint32Array<ArrayBuffer>;
}

/** Errors in percent, by the weights they were measured with. */
export interface WeightErrors {
  readonly binary: number;
  readonly real: number;
  /** In the second phase of a run with retraining. */
  readonly ternary?: number;
}

/** How good the means of the outputs of sampled nets are. */
export interface EnsembleRecord {
  readonly step: number;
  /** Smallest first; errors in percent. */
  readonly sizes: readonly {
    readonly members: number;
    readonly validation: number;
    readonly test: number;
  }[];
}

/** What was found before the second phase of a run with retraining, and how good the net is so, untrained yet. */
export interface QuantisedRecord {
  /** Epochs and steps done. */
  readonly epoch: number;
  readonly step: number;
  readonly validationLoss: QuantisedErrors;
  readonly validationError: QuantisedErrors;
  readonly testError: QuantisedErrors;
  /** By layer. */
  readonly steps: Readonly<Record<string, QuantisedLayer>>;
}

/** Of the quantised net, beside those of the real one that it was made of. */
export interface QuantisedErrors {
  readonly ternary: number;
  readonly real: number;
}

export interface QuantisedLayer {
  /** The magnitude of its ternary weights. */
  readonly delta: number;
  /** The one of least squares, around which it was searched by validation error. */
  readonly leastSquares: number;
  /** The step of its signals; null where they stay as they are. */
  readonly signal: number | null;
}

export interface EpochRecord {
  /** Epochs completed: 1 after the first. */
  readonly epoch: number;
  readonly step: number;
  /** Mean of the minibatch losses since the record before. */
  readonly trainLoss: number;
  readonly trainError: number;
  readonly validationLoss: WeightErrors;
  readonly validationError: WeightErrors;
  readonly testError: WeightErrors;
  /** Mean sign-flip rate a step over the epoch, by layer. */
  readonly flipRate: Readonly<Record<string, number>>;
  readonly stepsPerSecond: number;
}

/** Measuring the kernels of the run that stands idle. */
export type Tuning =
  | { readonly state: 'measuring'; readonly done: number; readonly of: number }
  | { readonly state: 'skipped' }
  /** The fastest, for the next run: this one goes on with those it began with. */
  | { readonly state: 'measured'; readonly kernels: string };

/** Time, arithmetic and memory of one kernel in a training step. */
export interface KernelProfile {
  readonly kernel: string;
  /** How often a step dispatches it. */
  readonly dispatches: number;
  /** GPU time in a step, all its dispatches together; the mean over the steps that were timed. */
  readonly microseconds: number;
  /** Multiplications and additions of matrix products in a step. */
  readonly flops: number;
  /** Bytes of what its dispatches are bound to, in a step. */
  readonly bytes: number;
}

export interface DispatchTiming {
  readonly label: string;
  readonly kernel: string;
  readonly microseconds: number;
}

/** What a training step of a run consists of, as the GPU gets it. */
export interface StepProgram {
  readonly mode: Mode;
  /** First to last. */
  readonly dispatches: readonly ProgramDispatch[];
  /** The shaders as they are compiled, each once. */
  readonly shaders: readonly ProgramShader[];
}

export interface ProgramDispatch {
  /** Which part of the net it computes: `dense1.forward`. */
  readonly label: string;
  readonly kernel: string;
  /** Which of the shaders. */
  readonly shader: number;
  /** What its override constants are set to. */
  readonly constants: Readonly<Record<string, number | boolean>>;
  /** Workgroups in x and y. */
  readonly groups: readonly [x: number, y: number];
}

export interface ProgramShader {
  readonly kernel: string;
  /** The files it is joined of, in order. */
  readonly files: readonly string[];
  readonly text: string;
}

/** Where the time of a training step goes. */
export interface StepProfile {
  /** The first step timed, from 0, and how many were. */
  readonly first: number;
  readonly steps: number;
  readonly mode: Mode;
  /** Microseconds between two readings of the clock that can be told apart. */
  readonly tick: number;
  /** Slowest first. */
  readonly kernels: readonly KernelProfile[];
  /** The mean GPU time of each dispatch, in the order of the step. */
  readonly dispatches: readonly DispatchTiming[];
}

/** What the network makes of a test example, or of a picture of one's own. */
export interface ExampleLook {
  readonly kind: 'example';
  /** Null where it is one's own. */
  readonly index: number | null;
  readonly weights: keyof WeightErrors;
  /** Training steps done when it was looked at. */
  readonly step: number;
  /** Number of its class; null where nobody says. */
  readonly label: number | null;
  /** [height, width, channels]: its bytes; where only the preprocessed numbers are left, those, stretched to 0..255. */
  readonly picture: Uint8Array<ArrayBuffer>;
  readonly isRaw: boolean;
  /** [classes] */
  readonly scores: Float32Array<ArrayBuffer>;
  /** Of every layer, behind norm, activation and pooling; the last are the scores. */
  readonly maps: readonly LayerMaps[];
}

/** How the network divides the plane. */
export interface PlaneLook {
  readonly kind: 'plane';
  readonly weights: keyof WeightErrors;
  readonly step: number;
  /** [side * side, 2] of the grid in plane.ts. */
  readonly scores: Float32Array<ArrayBuffer>;
  /** In percent, of the test points, with these weights. */
  readonly testError: number;
}

/** Why a picture of one's own cannot be looked at, in one sentence. */
export interface ExampleRefusal {
  readonly kind: 'example-refusal';
  readonly sentence: string;
}

/** One test example by its number, with its picture as in ExampleLook. */
export interface Shown {
  readonly index: number;
  readonly label: number;
  readonly picture: Uint8Array<ArrayBuffer>;
}

/** The weights of one unit, and what it answers to most. */
export interface UnitLook {
  readonly kind: 'unit';
  readonly layer: number;
  readonly unit: number;
  readonly weights: keyof WeightErrors;
  readonly step: number;
  /** [I] stored weights, in the order of the rows of w. */
  readonly stored: Float32Array<ArrayBuffer>;
  /** The test examples of those looked at that it answers to most, the greatest first. */
  readonly excited: readonly (Shown & { readonly activation: number })[];
  /** How many were looked at: the first ones of the test set. */
  readonly examples: number;
}

export interface Mistake extends Shown {
  readonly predicted: number;
  /** By how much the score of the wrong class is above that of the true one. */
  readonly margin: number;
}

/** Where the net goes wrong on the test set. */
export interface MistakesLook {
  readonly kind: 'mistakes';
  readonly weights: keyof WeightErrors;
  readonly step: number;
  readonly examples: number;
  /** [classes, classes] examples, by true class and then by predicted. */
  readonly confusion: Uint32Array<ArrayBuffer>;
  readonly cell: MistakesSubject['cell'];
  readonly from: number;
  /** Mistakes in the cell, or in all. */
  readonly count: number;
  readonly shown: readonly Mistake[];
}

export type AnyLook = ExampleLook | ExampleRefusal | PlaneLook | UnitLook | MistakesLook;

/** Why a change was not taken: the run is over, or holds as many as a link may carry, its rule of learning has nothing to change, its phases say the mode, or it is only played. */
export type Refusal = 'finished' | 'too-many' | 'fixed' | 'phased' | 'recorded';

export type SessionEvent =
  /** An `open` takes its turn: what is told from here on is of it, or of one that was asked for later. */
  | { readonly type: 'opening' }
  | { readonly type: 'phase'; readonly phase: Phase; readonly failure: Failure | null }
  /** `total` is 0 where the server does not say. `cached`: from the browser's cache. */
  | {
      readonly type: 'loading';
      readonly file: string;
      readonly loaded: number;
      readonly total: number;
      readonly cached: boolean;
      /** Preprocessing: `file` says which part of it, and `loaded` of `total` are no bytes. */
      readonly preparing?: true;
    }
  /** A run stands at step 0: everything drawn before belongs to another one. */
  | {
      readonly type: 'opened';
      readonly run: Run;
      readonly data: DataSummary;
      readonly layers: readonly LayerSummary[];
      readonly adapter: AdapterSummary;
      readonly stepsPerEpoch: number;
    }
  /** The run at hand goes on after something failed; `reason` is one sentence, '' where it was asked for. */
  | {
      readonly type: 'resumed';
      /** Training steps done in the state that it goes on from. */
      readonly step: number;
      readonly reason: string;
      readonly adapter: AdapterSummary;
    }
  /** What the run could go on from if all else fails: told now and then. */
  | { readonly type: 'good'; readonly state: Resumable }
  /** The run stands at an earlier step again, with so many of its changes taken. */
  | { readonly type: 'returned'; readonly step: number; readonly changes: number }
  /** A change took effect (or was replayed): the run now carries it. */
  | { readonly type: 'changed'; readonly change: Change; readonly spec: ExperimentSpec }
  /** A change was not taken; `mode` and `momentum` are what stays in force. */
  | {
      readonly type: 'refused';
      readonly reason: Refusal;
      readonly mode: Mode;
      readonly momentum: number;
    }
  /** What was asked for; null where no run stands here that has it. */
  | { readonly type: 'handed'; readonly id: number; readonly handed: Handed | null }
  /** null: nothing is being measured, and nothing to be said about it. */
  | { readonly type: 'tuning'; readonly tuning: Tuning | null }
  | { readonly type: 'profile'; readonly profile: StepProfile }
  | { readonly type: 'look'; readonly look: AnyLook }
  /** Test examples are being looked through for mistakes; both 0: no longer. */
  | { readonly type: 'testing'; readonly done: number; readonly of: number }
  | { readonly type: 'trace'; readonly trace: StepTrace }
  /** The step cannot tell of that weight: why, in one sentence. */
  | { readonly type: 'untraced'; readonly reason: string }
  | { readonly type: 'program'; readonly program: StepProgram }
  /** Measured at step 0 while the run stood idle: milliseconds a training step takes. */
  | { readonly type: 'timed'; readonly milliseconds: number }
  | {
      readonly type: 'frame';
      /** Training steps done. */
      readonly step: number;
      readonly stepsPerSecond: number;
      readonly rate: number;
      readonly steps: StepSeries;
      readonly probes: readonly LayerProbe[] | null;
    }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  | { readonly type: 'quantised'; readonly record: QuantisedRecord }
  | { readonly type: 'ensemble'; readonly record: EnsembleRecord };
