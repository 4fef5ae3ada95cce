/**
 * Evaluation by an ensemble: binary nets are sampled from the stored weights one after the other, and
 * what is scored is the mean of their outputs.
 */
import type { Mode } from '../experiment/spec.ts';
import type { Arena } from './buffers.ts';
import type { EvaluationRule } from './evaluation-program.ts';
import type { SplitScores } from './scores.ts';
import type { LearningNetwork } from './learning/learning.ts';
import { accumulate } from './ops/accumulate.ts';
import type { Builder } from './ops/builder.ts';

export interface EnsembleScores extends SplitScores {
  /** How many nets' outputs were averaged. */
  readonly members: number;
}

/** What the members are drawn from, beside the stored weights. */
export interface Sampling {
  /** Real nets are sampled on the scale that switching them to stochastic would bring them to. */
  readonly mode: Mode;
  readonly seed: number;
}

/**
 * The rules for a member that is scored with those before it, and for one that is only added to them.
 * The step's number says which member it is.
 */
export function ensembleRules(
  arena: Arena,
  builder: Builder,
  network: LearningNetwork,
  { mode }: Sampling,
): { readonly scored: EvaluationRule; readonly silent: EvaluationRule } {
  const { data, asked } = network;
  const sums = arena.storage(
    'ensemble.sums',
    (data.validation.count + data.test.count) * data.classes,
  );
  const rule = (scored: boolean): EvaluationRule => ({
    weights: 'binary',
    drawing: null,
    scored,
    prepare: (bits) => asked.sample(bits, mode),
    combine: ({ split, B, outputs, into }) =>
      accumulate(builder, {
        B,
        C: data.classes,
        probabilities: asked.softmax,
        first: split === 'validation' ? 0 : data.validation.count,
        ...{ a: outputs, sums, mean: into },
      }),
  });
  return { scored: rule(true), silent: rule(false) };
}
