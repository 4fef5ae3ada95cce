/**
 * The typed messages between a page and the worker that trains: commands go in, events come out.
 * Everything here survives structured clone; the arrays of a frame are transferred.
 */
import type { Change, Run } from '../experiment/run.ts';
import type { DatasetId, ExperimentSpec } from '../experiment/spec.ts';

export type Command =
  /** Load the data, build the network, and stand at step 0. Replaces whatever was there. */
  | {
      readonly type: 'open';
      readonly run: Run;
      /** Address of the page's data folder, with a slash at the end. From the page, never from a link. */
      readonly base: string;
      readonly autoplay: boolean;
    }
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  /** One training step, then pause. */
  | { readonly type: 'step' }
  /** Back to step 0 of the same run: same seed, same changes replayed. */
  | { readonly type: 'rewind' }
  /** Back to step 0 with another seed and without the changes. */
  | { readonly type: 'reseed'; readonly seed: number }
  /** `max`: all the adapter gives. */
  | { readonly type: 'speed'; readonly stepsPerSecond: number | 'max' }
  /** Takes effect before the next step, and becomes part of the run. */
  | { readonly type: 'change'; readonly change: ChangeRequest }
  /** Give up loading data. */
  | { readonly type: 'cancel' };

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
}

export type Phase =
  | 'idle'
  | 'loading'
  | 'building'
  | 'paused'
  | 'training'
  | 'evaluating'
  | 'finished'
  | 'cancelled'
  | 'failed';

export interface AdapterSummary {
  readonly name: string;
  readonly software: boolean;
  /** The kernels in use: never `auto`. */
  readonly kernels: string;
  /** Bytes of GPU memory the run holds. */
  readonly bytes: number;
}

export interface LayerSummary {
  readonly name: string;
  readonly I: number;
  readonly O: number;
  readonly c: number;
  readonly H: number;
}

/** What a run trains on, once its data is there. */
export interface DataSummary {
  readonly id: DatasetId;
  readonly title: string;
  readonly shape: { readonly height: number; readonly width: number; readonly channels: number };
  readonly classNames: readonly string[];
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Metrics of consecutive steps: entry k belongs to step `first + k`. */
export interface StepSeries {
  readonly first: number;
  readonly count: number;
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

export type SessionEvent =
  | { readonly type: 'phase'; readonly phase: Phase; readonly failure: Failure | null }
  /** `total` is 0 where the server does not say. `cached`: from the browser's cache. */
  | {
      readonly type: 'loading';
      readonly file: string;
      readonly loaded: number;
      readonly total: number;
      readonly cached: boolean;
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
  /** A change took effect (or was replayed): the run now carries it. */
  | { readonly type: 'changed'; readonly change: Change; readonly spec: ExperimentSpec }
  | {
      readonly type: 'frame';
      /** Training steps done. */
      readonly step: number;
      readonly stepsPerSecond: number;
      readonly rate: number;
      readonly steps: StepSeries;
      readonly probes: readonly LayerProbe[] | null;
    }
  | { readonly type: 'epoch'; readonly record: EpochRecord };
