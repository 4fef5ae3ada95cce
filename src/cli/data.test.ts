import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOfficial } from '../data/load.ts';
import { bytesAnswer, localServer, type LocalServer } from '../testing/local-server.ts';
import { gzip, smallSets, tar } from '../testing/small-data.ts';
import { run } from './data.ts';
import { folderSource } from './folder-source.ts';
import { PROJECT_DIR } from './project.ts';

const { sets, cifar, svhn, index } = smallSets();
const { files, content } = sets.mnist;
const LABELS = 't10k-labels-idx1-ubyte.gz';

let home: string;
let dataDir: string;
let server: LocalServer;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bc-data-'));
  dataDir = join(home, 'public');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'index.json'), JSON.stringify({ version: 1, datasets: index }));
  server = await localServer();
  for (const [name, bytes] of files) server.answers.set(`good/${name}`, bytesAnswer(bytes));
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

async function data(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await run(argv, {
    out: { write: (text) => (out += text) },
    err: { isTTY: true, write: (text) => (err += text) },
    dataDir,
    mirrors: {
      mnist: [`${server.base}bad/`, `${server.base}good/`],
      'fashion-mnist': [],
      'cifar-10': [`${server.base}bad/`, `${server.base}good/`],
      svhn: [`${server.base}bad/`, `${server.base}good/`],
    },
  });
  // The bar draws over itself; what is left of a line is what follows the last wipe.
  return { code, out, err: err.split('\u001b[K').at(-1) ?? '' };
}
const expectInstalled = async () => {
  expect(await readOfficial('mnist', index, folderSource(dataDir))).toHaveProperty('ok', true);
  expect((await readdir(join(dataDir, 'mnist'))).sort()).toEqual([...files.keys()].sort());
};

describe('downloads', () => {
  test('from the first mirror that gives the right bytes', async () => {
    const wrong = content.testLabels.slice();
    wrong[8] = 1 - (wrong[8] ?? 0);
    server.answers.set(`bad/${LABELS}`, bytesAnswer(wrong));
    expect(await data('mnist')).toEqual({
      code: 0,
      out: `Put the 4 files of Small mnist into ${join(dataDir, 'mnist')}, from ${server.base}good/.\n`,
      err: '',
    });
    expect(server.asked).toContain(`bad/${LABELS}`);
    await expectInstalled();
  });

  test('nothing that is there and intact', async () => {
    await data('mnist');
    server.asked.length = 0;
    expect(await data('mnist', 'mnist')).toEqual({
      code: 0,
      out: `Small mnist is already in ${join(dataDir, 'mnist')} and intact; nothing to do.\n`,
      err: '',
    });
    expect(server.asked).toEqual([]);
  });

  test('again only the file that is damaged', async () => {
    await data('mnist');
    const path = join(dataDir, 'mnist', LABELS);
    await writeFile(path, (await readFile(path)).subarray(0, -3));
    const { out } = await data('mnist');
    expect(out).toContain('Put 1 of the 4 files of Small mnist into');
    await expectInstalled();
  });

  test('and says what each mirror did where none helps', async () => {
    server.answers.set(`bad/${LABELS}`, bytesAnswer(Buffer.from('<html>')));
    server.answers.delete(`good/${LABELS}`);
    const { code, out, err } = await data('mnist');
    const { host } = new URL(server.base);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `mnist/${LABELS} could not be downloaded (${host}: ${LABELS} is neither a gzip file nor an IDX file; allowed is the file of Small mnist, packed or unpacked; ${host}: HTTP 404).\n`,
    );
    expect(await readdir(dataDir)).toEqual(['index.json']);
  });
});

describe('copies', () => {
  const from = async (folder: string, unpacked = false) => {
    await mkdir(folder, { recursive: true });
    for (const { role, name } of sets.mnist.entry.files) {
      if (unpacked) await writeFile(join(folder, name.replace('.gz', '')), content[role]);
      else await writeFile(join(folder, name), files.get(name) ?? '');
    }
  };

  test.each([
    ['DIR/NAME', 'mnist', false],
    ['DIR', '', false],
    ['DIR, unpacked', '', true],
  ])('from %s', async (_, below, unpacked) => {
    const folder = join(home, 'here', below);
    await from(folder, unpacked);
    expect(await data('mnist', '--from', join(home, 'here'))).toEqual({
      code: 0,
      out: `Put the 4 files of Small mnist into ${join(dataDir, 'mnist')}, from ${folder}.\n`,
      err: '',
    });
    expect(server.asked).toEqual([]);
    await expectInstalled();
  });

  test('not from a folder that lacks a file or holds a wrong one', async () => {
    const folder = join(home, 'here');
    await from(folder);
    await writeFile(join(folder, LABELS), 'hello');
    const wrong = await data('mnist', '--from', folder);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toMatch(/here\/t10k-labels-idx1-ubyte\.gz is neither a gzip file[^\n]+\.\n$/);
    await rm(join(folder, LABELS));
    const lacking = await data('mnist', '--from', folder);
    expect(lacking.err).toMatch(
      /^--from \S+ lacks t10k-labels-idx1-ubyte\.gz; allowed is [^\n]+\n$/,
    );
  });
});

describe('CIFAR-10', () => {
  const expectCifar = async () => {
    expect(await readOfficial('cifar-10', index, folderSource(dataDir))).toHaveProperty('ok', true);
    expect((await readdir(join(dataDir, 'cifar-10'))).sort()).toEqual([...cifar.files.keys()]);
  };
  const put = async (below: string, contents: readonly (readonly [string, Uint8Array])[]) => {
    const folder = join(home, 'here', below);
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of contents) await writeFile(join(folder, name), bytes);
  };

  test('is downloaded as one archive, and each file in it checked', async () => {
    server.answers.set(`bad/small.tar.gz`, bytesAnswer(Buffer.from('no archive at all')));
    server.answers.set(`good/small.tar.gz`, bytesAnswer(cifar.archive));
    expect(await data('cifar-10')).toEqual({
      code: 0,
      out: `Put the 3 files of Small CIFAR into ${join(dataDir, 'cifar-10')}, from ${server.base}good/.\n`,
      err: '',
    });
    expect(server.asked.filter((path) => path.startsWith('good'))).toHaveLength(1);
    await expectCifar();
  });

  test.each([
    ['the archive', 'cifar-10', [['small.tar.gz', cifar.archive]]],
    ['the folder it unpacks to', 'cifar-10/cifar-10-batches-bin', [...cifar.files]],
    ['its files', '', [...cifar.files]],
  ] as const)('is copied from %s', async (_, below, contents) => {
    await put(below, contents);
    expect(await data('cifar-10', '--from', join(home, 'here'))).toMatchObject({
      code: 0,
      err: '',
    });
    await expectCifar();
  });

  test('is refused where a file in the archive is another', async () => {
    const wrong = new Map(cifar.files);
    const changed = (wrong.get('test_batch.bin') ?? new Uint8Array(0)).slice();
    changed[5] = 255 - (changed[5] ?? 0);
    await put('', [['small.tar.gz', gzip(tar([...wrong.set('test_batch.bin', changed)]))]]);
    const { code, err } = await data('cifar-10', '--from', join(home, 'here'));
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/small\.tar\.gz has the right format but/),
    ]);
  });

  test('is whitened on request, once', async () => {
    await put('', [...cifar.files]);
    const path = join(dataDir, 'cifar-10', 'gcn-zca.bin');
    const expected = {
      code: 0,
      out: expect.stringContaining(
        `Small CIFAR as gcn-zca makes it is in ${path} (0.0 MB).\n`,
      ) as string,
      err: '',
    };
    const args = ['cifar-10', '--from', join(home, 'here'), '--whiten'];
    expect(await data(...args)).toEqual(expected);
    const { mtimeMs } = await stat(path);
    expect((await readFile(path)).length).toBe(512 + 2 * 15 * 18);
    expect(await data(...args)).toEqual(expected);
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  });

  test('is said to be missing', async () => {
    await put('', []);
    const { code, err } = await data('cifar-10', '--from', join(home, 'here'));
    expect(code).toBe(2);
    expect(err).toMatch(
      /lacks test_batch\.bin; allowed is a folder that holds small\.tar\.gz or the three official files of Small CIFAR, or cifar-10\/ with them\.\n$/,
    );
  });
});

describe('SVHN', () => {
  const folder = () => join(home, 'here');
  const put = async (...names: (readonly [string, 'train' | 'test' | 'extra'])[]) => {
    await mkdir(folder(), { recursive: true });
    for (const [name, role] of names) await writeFile(join(folder(), name), svhn.files[role]);
  };
  const load = () => readOfficial('svhn', index, folderSource(dataDir));

  test('is downloaded, its extra set on request', async () => {
    for (const { role, name } of svhn.entry.files) {
      server.answers.set(`good/${name}`, bytesAnswer(svhn.files[role]));
    }
    expect(await data('svhn')).toMatchObject({ code: 0, err: '' });
    expect(await readdir(join(dataDir, 'svhn'))).not.toContain('extra_32x32.mat');
    expect(await load()).toHaveProperty('value.train.count', 9);
    expect((await data('svhn', '--extra')).out).toContain('Put 1 of the 3 files');
    expect(await load()).toMatchObject({ value: { train: { count: 12 }, note: null } });
  });

  test('is copied whole', async () => {
    await put(['train_32x32.mat', 'train'], ['test_32x32.mat', 'test']);
    expect(await data('svhn', '--from', folder())).toMatchObject({ code: 0, err: '' });
    expect(await load()).toHaveProperty('value.train.count', 9);
    const { err } = await data('svhn', '--from', folder(), '--split', '1,1,1');
    expect(err).toMatch(/^--split divides a part of Small SVHN; \S+ holds the whole, [^\n]+\n$/);
  });

  test('is copied in part with the split a person chooses, and replaced by the whole', async () => {
    await put(['train_part.mat', 'train']);
    expect(await data('svhn', '--from', folder())).toEqual({
      code: 2,
      out: '',
      err: `${folder()} holds only a part of Small SVHN, train_part.mat with 12 images; choose how to divide it, in its order, into training, validation and test, such as --split 10,1,1.\n`,
    });
    expect(await data('svhn', '--from', folder(), '--split', '8,2,2')).toEqual({
      code: 0,
      out: `Put a part of Small SVHN into ${join(dataDir, 'svhn')}: train_part.mat of ${folder()}, split 8 / 2 / 2 in its order.\n`,
      err: '',
    });
    expect(await load()).toMatchObject({
      value: {
        train: { count: 8 },
        note: "12 of Small SVHN's 12 training images, split 8 / 2 / 2 in their order: no figure from it is a result on Small SVHN.",
      },
    });
    await put(['train_32x32.mat', 'train'], ['test_32x32.mat', 'test']);
    await data('svhn', '--from', folder());
    expect(await readdir(join(dataDir, 'svhn'))).not.toContain('part.mat');
    expect(await load()).toHaveProperty('value.train.count', 9);
  });

  test('is refused where it is not clear what is there', async () => {
    await put(['a.mat', 'train'], ['b.mat', 'train']);
    expect((await data('svhn', '--from', folder(), '--split', '8,2,2')).err).toBe(
      `${folder()} holds "a.mat" and "b.mat", neither the whole of Small SVHN nor one part of it; allowed are train_32x32.mat with test_32x32.mat, or a single MAT-file.\n`,
    );
    expect((await data('svhn', '--from', dataDir)).err).toMatch(/holds no MAT-file; allowed is/);
    expect((await data('svhn', '--split', '8,2,2')).err).toMatch(/without --from DIR/);
    expect((await data('mnist', '--extra')).err).toMatch(/--extra was given without svhn/);
  });

  test('with a broken contents.json says what mends it', async () => {
    await mkdir(join(dataDir, 'svhn'));
    await writeFile(join(dataDir, 'svhn', 'contents.json'), '{}');
    expect(await load()).toHaveProperty(
      'error',
      expect.stringMatching(/contents\.json is broken; "npm run data -- svhn" writes it anew\.$/),
    );
  });
});

describe('bad input is one line and exit code 2', () => {
  const names = 'fashion-mnist, mnist, cifar-10, svhn';
  const options = '--from DIR, --whiten, and for svhn --split TRAIN,VALIDATION,TEST and --extra';
  test.each([
    [['mnst'], `"mnst" is not a data set here; allowed are ${names}.\n`],
    [
      ['mnist', '--form', 'x'],
      `Unknown option '--form'; allowed are names (${names}), ${options}.\n`,
    ],
    [
      ['mnist', '--from'],
      `Option '--from <value>' argument missing; allowed are names (${names}), ${options}.\n`,
    ],
    [
      ['mnist', '--from', '/no/such'],
      '--from /no/such is not a folder; allowed is a folder with the files.\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await data(...argv)).toEqual({ code: 2, out: '', err });
  });

  test('no name at all shows the usage', async () => {
    const { code, out, err } = await data();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Usage: npm run data -- NAME… \[--from DIR\] \[--whiten\]\n/);
  });

  test('through scripts/run.mjs too', async () => {
    const script = (...args: string[]) =>
      new Promise((resolve) => {
        execFile('node', [join(PROJECT_DIR, 'scripts/run.mjs'), ...args], (error, out, err) => {
          resolve([error?.code ?? 0, out, err]);
        });
      });
    expect(await script('src/cli/data.ts', 'mnst')).toEqual([
      2,
      '',
      `"mnst" is not a data set here; allowed are ${names}.\n`,
    ]);
    expect(await script('src/cli/nothing.ts')).toEqual([
      2,
      '',
      'src/cli/nothing.ts is no command; allowed is a file such as src/cli/data.ts.\n',
    ]);
  });
});
