import { describe, expect, it } from 'vitest';
import { bytes, figures, percent, whole } from './format.ts';

describe('format', () => {
  it.each([
    [1412, '1412'],
    [60_000, '60\u202f000'],
    [1_234_567, '1\u202f234\u202f567'],
  ])('whole %d', (n, text) => {
    expect(whole(n)).toBe(text);
  });

  it.each([
    [320, '320 B'],
    [25_088, '25.1 kB'],
    [999_700, '1.00 MB'],
    [802_816, '803 kB'],
  ])('bytes %d', (n, text) => {
    expect(bytes(n)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.12345, '0.1235'],
    [4.1e-4, '4.100×10⁻⁴'],
    [-2.5e7, '-2.500×10⁷'],
    [NaN, 'not finite'],
  ])('figures %d', (n, text) => {
    expect(figures(n)).toBe(text);
  });

  it('percent', () => {
    expect(percent(12.6)).toBe('12.60 %');
  });
});
