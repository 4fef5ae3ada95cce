import { describe, expect, it } from 'vitest';
import { figures } from '../../experiment/digits.ts';
import { bytes, count, duration, percent, plural, times, whole } from './format.ts';

describe('format', () => {
  it.each([
    [1412, '1412'],
    [60_000, '60\u202f000'],
    [1_234_567, '1\u202f234\u202f567'],
  ])('whole %d', (n, text) => {
    expect(whole(n)).toBe(text);
  });

  it('things, and how often', () => {
    expect([0, 1, 12_345].map((n) => plural(n, 'word'))).toEqual([
      ...['0 words', '1 word', '12\u202f345 words'],
    ]);
    expect([1, 2, 3].map(times)).toEqual(['once', 'twice', '3 times']);
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
    [320, '320'],
    [999.6, '1.00 k'],
    [112_896, '113 k'],
    [1_234_567, '1.23 M'],
    [45_600_000_000, '45.6 G'],
  ])('count %d', (n, text) => {
    expect(count(n)).toBe(text);
  });

  it.each([
    [3, '0.1 s'],
    [1460, '1.5 s'],
    [22_400, '22 s'],
    [22 * 60_000, '22 min'],
    [3.4 * 3_600_000, '3.4 h'],
    [40 * 3_600_000, '40 h'],
    [300 * 3_600_000, '13 days'],
  ])('duration %d', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.12345, '0.1235'],
    [4.1e-4, '4.100×10⁻⁴'],
    [-2.5e7, '−2.500×10⁷'],
    [NaN, 'not finite'],
  ])('figures %d', (n, text) => {
    expect(figures(n)).toBe(text);
  });

  it('percent', () => {
    expect(percent(12.6)).toBe('12.60 %');
  });
});
