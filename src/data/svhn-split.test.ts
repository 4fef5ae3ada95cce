import { describe, expect, test } from 'vitest';
import { ok } from '../experiment/result.ts';
import { smallSets } from '../testing/small-data.ts';
import { matFile } from '../testing/small-mat.ts';
import { type Contents, wholeContents } from './contents-file.ts';
import { type FileSource, readOfficial } from './load.ts';

const { index, svhn } = smallSets();
type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

const source = (files: Files, contents: Contents): FileSource => ({
  read: ({ file }) => Promise.resolve(ok(files[file.role] ?? new Uint8Array(0))),
  contents: () => Promise.resolve(ok(contents)),
});
const load = async (contents: Contents, files: Files = svhn.files) => {
  const loaded = await readOfficial('svhn', index, source(files, contents));
  if (loaded === 'cancelled') throw new Error('nobody called it off');
  return loaded;
};
const first = (images: Uint8Array, count: number) =>
  Array.from({ length: count }, (_, n) => images[18 * n]);

describe('the whole set', () => {
  test('without its extra set takes the first of each class to validate, and says so', async () => {
    const loaded = await load(wholeContents(svhn.entry, false));
    if (!loaded.ok) throw new Error(loaded.error);
    const { train, validation, test: tested, note } = loaded.value;
    expect([...validation.labels]).toEqual([0, 1, 2]);
    expect(first(validation.images, 3)).toEqual([0, 31, 62]);
    expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(first(train.images, 2)).toEqual([93, 124]);
    expect([tested.count, first(tested.images, 3)]).toEqual([3, [1, 32, 63]]);
    expect(note).toBe(
      "Without Small SVHN's extra set: 9 images train and 3 validate, all from the 12 of the training file; published figures had 9 more.",
    );
  });

  test('with its extra set takes some of both', async () => {
    const loaded = await load(wholeContents(svhn.entry, true));
    if (!loaded.ok) throw new Error(loaded.error);
    const { train, validation, note } = loaded.value;
    expect([train.count, validation.count, note]).toEqual([12 - 3 + 9 - 6, 9, null]);
    // Three of the training file, then two a class of the extra one, in its order.
    expect(first(validation.images, 9)).toEqual([0, 31, 62, 2, 33, 64, 95, 126, 157]);
    expect(train.images[9 * 18]).toBe((2 + 6 * 31) % 256);
  });

  test('takes the same arrays out of another wrapping, and says so', async () => {
    const values = Uint8Array.from({ length: 54 }, (_, e) => e);
    const rewritten = matFile(
      [
        { name: 'X', dims: [2, 3, 3, 3], values },
        { name: 'y', dims: [3, 1], values: [1, 2, 3] },
      ],
      { packed: false },
    );
    const loaded = await load(wholeContents(svhn.entry, true), { ...svhn.files, test: rewritten });
    expect(loaded).toHaveProperty(
      'value.note',
      'test_32x32.mat has as many images of each class as the published file, but not its checksum.',
    );
  });

  test('is refused where counts are not the published ones', async () => {
    const few = await load(wholeContents(svhn.entry, false), {
      ...svhn.files,
      test: svhn.files.train,
    });
    expect(few).toHaveProperty(
      'error',
      'svhn/test_32x32.mat holds 12 pictures; the file of Small SVHN has 3.',
    );
    const same = matFile([
      { name: 'X', dims: [2, 3, 3, 3], values: new Uint8Array(54) },
      { name: 'y', dims: [3, 1], values: [1, 1, 2] },
    ]);
    expect(
      await load(wholeContents(svhn.entry, false), { ...svhn.files, test: same }),
    ).toHaveProperty(
      'error',
      'svhn/test_32x32.mat holds 0 pictures of class 0; the file of Small SVHN has 1.',
    );
    const extra = matFile([
      { name: 'X', dims: [2, 3, 3, 9], values: new Uint8Array(162) },
      { name: 'y', dims: [9, 1], values: [1, 1, 1, 1, 1, 1, 1, 2, 2] },
    ]);
    expect(await load(wholeContents(svhn.entry, true), { ...svhn.files, extra })).toHaveProperty(
      'error',
      'svhn/extra_32x32.mat holds fewer than 2 pictures of class 0, which validation takes.',
    );
  });
});

describe('a part', () => {
  const part = (split: [number, number, number], of: 'train' | null = 'train'): Contents => ({
    version: 1,
    kind: 'part',
    of,
    from: 'some.mat',
    file: { name: 'part.mat', bytes: svhn.files.train.length, sha256: '0'.repeat(64) },
    split,
  });

  test('is divided in its order, and says that it is a part', async () => {
    const loaded = await load(part([6, 3, 2]));
    if (!loaded.ok) throw new Error(loaded.error);
    const { title, train, validation, test: tested, note } = loaded.value;
    expect([title, train.count, validation.count, tested.count]).toEqual([
      'Small SVHN (a part)',
      6,
      3,
      2,
    ]);
    expect(first(validation.images, 3)).toEqual([6, 7, 8].map((n) => (31 * n) % 256));
    expect(note).toBe(
      "11 of Small SVHN's 12 training images, split 6 / 3 / 2 in their order: no figure from it is a result on Small SVHN.",
    );
  });

  test('of nobody knows what says its name', async () => {
    expect(await load(part([10, 1, 1], null))).toHaveProperty(
      'value.note',
      '12 images out of "some.mat", split 10 / 1 / 1 in their order: no figure from it is a result on Small SVHN.',
    );
  });

  test('is refused where the split takes more than there is', async () => {
    expect(await load(part([10, 2, 1]))).toHaveProperty(
      'error',
      'svhn/part.mat holds 12 pictures, fewer than the split 10 / 2 / 1 takes.',
    );
  });
});
