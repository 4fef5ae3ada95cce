/** Where the axes have their ticks. Pure. */
import { powerOfTen } from '../../experiment/digits.ts';

/** 0 and up to about five round pitches, of `least` at least, that reach no further than `last`. */
export function roundTicks(last: number, least = 1): number[] {
  if (last <= 0) return [0];
  const rough = last / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  const pitch = Math.max(least, unit * power);
  return Array.from({ length: Math.floor(last / pitch + 1e-9) + 1 }, (_, i) => i * pitch);
}

/** Numbers with more digits than this have no room beside a chart. */
const LONGEST = 99_999;

/** A number of a linear axis. */
export function shortTick(n: number): string {
  if (Math.abs(n) <= LONGEST) return String(Number(n.toPrecision(2)));
  const exponent = Math.floor(Math.log10(Math.abs(n)));
  return `${Number((n / 10 ** exponent).toPrecision(2))}×${powerOfTen(exponent)}`;
}

/** A power of ten. */
export const powerTick = (n: number): string => powerOfTen(Math.round(Math.log10(n)));

/** A share as percent. */
export const percentTick = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;

/** The same of a power of ten: small ones as such, so that all are of about one width. */
export function percentPower(share: number): string {
  const exponent = Math.round(Math.log10(100 * share));
  return exponent < -3 ? `${powerOfTen(exponent)} %` : percentTick(10 ** (exponent - 2));
}
