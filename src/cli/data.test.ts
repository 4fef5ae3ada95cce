import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOfficial } from '../data/load.ts';
import { bytesAnswer, localServer, type LocalServer } from '../testing/local-server.ts';
import { smallSets } from '../testing/small-data.ts';
import { run } from './data.ts';
import { folderSource } from './folder-source.ts';
import { PROJECT_DIR } from './project.ts';

const { sets, index } = smallSets();
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
      svhn: [],
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

describe('bad input is one line and exit code 2', () => {
  const names = 'fashion-mnist, mnist, cifar-10, svhn';
  test.each([
    [['mnst'], `"mnst" is not a data set here; allowed are ${names}.\n`],
    [
      ['mnist', '--form', 'x'],
      `Unknown option '--form'; allowed are names (${names}) and --from DIR.\n`,
    ],
    [
      ['mnist', '--from'],
      `Option '--from <value>' argument missing; allowed are names (${names}) and --from DIR.\n`,
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
    expect(err).toMatch(/^Usage: npm run data -- NAME… \[--from DIR\]\n/);
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
