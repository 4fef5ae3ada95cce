import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOfficial } from '../data/load.ts';
import { smallSets } from '../testing/small-data.ts';
import { folderSource, loadFromFolder } from './folder-source.ts';

const { sets, index } = smallSets();
const { content, files } = sets.mnist;
const MNIST = { data: 'mnist', preprocessing: 'mean' } as const;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bc-folder-'));
});
afterEach(() => rm(dir, { recursive: true }));

const put = async (name: string, bytes: Uint8Array) => {
  await mkdir(join(dir, 'mnist'), { recursive: true });
  await writeFile(join(dir, 'mnist', name), bytes);
};
const load = () => readOfficial('mnist', index, folderSource(dir));

test('reads packed files, unpacked files, and unpacked files with packed names', async () => {
  for (const [name, bytes] of files) await put(name, bytes);
  expect(await load()).toHaveProperty('ok', true);
  await rm(join(dir, 'mnist', 'train-images-idx3-ubyte.gz'));
  await put('train-images-idx3-ubyte', content.trainImages);
  await rm(join(dir, 'mnist', 't10k-images-idx3-ubyte.gz'));
  await put('t10k-images.idx3-ubyte', content.testImages);
  await put('t10k-labels-idx1-ubyte.gz', content.testLabels);
  expect(await load()).toHaveProperty('ok', true);
});

test('says what is missing: the folder, the data set, a file', async () => {
  const missing = join(dir, 'nowhere');
  expect(await loadFromFolder(MNIST, missing)).toEqual({
    ok: false,
    error: `The data folder ${missing} does not exist; a data folder holds mnist/ with the four official files of MNIST.`,
  });
  expect(await loadFromFolder(MNIST, dir)).toHaveProperty(
    'error',
    `MNIST is missing: there is no folder ${join(dir, 'mnist')}; a data folder holds mnist/ with the four official files of MNIST.`,
  );
  await put('t10k-labels-idx1-ubyte', content.testLabels);
  expect(await load()).toHaveProperty(
    'error',
    `Small mnist is incomplete: ${join(dir, 'mnist', 't10k-images-idx3-ubyte.gz')} is missing; a data folder holds mnist/ with the four official files of Small mnist.`,
  );
});

test('does not read a file that is far too long', async () => {
  await put('t10k-labels-idx1-ubyte.gz', new Uint8Array(1_000_000));
  const loaded = await load();
  expect(loaded).toHaveProperty(
    'error',
    expect.stringMatching(/is 1000000 bytes long; allowed are at most \d+\.$/),
  );
});
