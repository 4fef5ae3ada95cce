/**
 * What flows while a run trains: curves, epoch records, the latest look into the layers. It is kept
 * outside React in plain bounded structures; views watch `version` and paint at their own pace.
 */
import type { Change } from '../../experiment/run.ts';
import type { Mode } from '../../experiment/spec.ts';
import type {
  EpochRecord,
  ExampleLook,
  LayerProbe,
  PlaneLook,
  QuantisedRecord,
  SessionEvent,
} from '../../session/protocol.ts';
import { Series } from './series.ts';

type Frame = Extract<SessionEvent, { type: 'frame' }>;

/** Epoch records kept at most; beyond it every second one goes. */
export const MAX_RECORDS = 1000;

export class Streams {
  readonly loss = new Series();
  readonly error = new Series();
  /** By layer. */
  signFlips: readonly Series[] = [];
  sampleFlips: readonly Series[] = [];
  epochs: EpochRecord[] = [];
  /** Changes that took effect so far. */
  marks: Change[] = [];
  probes: readonly LayerProbe[] | null = null;
  /** The latest looks at what is watched. */
  example: ExampleLook | null = null;
  plane: PlaneLook | null = null;
  /** The mode the run started in. */
  firstMode: Mode = 'none';
  version = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** A run of `layers` layers stands at step 0. */
  reset(layers: number, mode: Mode): void {
    this.loss.clear();
    this.error.clear();
    this.signFlips = Array.from({ length: layers }, () => new Series());
    this.sampleFlips = Array.from({ length: layers }, () => new Series());
    this.epochs = [];
    this.marks = [];
    this.probes = null;
    this.example = null;
    this.plane = null;
    this.firstMode = mode;
    this.#touch();
  }

  /** The run stands at an earlier step again, with its first `changes` changes taken. */
  cut(step: number, changes: number): void {
    for (const series of [this.loss, this.error, ...this.signFlips, ...this.sampleFlips]) {
      series.cut(step);
    }
    this.epochs = this.epochs.filter((record) => record.step <= step);
    this.marks = this.marks.slice(0, changes);
    this.#touch();
  }

  frame({ steps, probes }: Frame): void {
    const layers = this.signFlips.length;
    for (let k = 0; k < steps.count; k++) {
      const step = steps.first + k + 1;
      this.loss.push(step, steps.loss[k] ?? NaN);
      this.error.push(step, steps.error[k] ?? NaN);
      for (let l = 0; l < layers; l++) {
        this.signFlips[l]?.push(step, steps.signFlips[k * layers + l] ?? NaN);
        // Only stochastic weights are sampled; zeros of other modes are no measurement.
        if (this.modeAt(step) !== 'stochastic') continue;
        this.sampleFlips[l]?.push(step, steps.sampleFlips[k * layers + l] ?? NaN);
      }
    }
    if (probes !== null) this.probes = probes;
    this.#touch();
  }

  epoch(record: EpochRecord): void {
    this.epochs.push(record);
    const last = this.epochs.length - 1;
    if (last >= MAX_RECORDS) this.epochs = this.epochs.filter((_, i) => (last - i) % 2 === 0);
    this.#touch();
  }

  /** Figures of ternary weights before retraining belong to the epoch that they were measured behind. */
  quantised({ step, validationLoss, validationError, testError }: QuantisedRecord): void {
    this.epochs = this.epochs.map((record) =>
      record.step === step
        ? {
            ...record,
            validationLoss: { ...record.validationLoss, ternary: validationLoss.ternary },
            validationError: { ...record.validationError, ternary: validationError.ternary },
            testError: { ...record.testError, ternary: testError.ternary },
          }
        : record,
    );
    this.#touch();
  }

  /** Ternary weights were measured. */
  get isQuantised(): boolean {
    return this.epochs.at(-1)?.testError.ternary !== undefined;
  }

  look(look: ExampleLook | PlaneLook): void {
    if (look.kind === 'example') this.example = look;
    else this.plane = look;
    this.#touch();
  }

  mark(change: Change): void {
    this.marks.push(change);
    this.#touch();
  }

  /** The mode in force when the step numbered `step` (from 1) was taken. */
  modeAt(step: number): Mode {
    let mode = this.firstMode;
    for (const change of this.marks) {
      if (change.field === 'mode' && change.step < step) mode = change.value;
    }
    return mode;
  }

  #touch(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}
