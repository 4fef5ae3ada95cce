/** How the time of a step grows with its arithmetic: the slope in the log-log plane, and a line. */
import { at } from '../../src/experiment/at.ts';

export interface CostPoint {
  /** Multiply-accumulates a step. */
  readonly macs: number;
  /** Milliseconds a step. */
  readonly ms: number;
}

export interface Fit {
  /** Exponent of ms ~ macs^slope over all points: 1 is linear. */
  readonly slope: number;
  /** The same over the points from `LARGE` on, where arithmetic is most of the time; null below two. */
  readonly slopeOfLarge: number | null;
  /** ms = fixedMs + nsPerMac * macs / 10^6: what a step costs without arithmetic, and its price. */
  readonly fixedMs: number;
  readonly nsPerMac: number;
  /** The largest of the points' distances from that line, as a share of the line's own value. */
  readonly worst: number;
}

/** Multiply-accumulates from which a step counts as a large one. */
export const LARGE = 1e7;

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Slope of the least-squares line through log(ms) over log(macs). */
function slopeOf(points: readonly CostPoint[]): number {
  const xs = points.map(({ macs }) => Math.log(macs));
  const ys = points.map(({ ms }) => Math.log(ms));
  const n = points.length;
  const [x, y] = [sum(xs) / n, sum(ys) / n];
  return (
    sum(xs.map((value, k) => (value - x) * (at(ys, k) - y))) /
    sum(xs.map((value) => (value - x) ** 2))
  );
}

/**
 * Both fits. The line's is by relative least squares: each point counts by its distance over its
 * own time, or the largest few would be all that matters.
 * @param points at least two, of different macs.
 */
export function fitOf(points: readonly CostPoint[]): Fit {
  // Divided by ms, a + b n = t becomes a / t + b n / t = 1: two normal equations.
  const u = points.map(({ ms }) => 1 / ms);
  const v = points.map(({ macs, ms }) => macs / ms);
  const products = (p: readonly number[], q: readonly number[]) =>
    sum(p.map((x, k) => x * at(q, k)));
  const [uu, uv, vv] = [products(u, u), products(u, v), products(v, v)];
  const determinant = uu * vv - uv * uv;
  const fixedMs = (sum(u) * vv - sum(v) * uv) / determinant;
  const msPerMac = (sum(v) * uu - sum(u) * uv) / determinant;
  const large = points.filter(({ macs }) => macs >= LARGE);
  return {
    slope: slopeOf(points),
    slopeOfLarge: large.length < 2 ? null : slopeOf(large),
    fixedMs,
    nsPerMac: 1e6 * msPerMac,
    worst: Math.max(
      ...points.map(({ macs, ms }) => Math.abs(ms / (fixedMs + msPerMac * macs) - 1)),
    ),
  };
}
