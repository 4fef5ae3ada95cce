/** The roofline of a step as rows of text. Pure. */
import type { KernelProfile, StepProfile } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';
import { bytes } from '../common/format.ts';

export interface TimingRow {
  readonly name: string;
  readonly dispatches: string;
  readonly ms: string;
  /** Of the step's time, 0..1; null where the clock measured nothing at all. */
  readonly share: number | null;
  readonly gflops: string;
  readonly gigabytes: string;
}

const NONE = '–';

/** `amount` a second, in units of 10^9. */
const perSecond = (amount: number, microseconds: number): string =>
  amount === 0 || microseconds === 0 ? NONE : figures(amount / microseconds / 1000, 3);

const rowOf = (kernel: KernelProfile, total: number): TimingRow => ({
  name: kernel.kernel,
  dispatches: String(kernel.dispatches),
  ms: (kernel.microseconds / 1000).toFixed(3),
  share: total === 0 ? null : kernel.microseconds / total,
  gflops: perSecond(kernel.flops, kernel.microseconds),
  gigabytes: perSecond(kernel.bytes, kernel.microseconds),
});

/** A row a kernel, and the one of the whole step. */
export function timingRows({ kernels }: StepProfile): {
  readonly rows: readonly TimingRow[];
  readonly whole: TimingRow;
} {
  const sum = (of: (kernel: KernelProfile) => number) =>
    kernels.reduce((total, kernel) => total + of(kernel), 0);
  const whole: KernelProfile = {
    kernel: 'One step',
    dispatches: sum(({ dispatches }) => dispatches),
    microseconds: sum(({ microseconds }) => microseconds),
    flops: sum(({ flops }) => flops),
    bytes: sum((kernel) => kernel.bytes),
  };
  const total = whole.microseconds;
  return { rows: kernels.map((kernel) => rowOf(kernel, total)), whole: rowOf(whole, total) };
}

/** What the step computes and moves, in a sentence. */
export function workText({ kernels }: StepProfile): string {
  const flops = kernels.reduce((total, kernel) => total + kernel.flops, 0);
  const moved = kernels.reduce((total, kernel) => total + kernel.bytes, 0);
  return `A step is ${figures(flops / 1e6, 3)} MFLOP of matrix products and moves ${bytes(moved)} at least.`;
}

/** How the times came about, and what the clock is worth. */
export function clockText({ tick }: StepProfile): string {
  const apart = 'Each dispatch was timed in a pass of its own.';
  return tick > 1
    ? `${apart} The GPU clock ticks every ${figures(tick / 1000, 2)} ms here: shorter times are right in the mean only.`
    : apart;
}
