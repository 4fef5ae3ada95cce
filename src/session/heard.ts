/** What a page has been told of a run, and how often a failing device is replaced without asking. */
import type { Resumable } from './progress.ts';
import type { Heard, SessionEvent } from './protocol.ts';

export const NOTHING_HEARD: Heard = { step: 0, changes: 0, epoch: -1, quantised: -1 };

/** What a page knows that has been told of a state and nothing before it. */
export function heardOf(state: Resumable | null): Heard {
  if (state === null) return NOTHING_HEARD;
  const { step, run } = state.checkpoint;
  return { step, changes: run.changes.length, epoch: -1, quantised: -1 };
}

/** What a page knows after another event. */
export function heardAfter(heard: Heard, event: SessionEvent): Heard {
  switch (event.type) {
    case 'opened':
      return NOTHING_HEARD;
    case 'frame': {
      const { first, count } = event.steps;
      return count === 0 ? heard : { ...heard, step: Math.max(heard.step, first + count) };
    }
    case 'changed':
      return { ...heard, changes: heard.changes + 1 };
    case 'epoch':
      return { ...heard, epoch: event.record.step };
    case 'quantised':
      return { ...heard, quantised: event.record.step };
    case 'returned':
      return {
        ...{ step: event.step, changes: event.changes },
        ...{ epoch: Math.min(heard.epoch, event.step) },
        ...{ quantised: Math.min(heard.quantised, event.step) },
      };
    case 'opening':
    case 'phase':
    case 'loading':
    case 'resumed':
    case 'good':
    case 'refused':
    case 'tuning':
    case 'profile':
    case 'look':
    case 'testing':
    case 'ensemble':
    case 'handed':
    case 'timed':
    case 'trace':
    case 'untraced':
    case 'program':
      return heard;
  }
}

/** Failures in a row, no step further in between, after which a person is asked. */
const MOST_LOSSES = 4;
const MOST_OTHERS = 1;

/** Counts failures of the device, so that one that fails at once is not opened for ever. */
export class Losses {
  #count = 0;
  #at: Heard | null = null;

  /** True where going on by itself is worth another try. */
  allows(kind: 'lost' | 'other', heard: Heard): boolean {
    const isFurther = this.#at === null || heard.step > this.#at.step;
    this.#count = isFurther ? 1 : this.#count + 1;
    this.#at = heard;
    return this.#count <= (kind === 'lost' ? MOST_LOSSES : MOST_OTHERS);
  }

  forget(): void {
    this.#count = 0;
    this.#at = null;
  }
}
