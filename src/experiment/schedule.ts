/** Learning rate and momentum over a run, with the changes a person made on the way. */
import { phaseAt } from './retraining.ts';
import type { Change } from './run.ts';
import { type Decay, type ExperimentSpec, momentumOf } from './spec.ts';

/** Factor an exponential rate is multiplied by after each of so many epochs: d = (end / start)^(1 / epochs). */
const decayOf = ({ rate }: ExperimentSpec, epochs: number): number =>
  (rate.end / rate.start) ** (1 / epochs);

/** Share of the way through so many epochs, 0..1. */
const through = (epoch: number, epochs: number): number => Math.min(1, epoch / epochs);

/** What a decay leaves of the first rate before step `step` of epoch `epoch`; `last`: the end's share. */
function shareOf(decay: Decay, last: number, step: number, epoch: number): number {
  switch (decay.kind) {
    case 'linear':
      return 1 + (last - 1) * through(epoch, decay.epochs);
    case 'division':
      return Math.max(last, decay.by ** -step);
    case 'steps': {
      const passed = decay.at.filter((first) => first <= epoch).length;
      return last ** (passed / decay.at.length);
    }
  }
}

/**
 * Learning rate of a step. Exponential: the first epoch uses `start`, the last `end / d`; after the
 * scheduled epochs it stays at `end`. Linear: it is at `end` after the decay's epochs. Division: each
 * step divides it, until it is at `end`. Steps: equal factors take it to `end`. A changed rate goes on
 * from there by what the schedule still multiplies the scheduled one by. Each phase of a run (see
 * retraining.ts) begins anew with `start`, and leaves changes of the one before behind.
 */
export function rateAt(
  spec: ExperimentSpec,
  changes: readonly Change[],
  step: number,
  stepsPerEpoch: number,
): number {
  const phase = phaseAt(spec, Math.floor(step / stepsPerEpoch));
  const first = phase.first * stepsPerEpoch;
  let base = spec.rate.start;
  let since = first;
  for (const change of changes) {
    if (change.field === 'rate' && change.step >= first && change.step <= step) {
      base = change.value;
      since = change.step;
    }
  }
  const { start, end, decay } = spec.rate;
  const epochOf = (s: number) => Math.floor((s - first) / stepsPerEpoch);
  if (decay === undefined) {
    const scheduled = (s: number) => Math.min(epochOf(s), phase.epochs);
    return base * decayOf(spec, phase.epochs) ** (scheduled(step) - scheduled(since));
  }
  const share = (s: number) => shareOf(decay, end / start, s - first, epochOf(s));
  return base * (share(step) / share(since));
}

/**
 * Momentum at a step, linear by epoch along its ramp; 0 for an optimiser without. A changed one stays. Each
 * phase begins anew, as the rate does.
 */
export function momentumAt(
  spec: ExperimentSpec,
  changes: readonly Change[],
  step: number,
  stepsPerEpoch: number,
): number {
  const { optimizer } = spec;
  const first = phaseAt(spec, Math.floor(step / stepsPerEpoch)).first * stepsPerEpoch;
  let momentum = momentumOf(optimizer) ?? 0;
  if (optimizer.kind === 'momentum' && optimizer.ramp !== undefined) {
    const { end, epochs } = optimizer.ramp;
    momentum += (end - momentum) * through(Math.floor((step - first) / stepsPerEpoch), epochs);
  }
  for (const { field, value, step: from } of changes) {
    if (field === 'momentum' && from >= first && from <= step) momentum = value;
  }
  return momentum;
}

/** What companions' share of the learning rate is multiplied by before a step; 1 without a fade. */
export function fadeAt(spec: ExperimentSpec, step: number): number {
  const fade = spec.network.companions?.fade;
  return fade === undefined ? 1 : (1 + fade.slope * step) ** -fade.power;
}

/** The spec with its schedules stretched or shrunk to so many epochs. */
export function withEpochs(spec: ExperimentSpec, epochs: number): ExperimentSpec {
  if (epochs === spec.epochs) return spec;
  const factor = epochs / spec.epochs;
  const scaled = (epoch: number) => Math.min(10_000, Math.max(1, Math.round(epoch * factor)));
  let { optimizer, rate } = spec;
  if (optimizer.kind === 'momentum' && optimizer.ramp !== undefined) {
    const { end, epochs: over } = optimizer.ramp;
    optimizer = { ...optimizer, ramp: { end, epochs: scaled(over) } };
  }
  if (rate.decay !== undefined) rate = { ...rate, decay: stretched(rate.decay, factor, scaled) };
  const retraining = spec.retraining && {
    ...spec.retraining,
    after: Math.max(1, Math.min(epochs - 1, Math.round(spec.retraining.after * factor))),
  };
  return { ...spec, epochs, optimizer, rate, ...(retraining && { retraining }) };
}

function stretched(decay: Decay, factor: number, scaled: (epoch: number) => number): Decay {
  switch (decay.kind) {
    case 'linear':
      return { ...decay, epochs: scaled(decay.epochs) };
    case 'division':
      return { ...decay, by: Math.min(2, decay.by ** (1 / factor)) };
    case 'steps': {
      // Few epochs may bring two steps together: each comes at least one epoch after the one before.
      const at: number[] = [];
      for (const epoch of decay.at) at.push(Math.max(scaled(epoch), (at.at(-1) ?? 0) + 1));
      return { ...decay, at };
    }
  }
}
