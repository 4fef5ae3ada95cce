/** Which levels an upright axis shows, by what is drawn. Pure. */
import type { PlotLine, PlotRow } from './lines.ts';
import { roundTicks } from './ticks.ts';

/** Powers of ten shown at most: of what lies below them there is no more to be seen. */
const MOST_DECADES = 8;

/** Powers of ten that enclose every value of the lines, and the `others`; two of them at least. */
export function decadesOf(
  rows: readonly PlotRow[],
  lines: readonly PlotLine[],
  others: readonly number[] = [],
): number[] {
  let low = Math.min(Infinity, ...others);
  let high = Math.max(-Infinity, ...others);
  for (const row of rows) {
    for (const { key } of lines) {
      const value = row[key];
      if (value === undefined) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) [low, high] = [1e-4, 1e-1];
  const lowest = Math.floor(Math.log10(low));
  const last = Math.max(lowest + 1, Math.ceil(Math.log10(high)));
  const first = Math.max(lowest, last - MOST_DECADES);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Round levels from 0 that enclose every value of the lines, and the `others`. */
export function levelsOf(
  rows: readonly PlotRow[],
  lines: readonly PlotLine[],
  others: readonly number[],
): number[] {
  let highest = Math.max(0, ...others);
  for (const row of rows) {
    for (const { key } of lines) highest = Math.max(highest, row[key] ?? 0);
  }
  if (highest === 0) highest = 1;
  const ticks = roundTicks(highest, 0);
  const end = ticks.at(-1) ?? highest;
  return end < highest * (1 - 1e-9) ? [...ticks, end + (ticks[1] ?? highest)] : ticks;
}
