import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gunzip, isGzip } from './gunzip.ts';

const plain = Uint8Array.from({ length: 300_000 }, (_, i) => ((i * i * 7919) >> 5) & 255);
const packed = new Uint8Array(gzipSync(plain));

const expectRefused = async (bytes: Uint8Array<ArrayBuffer>) => {
  const result = await gunzip(bytes, 'f', plain.length);
  expect(result.ok).toBe(false);
  expect(!result.ok && result.error).toMatch(/^f is damaged or cut off: [^\n]+\.$/);
};

test('gives back what was packed', async () => {
  expect(isGzip(packed)).toBe(true);
  const result = await gunzip(packed, 'f', plain.length);
  expect(result.ok && Buffer.compare(result.value, plain)).toBe(0);
});

test('gives no more than there is where the limit is higher', async () => {
  const result = await gunzip(packed, 'f', plain.length + 1000);
  expect(result.ok && result.value.length).toBe(plain.length);
});

test('refuses a file cut off anywhere', async () => {
  const cuts = [0, 1, 2, 9, 10, 11, 1000, packed.length >> 1];
  for (const n of [...cuts, ...[9, 8, 5, 4, 1].map((k) => packed.length - k)]) {
    await expectRefused(packed.slice(0, n));
  }
});

test('refuses a wrong checksum and bytes behind the end', async () => {
  const wrong = packed.slice();
  const last = wrong.length - 6;
  wrong[last] = (wrong[last] ?? 0) ^ 1;
  await expectRefused(wrong);
  await expectRefused(new Uint8Array([...packed, 1, 2, 3]));
});

test('never gives wrong bytes for a flipped bit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 8 * packed.length - 1 }), async (bit) => {
      const bytes = packed.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = await gunzip(bytes, 'f', plain.length);
      // A bit of the header that means nothing (its time, its system) may differ.
      if (result.ok) expect(Buffer.compare(result.value, plain)).toBe(0);
      else expect(result.error).toMatch(/^f [^\n]+\.$/);
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('stops at the limit, by one byte and by a bomb', async () => {
  const sentence = (limit: number) => `f unpacks to more than the ${limit} bytes that are allowed.`;
  expect(await gunzip(packed, 'f', plain.length - 1)).toEqual({
    ok: false,
    error: sentence(plain.length - 1),
  });
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(200_000_000), { level: 1 }));
  const before = process.memoryUsage().arrayBuffers;
  expect(await gunzip(bomb, 'f', 1000)).toEqual({ ok: false, error: sentence(1000) });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
});
