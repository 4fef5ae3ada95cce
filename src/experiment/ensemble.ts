/** Ensembles at test time: the mean of the outputs of K sampled binary nets. */
import { at } from './at.ts';

/** How many members an ensemble is scored with: all sizes up to the one asked for come from one pass. */
export const ENSEMBLE_SIZES = [1, 2, 4, 8, 16] as const;
export type EnsembleSize = (typeof ENSEMBLE_SIZES)[number];
export const LARGEST_ENSEMBLE = at(ENSEMBLE_SIZES, ENSEMBLE_SIZES.length - 1);

export const isEnsembleSize = (members: number): members is EnsembleSize =>
  ENSEMBLE_SIZES.some((size) => size === members);

/** What is taken for the probability of a class that all members exclude, so that its logarithm is a number. */
export const LEAST_PROBABILITY = 1e-37;
