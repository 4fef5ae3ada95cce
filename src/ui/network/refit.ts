/** From a spec to one whose rule of learning takes all of it. Pure. */
import { learningRefusal } from '../../experiment/learning.ts';
import { retrainingRefusal } from '../../experiment/retraining.ts';
import type { ExperimentSpec, LayerSpec } from '../../experiment/spec.ts';
import { withField } from './arrange.ts';

/** What stands in the way of how it learns, as the panel says it; null where nothing does. */
export const learningMisfit = (spec: ExperimentSpec): string | null =>
  (learningRefusal(spec) ?? retrainingRefusal(spec))?.replace(/^The experiment's /, 'The ') ?? null;

/**
 * The spec without what Expectation BackPropagation has no place for: batch norm, dropout of any kind,
 * companions, retraining, and whatever layers have besides a width. Null where there are layers that
 * are not dense.
 */
export function refitted(spec: ExperimentSpec): ExperimentSpec | null {
  const { hidden, pooling } = spec.network;
  const plain = hidden.flatMap((layer): LayerSpec[] =>
    layer.type === 'dense' ? [{ type: 'dense', units: layer.units }] : [],
  );
  if (plain.length < hidden.length) return null;
  return {
    ...withField(spec, 'retraining', undefined),
    network: { hidden: plain, pooling, batchNorm: 'none', dropout: { input: 0, hidden: 0 } },
  };
}
