/**
 * Measures which kernels are fastest for a run while it stands idle. Anything else that is to be done
 * ends it at once; what was found serves the next run.
 */
import type { Adapter } from '../gpu/device.ts';
import { tune, tuningKey, type TuneRequest } from '../gpu/tuner.ts';
import type { KernelCache } from './kernel-cache.ts';
import type { Tuning } from './protocol.ts';

export interface Idleness {
  /** Milliseconds without a command before measuring begins. */
  readonly after: number;
  readonly cache: KernelCache;
}

/** The run that stands idle, and the device it stands on. */
export interface TuningSubject {
  readonly device: GPUDevice;
  readonly adapter: Adapter;
  readonly request: TuneRequest;
}

export class IdleTuning {
  readonly #idleness: Idleness;
  readonly #post: (tuning: Tuning | null) => void;
  /** What was found at this visit, by key. */
  readonly #found = new Map<string, string>();
  /** Keys of what could not be measured: it is not tried again. */
  readonly #failed = new Set<string>();
  #skipped = false;
  /** Counts up whenever measuring must end. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Resolves when the latest measuring has left the device. */
  #left: Promise<void> = Promise.resolve();
  #isMeasuring = false;

  constructor(idleness: Idleness, post: (tuning: Tuning | null) => void) {
    this.#idleness = idleness;
    this.#post = post;
  }

  /** The fastest kernels for a run, where they were measured at this visit or an earlier one. */
  async known(adapter: Adapter, request: TuneRequest): Promise<string | null> {
    const key = tuningKey(adapter, request);
    return this.#found.get(key) ?? (await this.#idleness.cache.find(key));
  }

  /** A run stands idle: after a moment its kernels are measured, unless they have been, which is said. */
  wait(subject: TuningSubject, after = this.#idleness.after): void {
    this.interrupt();
    const key = tuningKey(subject.adapter, subject.request);
    const kernels = this.#found.get(key);
    if (kernels !== undefined) {
      this.#post({ state: 'measured', kernels });
      return;
    }
    if (this.#failed.has(key)) return;
    if (this.#skipped) {
      this.#post({ state: 'skipped' });
      return;
    }
    this.#timer = setTimeout(() => {
      const turn = this.#turn;
      this.#left = this.#left.then(() => this.#measure(key, subject, turn));
    }, after);
  }

  /** Something else is to be done. Measuring ends after the submit under way, some 30 ms. */
  interrupt(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if (!this.#isMeasuring) return;
    this.#isMeasuring = false;
    this.#post(null);
  }

  /** Resolves when no measuring is left on the device. */
  gone(): Promise<void> {
    return this.#left;
  }

  /** Measure nothing at this visit, unless asked to. */
  skip(): void {
    this.#skipped = true;
    this.interrupt();
    this.#post({ state: 'skipped' });
  }

  /** Measure at once, though it was skipped. */
  now(subject: TuningSubject): void {
    this.#skipped = false;
    this.wait(subject, 0);
  }

  async #measure(
    key: string,
    { device, adapter, request }: TuningSubject,
    turn: number,
  ): Promise<void> {
    const current = () => turn === this.#turn;
    if (!current()) return;
    this.#isMeasuring = true;
    let shown = -1;
    // A kernel that does not compile, a device that is lost: the defaults are good without this.
    const tuning = await tune(device, adapter, request, (done, of) => {
      if (current() && done !== shown) this.#post({ state: 'measuring', done, of });
      shown = done;
      return current();
    }).catch(() => null);
    if (!current()) return;
    this.#isMeasuring = false;
    if (tuning === null) {
      this.#failed.add(key);
      this.#post(null);
      return;
    }
    this.#found.set(key, tuning.kernels);
    this.#post({ state: 'measured', kernels: tuning.kernels });
    await this.#idleness.cache.keep(key, tuning.kernels);
  }
}
