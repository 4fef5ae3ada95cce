/** What a kind of decay starts from when it is chosen, and which epochs a list may name. Pure. */
import { BOUNDS, type Decay } from '../../experiment/spec.ts';

/** Undefined: exponential, over all epochs. */
export function usualDecay(kind: Decay['kind'] | 'exponential', epochs: number): Decay | undefined {
  switch (kind) {
    case 'exponential':
      return undefined;
    case 'linear':
      return { kind, epochs };
    case 'division':
      return { kind, by: 1.0001 };
    case 'steps': {
      const half = Math.max(1, Math.floor(epochs / 2));
      return { kind, at: [half, Math.max(half + 1, Math.floor((3 * epochs) / 4))] };
    }
  }
}

const { rateSteps, epochs } = BOUNDS;

export const STEPS_ALLOWED = `${rateSteps.min} to ${rateSteps.max} ascending whole numbers from ${epochs.min} to ${epochs.max}`;

export const areSteps = (at: readonly number[]): boolean =>
  at.length >= rateSteps.min &&
  at.length <= rateSteps.max &&
  at.every(
    (epoch, k) =>
      Number.isInteger(epoch) && epoch > (at[k - 1] ?? epochs.min - 1) && epoch <= epochs.max,
  );
