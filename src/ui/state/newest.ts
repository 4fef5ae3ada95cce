import type { Command, SessionEvent } from '../../session/protocol.ts';

/**
 * Knows what a worker tells of the run that was asked for last. Once another one is asked for, what still
 * comes of the run before is not heard: its end would be taken for the end of the one that follows.
 */
export class Newest {
  /** Runs asked for whose turn has not come. */
  #waiting = 0;

  /** A command goes to the worker. */
  sent({ type }: Command): void {
    if (type === 'open') this.#waiting += 1;
  }

  /** True where the page takes an event in. What was asked of a run is answered also when it is left. */
  hears({ type }: SessionEvent): boolean {
    if (type === 'opening') this.#waiting -= 1;
    return this.#waiting === 0 || type === 'handed';
  }
}
