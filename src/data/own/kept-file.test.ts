/** A person's data from being read to being trained on: what is kept is what was seen. */
import { describe, expect, test } from 'vitest';
import { isOwnId, shapeOf } from '../../experiment/datasets.ts';
import { SENTENCE } from '../../testing/fuzz.ts';
import { numbersOf } from '../../testing/own-files.ts';
import { entryOf, isUnfinished, fromKept, type Kept, markOf, toKept } from './kept-file.ts';
import { loadOwn } from './load.ts';
import type { OwnData } from './own-data.ts';

const COUNT = 40;
const numbers = numbersOf(COUNT, 6, 4);
const DATA: OwnData = {
  name: 'four kinds',
  source: 'The file "four.csv"',
  shape: { height: 1, width: 2, channels: 3 },
  classNames: ['a', 'b', 'c', '犬'],
  count: COUNT,
  ...numbers,
  parts: null,
  notes: ['Something was left out.'],
};
const HOW = { name: 'Mine', split: 'in-order', created: 1_700_000_000_000 } as const;

async function kept(data: OwnData = DATA, how: Parameters<typeof toKept>[1] = HOW): Promise<Kept> {
  const result = await toKept(data, how);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const fileOf = ({ pieces }: Kept): Blob => new Blob([markOf(), ...pieces]);

describe('what is kept', () => {
  test('comes back as it was, split, under a name that says its shape', async () => {
    const whole = await kept();
    expect(isOwnId(whole.id)).toBe(true);
    expect(shapeOf(whole.id)).toEqual({ height: 1, width: 2, channels: 3, classes: 4 });
    const back = await fromKept(whole.id, fileOf(whole));
    if (back === 'cancelled' || !back.ok) throw new Error('not read');
    const { train, validation, test: tested, ...about } = back.value;
    expect(about).toEqual({
      id: whole.id,
      title: 'Mine',
      note: null,
      shape: DATA.shape,
      inputs: 6,
      classNames: DATA.classNames,
    });
    expect([train.count, validation.count, tested.count]).toEqual([32, 4, 4]);
    expect(train.images).toEqual(numbers.pixels.subarray(0, 32 * 6));
    expect(tested.labels).toEqual(numbers.labels.subarray(36));
    expect(await entryOf(whole.id, fileOf(whole))).toEqual({
      id: whole.id,
      name: 'Mine',
      source: 'The file "four.csv"',
      created: HOW.created,
      examples: COUNT,
      training: 32,
      bytes: fileOf(whole).size,
    });
  });

  test('has the same name for the same examples, whatever they are called', async () => {
    const first = await kept();
    const other = await kept({ ...DATA, source: 'elsewhere', notes: [] }, { ...HOW, name: 'X' });
    expect(other.id).toBe(first.id);
    expect((await kept(DATA, { ...HOW, split: 'shuffled' })).id).not.toBe(first.id);
    const darker = { ...DATA, pixels: numbers.pixels.map((pixel) => pixel >> 1) };
    expect((await kept(darker)).id).not.toBe(first.id);
    // Pinned: a link made today must find its data tomorrow.
    expect(first.id).toMatchInlineSnapshot(`"own-1x2x3-4-5f471c76ab2ec271"`);
  });

  test('shuffled has the same examples in every part together', async () => {
    const whole = await kept(DATA, { ...HOW, split: 'shuffled' });
    const back = await fromKept(whole.id, fileOf(whole));
    if (back === 'cancelled' || !back.ok) throw new Error('not read');
    const seen = [back.value.train, back.value.validation, back.value.test].flatMap(
      ({ images, labels }) =>
        Array.from(labels, (label, n) => [label, ...images.subarray(6 * n, 6 * n + 6)].join(' ')),
    );
    const wanted = Array.from(numbers.labels, (label, n) =>
      [label, ...numbers.pixels.subarray(6 * n, 6 * n + 6)].join(' '),
    );
    expect(seen).not.toEqual(wanted);
    expect(seen.toSorted()).toEqual(wanted.toSorted());
  });

  test('that was never finished, or was damaged, is no data', async () => {
    const whole = await kept();
    const good = new Uint8Array(await fileOf(whole).arrayBuffer());
    const broken = async (change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) => {
      const result = await fromKept(whole.id, new Blob([change(good.slice())]));
      if (result === 'cancelled' || result.ok) throw new Error('was read');
      return result.error;
    };
    const flipped = (at: number) => (bytes: Uint8Array<ArrayBuffer>) => {
      bytes[at] = (bytes[at] ?? 0) ^ 16;
      return bytes;
    };
    for (const change of [
      flipped(0),
      flipped(9),
      flipped(40),
      // A pixel, and a label that stays within the classes or does not.
      flipped(good.length - 3),
      flipped(good.length - COUNT * 6 - 1),
      (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1),
      () => new Uint8Array(0),
    ]) {
      expect(await broken(change)).toMatch(SENTENCE);
    }
    // The mark is written last.
    const unfinished = new Blob([new Uint8Array(markOf().length), ...whole.pieces]);
    expect(await entryOf(whole.id, unfinished)).toBeNull();
    expect(await isUnfinished(unfinished)).toBe(true);
    expect(await isUnfinished(new Blob([good.slice(0, 9)]))).toBe(true);
    // Of a newer version: not read here, but nothing to be cleared away.
    const newer = good.slice();
    newer[5] = 2;
    expect(await entryOf(whole.id, new Blob([newer]))).toBeNull();
    expect(await isUnfinished(new Blob([newer]))).toBe(false);
  });

  test('is not read on once loading was called off', async () => {
    const whole = await kept();
    const signal = AbortSignal.abort();
    expect(await fromKept(whole.id, fileOf(whole), { signal })).toBe('cancelled');
  });
});

describe('loading by name', () => {
  test('finds what was brought in this visit', async () => {
    const whole = await kept();
    const loaded = await loadOwn(whole.id, new Map([[whole.id, fileOf(whole)]]));
    expect(loaded).toMatchObject({ ok: true, value: { title: 'Mine' } });
  });

  test('says so where the data is not in this browser', async () => {
    const loaded = await loadOwn('own-28x28x1-10-0123456789abcdef', new Map());
    if (loaded === 'cancelled' || loaded.ok) throw new Error('was found');
    expect(loaded.error).toMatch(SENTENCE);
    expect(loaded.error).toContain('28 x 28, grey, 10 classes');
  });
});
