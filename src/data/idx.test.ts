import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idx } from '../testing/small-data.ts';
import { imagesBytes, isIdx, labelsBytes, parseImages, parseLabels } from './idx.ts';

const PIXELS = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
const IMAGES = { count: 4, height: 2, width: 3 };
const LABELS = { count: 5, classes: 3 };
const images = () => idx([2051, 4, 2, 3], PIXELS);
const labels = () => idx([2049, 5], Uint8Array.of(2, 0, 1, 1, 2));
const failure = (result: { ok: boolean; error?: string }) => {
  expect(result.ok).toBe(false);
  return result.error;
};

describe('images', () => {
  test('are a view of the bytes after the header', () => {
    const bytes = images();
    const parsed = parseImages(bytes, 'f', IMAGES);
    expect(parsed).toEqual({ ok: true, value: PIXELS });
    expect(parsed.ok && parsed.value.buffer).toBe(bytes.buffer);
    expect(imagesBytes(IMAGES)).toBe(bytes.length);
    expect(isIdx(bytes)).toBe(true);
  });

  test('are read from a view that does not start at 0', () => {
    const padded = new Uint8Array([9, 9, 9, ...images()]);
    expect(parseImages(padded.subarray(3), 'f', IMAGES)).toEqual({ ok: true, value: PIXELS });
  });

  test.each([
    [
      'labels instead',
      idx([2049, 24], PIXELS),
      'f begins with the number 2049 (a file of labels); a file of images begins with 2051.',
    ],
    [
      'another magic',
      idx([2052, 4, 2, 3], PIXELS),
      'f begins with the number 2052; a file of images begins with 2051.',
    ],
    [
      'little-endian',
      idx([0x03080000, 4, 2, 3], PIXELS),
      'f begins with the number 50855936; a file of images begins with 2051.',
    ],
    [
      'a count too high',
      idx([2051, 0xffffffff, 2, 3], PIXELS),
      'f says it holds 4294967295 images; allowed are exactly 4.',
    ],
    [
      'a count too low',
      idx([2051, 3, 2, 3], PIXELS),
      'f says it holds 3 images; allowed are exactly 4.',
    ],
    [
      'another shape',
      idx([2051, 4, 3, 2], PIXELS),
      'f holds images of 3 x 2 pixels; allowed are 2 x 3.',
    ],
    [
      'one byte short',
      images().slice(0, -1),
      'f is too short: 4 images take exactly 40 bytes, and it has 39.',
    ],
    [
      'one byte long',
      idx([2051, 4, 2, 3], new Uint8Array(25)),
      'f is too long: 4 images take exactly 40 bytes, and it has 41.',
    ],
    [
      'half a header',
      images().slice(0, 15),
      'f is 15 bytes long; a file of images has a header of 16 bytes.',
    ],
    ['nothing', new Uint8Array(0), 'f is 0 bytes long; a file of images has a header of 16 bytes.'],
  ])('refuses %s', (_, bytes, sentence) => {
    expect(failure(parseImages(bytes, 'f', IMAGES))).toBe(sentence);
  });
});

describe('labels', () => {
  test('are a view of the bytes after the header', () => {
    expect(parseLabels(labels(), 'f', LABELS)).toEqual({
      ok: true,
      value: Uint8Array.of(2, 0, 1, 1, 2),
    });
    expect(labelsBytes(LABELS)).toBe(labels().length);
  });

  test.each([
    [
      'images instead',
      images(),
      'f begins with the number 2051 (a file of images); a file of labels begins with 2049.',
    ],
    [
      'a label too high',
      idx([2049, 5], Uint8Array.of(2, 0, 1, 3, 9)),
      'f has the label 3 at position 3; allowed are 0 to 2.',
    ],
    [
      'another count',
      idx([2049, 6], new Uint8Array(5)),
      'f says it holds 6 labels; allowed are exactly 5.',
    ],
    [
      'one byte long',
      idx([2049, 5], new Uint8Array(6)),
      'f is too long: 5 labels take exactly 13 bytes, and it has 14.',
    ],
  ])('refuses %s', (_, bytes, sentence) => {
    expect(failure(parseLabels(bytes, 'f', LABELS))).toBe(sentence);
  });
});

describe('any file', () => {
  test('cut anywhere is refused', () => {
    for (let n = 0; n < images().length; n++) {
      expect(parseImages(images().slice(0, n), 'f', IMAGES).ok).toBe(false);
    }
    for (let n = 0; n < labels().length; n++) {
      expect(parseLabels(labels().slice(0, n), 'f', LABELS).ok).toBe(false);
    }
  });

  test('with any one bit of the header flipped is refused', () => {
    for (let bit = 0; bit < 8 * 16; bit++) {
      const bytes = images();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(parseImages(bytes, 'f', IMAGES).ok).toBe(false);
    }
  });

  test('of any bytes gives a value of the right shape or one sentence', () => {
    const start = fc.constantFrom([], [0, 0, 8, 1], [0, 0, 8, 3], [0, 0, 8, 1, 0, 0, 0, 5]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 48 }), (head, tail) => {
        const bytes = new Uint8Array([...head, ...tail]);
        for (const [parsed, length] of [
          [parseImages(bytes, 'f', IMAGES), 24],
          [parseLabels(bytes, 'f', LABELS), 5],
        ] as const) {
          if (parsed.ok) expect(parsed.value.length).toBe(length);
          else expect(parsed.error).toMatch(/^f [^\n]+\.$/);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
