/** What runs along the x axis of the line charts: steps, epochs or seconds of training. Pure. */
import { figures } from '../../experiment/digits.ts';
import { whole } from '../common/format.ts';
import { type Knot, secondsAt } from '../state/clock.ts';
import { roundTicks } from './ticks.ts';

export const AXIS_KINDS = ['step', 'epoch', 'seconds'] as const;
export type AxisKind = (typeof AXIS_KINDS)[number];

/** Where each step of one run stands. */
export interface Axis {
  readonly kind: AxisKind;
  /** Place of a number of steps done. */
  readonly at: (step: number) => number;
}

/** @param knots seconds of training by step; see clock.ts. */
export function axisOf(kind: AxisKind, stepsPerEpoch: number, knots: readonly Knot[]): Axis {
  switch (kind) {
    case 'step':
      return { kind, at: (step) => step };
    case 'epoch':
      return { kind, at: (step) => step / Math.max(1, stepsPerEpoch) };
    case 'seconds':
      return { kind, at: (step) => secondsAt(knots, step) };
  }
}

export const AXIS_TITLES: Readonly<Record<AxisKind, string>> = {
  step: 'step',
  epoch: 'epoch',
  seconds: 'time of training',
};

export interface AxisTicks {
  readonly values: readonly number[];
  readonly print: (value: number) => string;
}

/** Seconds in a unit, by what the axis ends with. */
const UNITS = [
  [3 * 3600, 3600, 'h'],
  [300, 60, 'min'],
  [0, 1, 's'],
] as const;

/** Round places from 0 to `last`. */
export function axisTicks(kind: AxisKind, last: number): AxisTicks {
  switch (kind) {
    case 'step':
      return { values: roundTicks(last), print: whole };
    case 'epoch':
      return { values: roundTicks(last, 0), print: plain };
    case 'seconds': {
      const [, unit, name] = UNITS.find(([from]) => last >= from) ?? UNITS[2];
      return {
        values: roundTicks(last / unit, 0).map((value) => value * unit),
        print: (value) => `${plain(value / unit)} ${name}`,
      };
    }
  }
}

/** Without the dust of binary fractions. */
const plain = (value: number): string => String(Number(value.toPrecision(4)));

/** A place in words: `step 17–32`, `epoch 1.25, step 17–32`. The steps are 0 where they are another run's. */
export function placeText(
  kind: AxisKind,
  { x, from, step }: { readonly x: number; readonly from: number; readonly step: number },
): string {
  const steps = `step ${from === step ? '' : `${from}–`}${step}`;
  if (kind === 'step') return steps;
  const place = kind === 'epoch' ? `epoch ${plain(x)}` : `${figures(x, 3)} s`;
  return step > 0 ? `${place}, ${steps}` : place;
}
