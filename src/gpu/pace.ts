/** How many steps one submit may record so that it stays short: the page stays alive, no watchdog fires. */

/** Milliseconds a submit should take on the device. */
export const SUBMIT_MS = 30;

export class Pace {
  readonly #most: number;
  #count = 1;

  constructor(most: number) {
    this.#most = most;
  }

  /** Steps to record into the next submit. */
  get count(): number {
    return this.#count;
  }

  /** Learn from a submit: `count` steps took `ms`. Grows at most twofold, shrinks at once. */
  took(count: number, ms: number): void {
    const fitting = Math.floor((SUBMIT_MS * count) / Math.max(ms, 0.01));
    this.#count = Math.max(1, Math.min(this.#most, 2 * this.#count, fitting));
  }
}
