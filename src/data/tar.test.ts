import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { gzip, smallCifar, tar } from '../testing/small-data.ts';
import { archiveMembers } from './archive.ts';
import { inPieces } from './byte-reader.ts';
import { readTar } from './tar.ts';

const text = (content: string) => new TextEncoder().encode(content);
const WANTED = new Map([
  ['a.bin', 600],
  ['b.bin', 10],
]);
const read = (bytes: Uint8Array<ArrayBuffer>, piece = 100, total = 100_000) =>
  readTar(inPieces(bytes, piece), 'x.tar', { wanted: WANTED, total });
const sentence = async (bytes: Uint8Array<ArrayBuffer>, total?: number) => {
  const members = await read(bytes, 100, total);
  if (members.ok) throw new Error('this was to be refused');
  expect(members.error).toMatch(SENTENCE);
  return members.error;
};
const A = new Uint8Array(600).map((_, i) => i % 251);
const good = tar([
  ['folder/', new Uint8Array(0)],
  ['folder/other.txt', text('x'.repeat(1000))],
  ['folder/b.bin', text('b')],
  ['a.bin', A],
]);

test.each([1, 7, 512, 10_000])('takes wanted members by base name, in pieces of %i', async (n) => {
  const members = await read(good, n);
  expect(members).toEqual({
    ok: true,
    value: new Map([
      ['b.bin', text('b')],
      ['a.bin', A],
    ]),
  });
});

test('does without the closing blocks, and takes an empty archive', async () => {
  expect(await read(good.slice(0, -1024))).toHaveProperty('ok', true);
  expect(await read(new Uint8Array(0))).toEqual({ ok: true, value: new Map() });
});

describe('refuses', () => {
  test('what is no tar archive', async () => {
    expect(await sentence(text('hello '.repeat(200)))).toBe(
      'x.tar is not a tar archive, or damaged: there is no header 0 bytes into it.',
    );
  });

  test('an archive cut off in a header, in a member that is passed over, and in one that is kept', async () => {
    for (const end of [100, 512 + 512 + 300, good.length - 1024 - 500]) {
      expect(await sentence(good.slice(0, end))).toMatch(/^x\.tar is cut off after \d+ bytes/);
    }
  });

  test('a member longer than allowed, two of one name, and more in all than allowed', async () => {
    expect(await sentence(tar([['b.bin', new Uint8Array(11)]]))).toBe(
      'x.tar has a member "b.bin" of 11 bytes; allowed are at most 10.',
    );
    expect(
      await sentence(
        tar([
          ['b.bin', text('1')],
          ['c/b.bin', text('2')],
        ]),
      ),
    ).toBe('x.tar has two members called "b.bin".');
    expect(await sentence(good, 3000)).toBe(
      'x.tar has a member "a.bin" that reaches beyond the 3000 bytes that are allowed in all.',
    );
  });

  test('a size that is no octal number', async () => {
    const bytes = tar([['b.bin', text('1')]]);
    // GNU's binary form, and the checksum with it.
    bytes[124] = (bytes[124] ?? 0) | 0x80;
    const sum = Number.parseInt(Buffer.from(bytes.subarray(148, 154)).toString(), 8) + 0x80;
    bytes.set(text(sum.toString(8).padStart(6, '0')), 148);
    expect(await sentence(bytes)).toContain('"b.bin" that reaches beyond');
  });

  test('broken archives with a sentence, or gives members no longer than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(brokenFile(good), async (bytes) => {
        const members = await read(bytes, 4096);
        if (!members.ok) expect(members.error).toMatch(SENTENCE);
        else
          for (const [name, member] of members.value) {
            expect(member.length).toBeLessThanOrEqual(WANTED.get(name) ?? -1);
          }
      }),
      { seed: 14, numRuns: 400 },
    );
  });
});

describe('the archive of a data set', () => {
  const { archive, entry, files } = smallCifar();

  test('gives its files, packed or not', async () => {
    expect(await archiveMembers(archive, 'x.tar.gz', entry)).toEqual({ ok: true, value: files });
    const plain = tar([...files]);
    expect(await archiveMembers(plain, 'x.tar', entry)).toHaveProperty('ok', true);
  });

  test('is refused where it is a bomb, without unpacking it', async () => {
    const bomb = gzip(tar([['other', new Uint8Array(60_000_000)]]));
    const members = await archiveMembers(bomb, 'x.tar.gz', entry);
    expect(members).toMatchObject({ error: expect.stringContaining('allowed in all') as string });
    const zeros = gzip(new Uint8Array(60_000_000));
    expect(await archiveMembers(zeros, 'x.tar.gz', entry)).toEqual({ ok: true, value: new Map() });
  });

  test('is refused with a sentence where its packing is broken', async () => {
    await fc.assert(
      fc.asyncProperty(brokenFile(archive), async (bytes) => {
        const members = await archiveMembers(bytes, 'x.tar.gz', entry);
        if (!members.ok) expect(members.error).toMatch(SENTENCE);
      }),
      { seed: 15, numRuns: 300 },
    );
  });
});
