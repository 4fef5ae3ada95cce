/**
 * What is done while a run stands: pictures are brought up to date, then a step is timed, then kernels
 * are measured for runs to come. All of it gives way as soon as anything is asked for.
 */
import type { Trainer } from '../gpu/trainer.ts';
import { Idle } from './idle.ts';
import { IdleTuning, type Idleness, type TuningSubject } from './idle-tuning.ts';
import { Looks, type Kind } from './looks.ts';
import { Mistakes } from './mistakes.ts';
import type { SessionEvent, Subject } from './protocol.ts';
import type { Standing } from './standing.ts';

/** Milliseconds of quiet before pictures are brought up to date, and before a step is timed. */
const LOOK_AFTER = 100;
const TIME_AFTER = 300;

export interface Resting {
  post(event: SessionEvent, transfer?: ArrayBuffer[]): void;
  /** Let work take its turn behind all that was asked for before. */
  enqueue(work: () => Promise<void>): void;
  /** The run that stands at rest; null where none does. */
  standing(): Standing | null;
}

export class Rest {
  readonly looks = new Looks(() => {
    this.#again();
  });
  readonly mistakes: Mistakes;
  readonly tuning: IdleTuning;
  /** Whether the page wants the run at hand timed, and kernels measured. */
  measures = false;
  readonly #around: Resting;
  readonly #idle: Idle;
  /** Milliseconds of a step, of the trainers it was measured of. */
  readonly #timed = new WeakMap<Trainer, number>();

  constructor(idleness: Idleness, around: Resting) {
    this.#around = around;
    this.mistakes = new Mistakes((event) => {
      around.post(event);
    });
    this.tuning = new IdleTuning(idleness, (tuning) => {
      around.post({ type: 'tuning', tuning });
    });
    this.#idle = new Idle((work) => {
      around.enqueue(work);
    });
  }

  /** Something is to be done. */
  interrupt(): void {
    this.#idle.interrupt();
    this.tuning.interrupt();
  }

  /** Nothing is to be done any more. */
  begin(): void {
    this.#idle.after(LOOK_AFTER, async (proceed) => {
      const standing = this.#around.standing();
      if (standing === null) return;
      for (const kind of this.looks.stale(standing)) {
        if (proceed()) await this.look(kind, standing);
      }
      if (proceed() && this.mistakes.stale(standing)) {
        await this.mistakes.look(standing, proceed, true);
      }
      // What is being compiled would slow what is timed; once it is ready, all this begins again.
      if (!proceed() || !this.measures || this.looks.isCompiling(standing)) return;
      this.#idle.after(TIME_AFTER, async (proceedTiming) => {
        await this.#time(standing, proceedTiming);
        const subject = this.#subject();
        if (proceedTiming() && subject !== null) this.tuning.wait(subject);
      });
    });
  }

  /** Something else is watched. In training its turn comes by itself. */
  watch(subject: Subject): void {
    if (subject.kind === 'mistakes') this.mistakes.watch(subject);
    else this.looks.watch(subject);
    this.#again();
  }

  unwatch(kind: Subject['kind']): void {
    if (kind === 'mistakes') this.mistakes.unwatch();
    else this.looks.unwatch(kind);
  }

  #again(): void {
    if (this.#around.standing() === null) return;
    this.interrupt();
    this.begin();
  }

  async look(kind: Kind, standing: Standing): Promise<void> {
    const seen = await this.looks.look(kind, standing, () => standing.runner.lastDone);
    if (seen !== null) this.#around.post(seen.event, seen.transfer);
  }

  /** Measure no kernels any more, or those of the run that stands here, at once. */
  tune(when: 'skip' | 'now'): void {
    if (when === 'skip') {
      this.tuning.skip();
      return;
    }
    const subject = this.#subject();
    if (subject === null) return;
    this.#idle.interrupt();
    this.tuning.now(subject);
  }

  /** Say how long a step takes, measured before the first one of a run. */
  async #time({ trainer }: Standing, proceed: () => boolean): Promise<void> {
    if (trainer.step > 0 || trainer.changes.length > 0) return;
    const milliseconds = this.#timed.get(trainer) ?? (await trainer.rehearse(proceed));
    if (milliseconds === null) return;
    this.#timed.set(trainer, milliseconds);
    this.#around.post({ type: 'timed', milliseconds });
  }

  /** What is measured for the run that stands at rest, where its kernels are open and not measured yet. */
  #subject(): TuningSubject | null {
    const standing = this.#around.standing();
    if (standing?.choice.origin !== 'default') return null;
    return { ...standing.hardware, request: standing.request };
  }
}
