/**
 * A run is its spec, the kernels it was made with, and the changes made on the way: all three are
 * needed to replay it bit for bit on one adapter.
 */
import * as v from 'valibot';
import { NO_CHANGES, takesChanges } from './learning.ts';
import { NO_MODES } from './retraining.ts';
import { BOUNDS, MODES, type ExperimentSpec, type Mode, momentumOf } from './spec.ts';

/** A change takes effect before the training step numbered `step` (from 0). */
export type Change =
  | { readonly step: number; readonly field: 'mode'; readonly value: Mode }
  /** The learning rate from here on; it goes on decaying as scheduled. */
  | { readonly step: number; readonly field: 'rate'; readonly value: number }
  /** The momentum from here on, of an optimiser that has one. */
  | { readonly step: number; readonly field: 'momentum'; readonly value: number };

export const CHANGE_FIELDS = ['mode', 'rate', 'momentum'] as const;

export interface Run {
  readonly spec: ExperimentSpec;
  /** Matrix kernels (see kernels.ts); `auto` lets the adapter decide, and is then replaced by what it chose. */
  readonly kernels: string;
  readonly changes: readonly Change[];
}

export const MAX_CHANGES = 200;
export const MAX_STEP = 1_000_000_000;

const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_STEP));
const ChangeSchema = v.variant('field', [
  v.strictObject({ step, field: v.literal('mode'), value: v.picklist(MODES) }),
  v.strictObject({
    step,
    field: v.literal('rate'),
    value: v.pipe(v.number(), v.minValue(BOUNDS.rate.min), v.maxValue(BOUNDS.rate.max)),
  }),
  v.strictObject({
    step,
    field: v.literal('momentum'),
    value: v.pipe(v.number(), v.minValue(BOUNDS.momentum.min), v.maxValue(BOUNDS.momentum.max)),
  }),
]);

/** Why a run takes no change of a field on its way, in one sentence; null where it does. */
export function changeRefusal(spec: ExperimentSpec, field: Change['field']): string | null {
  if (!takesChanges(spec)) return NO_CHANGES;
  return spec.retraining !== undefined && field === 'mode' ? NO_MODES : null;
}

/** True where `change` is one this version can apply to a run of `spec`. */
export function isChange(change: unknown, spec: ExperimentSpec): change is Change {
  const parsed = v.safeParse(ChangeSchema, change);
  return (
    parsed.success &&
    changeRefusal(spec, parsed.output.field) === null &&
    (parsed.output.field !== 'momentum' || momentumOf(spec.optimizer) !== null)
  );
}

export const runOf = (spec: ExperimentSpec): Run => ({ spec, kernels: 'auto', changes: [] });
