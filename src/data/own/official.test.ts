/** Official files, known by what is in them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIndex } from '../../cli/project.ts';
import { gzip, smallSets } from '../../testing/small-data.ts';
import { textFile } from '../../testing/own-files.ts';
import { fetchSource, keepBrought } from '../fetch-source.ts';
import type { FileCaches } from '../fetch-source.ts';
import { readOfficial } from '../load.ts';
import { officialIn, openTars } from './official.ts';
import { memoryFile, type SourceFile } from './source.ts';

const quiet = () => undefined;
const { sets, index } = smallSets();
const { content, files: packed } = sets.mnist;

/** A cache in memory, as far as the Cache API is used. */
function memoryCaches(): FileCaches {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    open: () =>
      Promise.resolve({
        match: (key: string) => {
          const bytes = kept.get(key);
          return Promise.resolve(bytes && new Response(bytes));
        },
        put: async (key: string, response: Response) => {
          kept.set(key, new Uint8Array(await response.arrayBuffer()));
        },
        delete: (key: string) => Promise.resolve(kept.delete(key)),
      }),
  };
}

describe('files of a small official set', () => {
  const brought = (): SourceFile[] => [
    // Renamed, packed anew, unpacked, and one as it was published.
    memoryFile('some/where.bin', content.trainImages),
    memoryFile('labels.gz', gzip(content.trainLabels)),
    memoryFile('c', content.testLabels),
    memoryFile(
      't10k-images-idx3-ubyte.gz',
      packed.get('t10k-images-idx3-ubyte.gz') ?? content.testImages,
    ),
  ];

  test('are known whatever they are called, and load as if they had been fetched', async () => {
    const found = await officialIn(brought(), index, quiet);
    expect(found).toMatchObject({ id: 'mnist', missing: [] });
    const caches = memoryCaches();
    const base = 'http://127.0.0.1:9/data/';
    const before = await readOfficial('mnist', index, fetchSource(base, caches));
    expect(before).toMatchObject({ ok: false });
    const kept = await keepBrought(base, caches, {
      id: 'mnist',
      files: found?.files ?? [],
      contents: null,
    });
    expect(kept).toBe(true);
    const after = await readOfficial('mnist', index, fetchSource(base, caches));
    expect(after).toMatchObject({ ok: true });
  });

  test('are incomplete where one is missing or damaged, and none where they are others', async () => {
    const [, ...rest] = brought();
    expect(await officialIn(rest, index, quiet)).toMatchObject({
      id: 'mnist',
      missing: ['train-images-idx3-ubyte.gz'],
    });
    const damaged = content.trainImages.slice();
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    expect(await officialIn([memoryFile('x', damaged)], index, quiet)).toBeNull();
    expect(await officialIn([textFile('x.csv', '1,2')], index, quiet)).toBeNull();
    const mixed = [...rest, memoryFile('f', sets['fashion-mnist'].content.testLabels)];
    expect(await officialIn(mixed, index, quiet)).toBeNull();
  });

  test('are not kept where there is no cache, or a full one', async () => {
    const found = await officialIn(brought(), index, quiet);
    const about = { id: 'mnist', files: found?.files ?? [], contents: null } as const;
    expect(await keepBrought('http://127.0.0.1:9/', null, about)).toBe(false);
    const full: FileCaches = { open: () => Promise.reject(new Error('QuotaExceededError')) };
    expect(await keepBrought('http://127.0.0.1:9/', full, about)).toBe(false);
  });
});

describe('the real files', () => {
  const dir = process.env['BC_DATA_DIR'] ?? '';
  const real = async (id: string, names: readonly string[]) =>
    Promise.all(
      names.map(async (name) =>
        memoryFile(name, new Uint8Array(await readFile(join(dir, id, name)))),
      ),
    );
  const has = (path: string) => dir !== '' && existsSync(join(dir, path));
  const said = (id: string) =>
    has(id) ? '' : ` (skipped: BC_DATA_DIR does not name a folder with ${id}/)`;

  test.skipIf(!has('mnist'))(`MNIST, packed${said('mnist')}`, async () => {
    const official = await readIndex();
    if (!official.ok) throw new Error(official.error);
    const names = [
      'train-images-idx3',
      'train-labels-idx1',
      't10k-images-idx3',
      't10k-labels-idx1',
    ];
    const files = await real(
      'mnist',
      names.map((name) => `${name}-ubyte.gz`),
    );
    const found = await officialIn(files, official.value, quiet);
    expect(found).toMatchObject({ id: 'mnist', missing: [] });
  });

  test.skipIf(!has('cifar-10'))(`CIFAR-10, in its archive${said('cifar-10')}`, async () => {
    const official = await readIndex();
    if (!official.ok) throw new Error(official.error);
    const [archive] = await real('cifar-10', ['cifar-10-binary.tar.gz']);
    if (archive === undefined) throw new Error('no archive');
    const members = await openTars([archive], official.value, quiet);
    expect(members).toHaveLength(6);
    const found = await officialIn(members, official.value, quiet);
    expect(found).toMatchObject({ id: 'cifar-10', missing: [] });
  });
});
