/** Edits of a spec beside the spec that trains. */
import { parseSpec } from '../../experiment/parse-spec.ts';
import type { ExperimentSpec, Mode } from '../../experiment/spec.ts';

/** Deep equality of plain data, whatever the order of its fields. */
export function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameData(value, right.get(key)))
  );
}

/**
 * The edits worth keeping: null where `draft` is the run's spec again. The mode never counts: it is
 * changed on the running net, not by starting again.
 */
export function settledDraft(draft: ExperimentSpec, spec: ExperimentSpec): ExperimentSpec | null {
  return sameData({ ...draft, mode: spec.mode }, spec) ? null : draft;
}

/**
 * The edits as they begin when they are applied: in the mode of the running net, but where they ask for
 * retraining, which begins with real weights.
 */
export const startingDraft = (draft: ExperimentSpec, mode: Mode): ExperimentSpec => ({
  ...draft,
  mode: draft.retraining === undefined ? mode : 'none',
});

/** Why edits cannot be applied as they are, in one sentence; null: they can. */
export function obstacle(
  draft: ExperimentSpec,
  invalid: Readonly<Record<string, true>>,
): string | null {
  if (Object.keys(invalid).length > 0) {
    return 'A setting holds no allowed value; its field says what is allowed.';
  }
  const parsed = parseSpec(draft);
  return parsed.ok ? null : parsed.error;
}
