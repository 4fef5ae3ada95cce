/** The state a run goes on from when its device fails: taken now and then while it trains. */
import type { Tensors } from '../gpu/state.ts';
import type { Resumable } from './progress.ts';
import type { Runner } from './runner.ts';

export interface Keeping {
  /** Milliseconds between two states kept here, and between two told to the page. */
  readonly every: number;
  readonly tell: number;
}

export const USUAL_KEEPING: Keeping = { every: 10_000, tell: 30_000 };

/** Taking a state waits for the device: of the time of training that may cost this share. */
const SHARE = 0.02;
/** A state larger than this is not copied to the page. */
const MOST_TOLD = 2 ** 28;

export class LastGood {
  readonly #keeping: Keeping;
  #state: Resumable | null = null;
  #next = 0;
  #nextTold = 0;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
    this.forget();
  }

  get state(): Resumable | null {
    return this.#state;
  }

  /** Another run stands here, or the same at step 0: replaying it needs no state. */
  forget(state: Resumable | null = null): void {
    this.#state = state;
    this.#next = performance.now() + this.#keeping.every;
    this.#nextTold = performance.now() + this.#keeping.tell;
  }

  get due(): boolean {
    return performance.now() >= this.#next;
  }

  /**
   * Take the state the run stands at, unless a number in it is not finite. Gives what the page is to be
   * told; null where it is too soon, or too much.
   */
  async take(runner: Runner): Promise<Resumable | null> {
    const started = performance.now();
    await runner.drain();
    const { loop, checkpoint } = { loop: runner.state, checkpoint: await runner.trainer.save() };
    const took = performance.now() - started;
    this.#next = performance.now() + Math.max(this.#keeping.every, took / SHARE);
    if (firstNotFinite(checkpoint.tensors) !== null) return null;
    this.#state = { checkpoint, loop };
    if (performance.now() < this.#nextTold || bytesOf(checkpoint.tensors) > MOST_TOLD) return null;
    this.#nextTold = performance.now() + Math.max(this.#keeping.tell, took / SHARE);
    return this.#state;
  }
}

const bytesOf = (tensors: Tensors): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

/** The first tensor with numbers that are not finite, and how many; null where all are. */
export function firstNotFinite(tensors: Tensors): { name: string; count: number } | null {
  for (const [name, { dtype, data }] of tensors) {
    if (dtype !== 'F32') continue;
    let count = 0;
    for (const value of data) if (!Number.isFinite(value)) count += 1;
    if (count > 0) return { name, count };
  }
  return null;
}

/** The tensor that holds the largest number, of those where all are finite. */
export function largest(tensors: Tensors): { name: string; value: number } | null {
  let found: { name: string; value: number } | null = null;
  for (const [name, { dtype, data }] of tensors) {
    if (dtype !== 'F32') continue;
    for (const number of data) {
      const value = Math.abs(number);
      if (value > (found?.value ?? 0)) found = { name, value };
    }
  }
  return found;
}

const PARTS: Readonly<Record<string, string>> = {
  w: 'stored weights',
  moments: 'optimiser’s moments',
  affine: 'batch norm',
  b: 'biases',
};

/** `dense1.w`: the stored weights of dense1. */
export function tensorTitle(name: string): string {
  const dot = name.lastIndexOf('.');
  const part = PARTS[name.slice(dot + 1)];
  return dot < 0 || part === undefined ? `“${name}”` : `the ${part} of ${name.slice(0, dot)}`;
}
