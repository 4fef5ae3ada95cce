/** Where the tour stands: shown or left, offered or not. What it left off with is remembered. */
import type { Playground } from '../state/playground.ts';
import { recall, remember } from '../state/storage.ts';
import { TOUR_LENGTH } from './length.ts';

const KEY = 'tour';
const DONE = 'done';

/** The step that the tour begins with, or goes on with. */
export function tourStart(): number {
  const step = Number(recall(KEY) ?? 0);
  return Number.isInteger(step) && step > 0 && step < TOUR_LENGTH ? step : 0;
}

/** True until the tour was begun or declined. */
export const isTourNew = (): boolean => recall(KEY) === null;

/** The tour shows a step; behind the last one it is done. */
export function showStep(playground: Playground, step: number): void {
  remember(KEY, step >= TOUR_LENGTH ? DONE : String(step));
  playground.set({ tour: step >= TOUR_LENGTH ? null : step });
}

export const startTour = (playground: Playground): void => {
  showStep(playground, tourStart());
};

/** It goes on from where it was left. */
export function leaveTour(playground: Playground): void {
  playground.set({ tour: null });
}

export function declineTour(): void {
  remember(KEY, DONE);
}
