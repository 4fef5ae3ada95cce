/**
 * What flows while a run trains: curves, epoch records, the latest look into the layers. It is kept
 * outside React in plain bounded structures; views watch `version` and paint at their own pace.
 */
import type { Change } from '../../experiment/run.ts';
import type { Mode } from '../../experiment/spec.ts';
import type {
  AnyLook,
  EnsembleRecord,
  EpochRecord,
  ExampleLook,
  LayerProbe,
  MistakesLook,
  PlaneLook,
  QuantisedRecord,
  SessionEvent,
  UnitLook,
} from '../../session/protocol.ts';
import { Clock } from './clock.ts';
import { Series, type SeriesPoint } from './series.ts';
import { Strip } from './strip.ts';

type Frame = Extract<SessionEvent, { type: 'frame' }>;

/** Ensembles measured by hand, kept at most. */
export const MAX_ENSEMBLES = 50;

/** What a checkpoint brings along of what was drawn before it. */
export interface Recalled {
  readonly records: readonly EpochRecord[];
  /** Thinned. */
  readonly loss: readonly SeriesPoint[];
  readonly error: readonly SeriesPoint[];
}

/** Epoch records kept at most; beyond it every second one goes. */
export const MAX_RECORDS = 1000;

export class Streams {
  readonly loss = new Series();
  readonly error = new Series();
  /** By layer. */
  signFlips: readonly Series[] = [];
  sampleFlips: readonly Series[] = [];
  /** Share of weights at ±H, where they are clipped. */
  saturation: readonly Series[] = [];
  /** Seconds of training behind each step. */
  readonly clock = new Clock();
  /** Histograms of stored weights over time. */
  readonly strip = new Strip();
  epochs: EpochRecord[] = [];
  /** By step, ascending. */
  ensembles: EnsembleRecord[] = [];
  /** Changes that took effect so far. */
  marks: Change[] = [];
  probes: readonly LayerProbe[] | null = null;
  /** The latest looks at what is watched. */
  example: ExampleLook | null = null;
  plane: PlaneLook | null = null;
  unit: UnitLook | null = null;
  mistakes: MistakesLook | null = null;
  /** Why a picture of one's own cannot be looked at; null: it can, or none is. */
  refused: string | null = null;
  /** How far a search for mistakes is; null: none is under way. */
  testing: { readonly done: number; readonly of: number } | null = null;
  /** What was found before ternary weights were trained: the steps of each layer. */
  levels: QuantisedRecord['steps'] | null = null;
  /** Steps done when ternary weights began to propagate. */
  ternaryFrom = Infinity;
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
    this.saturation = Array.from({ length: layers }, () => new Series());
    this.clock.clear();
    this.strip.clear();
    this.epochs = [];
    this.ensembles = [];
    this.marks = [];
    this.probes = null;
    this.example = null;
    this.plane = null;
    this.unit = null;
    this.mistakes = null;
    this.refused = null;
    this.testing = null;
    this.levels = null;
    this.ternaryFrom = Infinity;
    this.firstMode = mode;
    this.#touch();
  }

  /** What a checkpoint takes along. */
  recalled(): Recalled {
    const [loss, error] = [this.loss.points(), this.error.points()];
    return { records: [...this.epochs], loss, error };
  }

  /** Draw what came before a checkpoint: the first thing that is drawn of a run. */
  recall({ records, loss, error }: Recalled): void {
    for (const { to, value } of loss) this.loss.push(to, value);
    for (const { to, value } of error) this.error.push(to, value);
    this.epochs = records.slice(-MAX_RECORDS);
    this.#touch();
  }

  /** The run stands at an earlier step again, with its first `changes` changes taken. */
  cut(step: number, changes: number): void {
    for (const series of [
      ...[this.loss, this.error],
      ...[...this.signFlips, ...this.sampleFlips, ...this.saturation],
    ]) {
      series.cut(step);
    }
    this.clock.cut(step);
    this.strip.cut(step);
    this.epochs = this.epochs.filter((record) => record.step <= step);
    this.ensembles = this.ensembles.filter((record) => record.step <= step);
    if (this.ternaryFrom > step) {
      this.levels = null;
      this.ternaryFrom = Infinity;
    }
    this.marks = this.marks.slice(0, changes);
    this.#touch();
  }

  frame({ step: done, steps, probes }: Frame): void {
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
    if (steps.count > 0) this.clock.push(steps.first + steps.count, steps.seconds);
    if (probes !== null) this.#probe(done, probes);
    this.#touch();
  }

  #probe(step: number, probes: readonly LayerProbe[]): void {
    this.probes = probes;
    const isClipped = this.modeAt(step + 1) !== 'none';
    this.strip.push(step, probes, isClipped);
    if (!isClipped) return;
    probes.forEach(({ saturation }, l) => this.saturation[l]?.push(step, saturation));
  }

  epoch(record: EpochRecord): void {
    this.epochs.push(record);
    const last = this.epochs.length - 1;
    if (last >= MAX_RECORDS) this.epochs = this.epochs.filter((_, i) => (last - i) % 2 === 0);
    this.#touch();
  }

  /** Figures of ternary weights before retraining belong to the epoch that they were measured behind. */
  quantised({ step, steps, validationLoss, validationError, testError }: QuantisedRecord): void {
    this.levels = steps;
    this.ternaryFrom = step;
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

  /** One at the same step takes its place. */
  ensemble(record: EnsembleRecord): void {
    const others = this.ensembles.filter(({ step }) => step !== record.step);
    this.ensembles = [...others, record].slice(-MAX_ENSEMBLES);
    this.#touch();
  }

  /** Ternary weights were measured. */
  get isQuantised(): boolean {
    return this.epochs.at(-1)?.testError.ternary !== undefined;
  }

  look(look: AnyLook): void {
    if (look.kind === 'example-refusal') this.refused = look.sentence;
    if (look.kind === 'plane') this.plane = look;
    if (look.kind === 'unit') this.unit = look;
    if (look.kind === 'mistakes') this.mistakes = look;
    if (look.kind === 'example') {
      this.example = look;
      this.refused = null;
    }
    this.#touch();
  }

  tested(done: number, of: number): void {
    this.testing = of === 0 ? null : { done, of };
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

  /** What propagated in the step numbered `step` (from 1). */
  weightsAt(step: number): Mode | 'ternary' {
    return step > this.ternaryFrom ? 'ternary' : this.modeAt(step);
  }

  #touch(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}
