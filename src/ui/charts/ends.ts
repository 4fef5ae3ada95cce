/** Where lines end, and what stands there. Pure. */
import { type ChartModel, levelsFor } from './chart-model.ts';

export interface LineEnd {
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  /** Shares of the plane, 0..1: from the left, and from the top down. */
  readonly x: number;
  readonly y: number;
}

/** Labels nearer than this in x, as a share, are in each other's way. */
const NEAR = 0.04;

/**
 * The labels of lines that have one, where each line ends. Where several would stand on top of each other
 * they are moved apart, `gap` of the plane's height from one to the next.
 */
export function lineEnds(chart: ChartModel, gap: number): LineEnd[] {
  const { rows, lines, end, decades } = chart;
  const levels = levelsFor(chart);
  const scale = decades === null ? (value: number) => value : Math.log10;
  const [low, high] = [scale(levels[0] ?? 0), scale(levels.at(-1) ?? 1)];
  const ends = lines.flatMap(({ key, label, colour }): LineEnd[] => {
    const row = label === undefined ? undefined : rows.findLast((one) => key in one);
    const value = row?.[key];
    if (label === undefined || row === undefined || value === undefined) return [];
    const y = 1 - (scale(value) - low) / (high - low);
    return [{ key, label, colour, x: row.x / Math.max(end, Number.MIN_VALUE), y: within(y) }];
  });
  return apart(
    ends.toSorted((a, b) => a.y - b.y),
    gap,
  );
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

/** Downwards as far as each must go, then up again from the foot of the plane. */
function apart(ends: readonly LineEnd[], gap: number): LineEnd[] {
  const down: LineEnd[] = [];
  for (const end of ends) {
    const above = down.filter(({ x }) => Math.abs(x - end.x) < NEAR).map(({ y }) => y);
    down.push({ ...end, y: Math.max(end.y, ...above.map((y) => y + gap)) });
  }
  const up: LineEnd[] = [];
  for (const end of down.toReversed()) {
    const below = up.filter(({ x }) => Math.abs(x - end.x) < NEAR).map(({ y }) => y);
    up.unshift({ ...end, y: Math.min(end.y, 1, ...below.map((y) => y - gap)) });
  }
  return up;
}
