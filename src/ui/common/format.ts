/** Numbers as this page prints them. */
import { figures, grouped } from '../../experiment/digits.ts';

/** Thin spaces from five digits on: 1412, 60 000. */
export const whole = (n: number): string => grouped(Math.round(n));

/** Bytes in decimal units: 25.1 kB, 1.07 MB. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toPrecision(3)} ${units[unit] ?? 'GB'}`;
}

/** Large counts in three figures: 320, 113 k, 1.23 M, 45.6 G. */
export function count(n: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toPrecision(3)}${units[unit] ?? ''}`;
}

/** Milliseconds as a person says them: 0.8 s, 22 s, 22 min, 3.4 h, 12 days. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 119.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  if (hours < 9.95) return `${hours.toFixed(1)} h`;
  return hours < 71.5 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/** Percent with two decimals: 12.60 %. */
export const percent = (n: number): string =>
  Number.isFinite(n) ? `${n.toFixed(2)} %` : 'not finite';

/** A share 0..1 in percent. */
export const share = (n: number): string => percent(100 * n);

/** A share of weights 0..1 that flip in a step: often few in a million. */
export const flipsText = (n: number, digits = 2): string => `${figures(100 * n, digits)} %`;

/** A number of things: `1 word`, `12 words`. */
export const plural = (n: number, thing: string): string =>
  `${whole(n)} ${thing}${n === 1 ? '' : 's'}`;

/** How often: once, twice, 3 times. */
export const times = (n: number): string =>
  n === 1 ? 'once' : n === 2 ? 'twice' : `${whole(n)} times`;
