import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { SMALL_CIFAR, smallCifar } from '../testing/small-data.ts';
import { parseCifarBin } from './cifar.ts';

const bytes = smallCifar().files.get('data_batch_1.bin') ?? new Uint8Array(0);
const read = (file: Uint8Array<ArrayBuffer>, count: number | null = null) =>
  parseCifarBin(file, 'x.bin', count, SMALL_CIFAR);

test('gives labels, and pixels by row, column, channel', () => {
  const examples = read(bytes, 6);
  if (!examples.ok) throw new Error(examples.error);
  expect([...examples.value.labels]).toEqual([0, 1, 2, 3, 0, 1]);
  // Record n, byte i holds (41 n + 7 i) % 256; the planes begin at 1, 7 and 13.
  const of = (n: number, ...at: number[]) => at.map((i) => (41 * n + 7 * i) % 256);
  expect([...examples.value.images.subarray(18, 18 + 6)]).toEqual(of(1, 1, 7, 13, 2, 8, 14));
  expect([...examples.value.images.subarray(-3)]).toEqual(of(5, 6, 12, 18));
});

test('takes any number of records where none is expected, of 3,073 bytes by default', () => {
  expect(read(bytes.slice(0, 19))).toMatchObject({ value: { count: 1 } });
  expect(parseCifarBin(new Uint8Array(2 * 3073), 'x.bin')).toMatchObject({ value: { count: 2 } });
});

test.each([
  [
    'too short',
    bytes.slice(0, -1),
    6,
    'is too short: 6 records of 19 bytes take exactly 114 bytes, and it has 113.',
  ],
  [
    'too long',
    bytes,
    5,
    'is too long: 5 records of 19 bytes take exactly 95 bytes, and it has 114.',
  ],
  [
    'no whole record',
    bytes.slice(0, 20),
    null,
    'is 20 bytes long; allowed is a whole number of records of 19 bytes, a label and a picture.',
  ],
  [
    'empty',
    new Uint8Array(0),
    null,
    'is 0 bytes long; allowed is a whole number of records of 19 bytes, a label and a picture.',
  ],
  [
    'a label out of range',
    bytes.map((byte, i) => (i === 38 ? 4 : byte)),
    6,
    'has the label 4 at position 2; allowed are 0 to 3.',
  ],
] as const)('refuses a file that is %s', (_, file, count, error) => {
  expect(read(file, count)).toEqual({ ok: false, error: `x.bin ${error}` });
});

test('broken files give as many examples as they have records, or a sentence', () => {
  fc.assert(
    fc.property(brokenFile(bytes), (file) => {
      const examples = read(file);
      if (examples.ok) expect(examples.value.count * 19).toBe(file.length);
      else expect(examples.error).toMatch(SENTENCE);
    }),
    { seed: 13, numRuns: 300 },
  );
});
