/** Where the axes have their ticks. Pure. */
import { figures, powerOfTen } from '../../experiment/digits.ts';

/** 0 and up to about five round pitches, of `least` at least, that reach no further than `last`. */
export function roundTicks(last: number, least = 1): number[] {
  if (last <= 0) return [0];
  const rough = last / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  const pitch = Math.max(least, unit * power);
  return Array.from({ length: Math.floor(last / pitch + 1e-9) + 1 }, (_, i) => i * pitch);
}

/** A number of a linear axis; a large one as a power of ten, for which there is room beside a chart. */
export const shortTick = (n: number): string =>
  Math.abs(n) < 100_000 ? String(Number(n.toPrecision(2))) : figures(n, 2);

/** A power of ten. */
export const powerTick = (n: number): string => powerOfTen(Math.round(Math.log10(n)));

/** A share as percent. */
export const percentTick = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;

/** The same of a power of ten: small ones as such, so that all are of about one width. */
export function percentPower(share: number): string {
  const exponent = Math.round(Math.log10(100 * share));
  return exponent < -3 ? `${powerOfTen(exponent)} %` : percentTick(10 ** (exponent - 2));
}
