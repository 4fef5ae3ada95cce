/** What evaluations give, and how they are followed. */

export interface Scores {
  readonly examples: number;
  /** Mean loss an example. */
  readonly loss: number;
  readonly mistakes: number;
  /** Percent misclassified. */
  readonly error: number;
}

/** Validation and test, measured with the same weights. */
export interface SplitScores {
  readonly validation: Scores;
  readonly test: Scores;
}

/**
 * Hears the scores [count, classes] of test examples from the one numbered `start` on, as they are
 * tested. Not to be kept: copy what is needed.
 */
export type Hear = (scores: Float32Array, start: number, count: number) => void;

/** Called between batches; an evaluation is given up where it returns false. */
export type Progress = (done: number, of: number) => boolean;
