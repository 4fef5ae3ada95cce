/** The rules of learning there are. */
import type { LearningKind } from '../../experiment/spec.ts';
import { backprop } from './backprop.ts';
import { expectation } from './expectation.ts';
import type { Learning } from './learning.ts';

export const RULES: Readonly<Record<LearningKind, Learning>> = {
  backprop,
  expectation,
};
