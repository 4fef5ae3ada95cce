/** Long computations that say how far they are, let others have a turn, and can be called off. */
import type { Result } from '../experiment/result.ts';

/** A value, one sentence on what went wrong, or word that somebody called it off. */
export type Load<T> = Result<T> | 'cancelled';

/** How long a computation may go on before others have a turn, in milliseconds. */
const TURN_MS = 60;

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** `done` of `total` steps of the part called `what`. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

export class Work {
  readonly #options: WorkOptions;
  #last = performance.now();

  constructor(options: WorkOptions = {}) {
    this.#options = options;
  }

  /** To be called often, between steps. False: somebody called it off. */
  async goOn(what: string, done: number, total: number): Promise<boolean> {
    const { signal, onProgress } = this.#options;
    if (performance.now() - this.#last > TURN_MS) {
      onProgress?.(what, done, total);
      // A task of its own, so that messages to this worker are heard.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#last = performance.now();
    }
    return signal?.aborted !== true;
  }
}
