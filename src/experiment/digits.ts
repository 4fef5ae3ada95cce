/** Numbers as text, in sentences and on the page. */

/** The digits of a whole number in groups of three, where there are more than four. */
export function grouped(n: number): string {
  const digits = String(n);
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export const powerOfTen = (exponent: number): string =>
  `10${String(exponent).replace(/./g, (sign) => SUPERSCRIPTS[Number(sign)] ?? '⁻')}`;

/** `digits` significant figures, small and large magnitudes as powers of ten. */
export function figures(n: number, digits = 4): string {
  if (!Number.isFinite(n)) return 'not finite';
  if (n === 0) return '0';
  const size = Math.abs(n);
  const sign = n < 0 ? '−' : '';
  if (size >= 0.001 && size < 100_000) return sign + size.toPrecision(digits);
  const [mantissa, exponent] = size.toExponential(digits - 1).split('e');
  return `${sign}${mantissa ?? ''}×${powerOfTen(Number(exponent))}`;
}
