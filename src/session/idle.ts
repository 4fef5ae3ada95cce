/** What is done while nothing is asked of a session: given up as soon as something is. */
export class Idle {
  readonly #enqueue: (work: () => Promise<void>) => void;
  /** Counts up with every interruption. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param enqueue lets work take its turn behind all that was asked for before. */
  constructor(enqueue: (work: () => Promise<void>) => void) {
    this.#enqueue = enqueue;
  }

  /**
   * Do `work` once nothing was asked for during `ms` milliseconds. It has a turn of its own; where
   * `proceed` says no, something waits for it to end.
   */
  after(ms: number, work: (proceed: () => boolean) => Promise<void>): void {
    this.interrupt();
    const turn = this.#turn;
    const proceed = () => turn === this.#turn;
    this.#timer = setTimeout(() => {
      this.#enqueue(async () => {
        if (proceed()) await work(proceed);
      });
    }, ms);
  }

  interrupt(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }
}
