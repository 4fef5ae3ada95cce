/** Where the axes have their ticks. Pure. */
import type { PlotLine, PlotRow } from './lines.ts';

/** Powers of ten that enclose every value of the lines; two of them at least. */
export function decadesOf(rows: readonly PlotRow[], lines: readonly PlotLine[]): number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    for (const { key } of lines) {
      const value = row[key];
      if (value === undefined) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) [low, high] = [1e-4, 1e-1];
  const first = Math.floor(Math.log10(low));
  const last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** 0 and up to about five round steps that reach no further than `last`. */
export function roundTicks(last: number): number[] {
  if (last <= 0) return [0];
  const rough = last / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  const pitch = Math.max(1, unit * power);
  return Array.from({ length: Math.floor(last / pitch) + 1 }, (_, i) => i * pitch);
}
