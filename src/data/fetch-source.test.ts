import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import type { IdxFile, IdxRole } from './index-file.ts';
import { bytesAnswer, localServer, type LocalServer } from '../testing/local-server.ts';
import { smallSets } from '../testing/small-data.ts';
import { fetchIndex, fetchSource, type FileCaches, loadFromServer } from './fetch-source.ts';
import { type LoadProgress, readOfficial, requestFor } from './load.ts';

const { sets, svhn, index } = smallSets();
const fileOf = (id: 'mnist' | 'fashion-mnist', role: IdxRole): IdxFile =>
  at(
    index[id].files.filter((file) => file.role === role),
    0,
  );
const request = requestFor('mnist', index.mnist, fileOf('mnist', 'trainImages'));
const packed = sets.mnist.files.get(request.file.name) ?? new Uint8Array(0);
const never = new AbortController().signal;
const silent = { signal: never, onProgress: () => undefined };

let server: LocalServer;
beforeEach(async () => {
  server = await localServer();
  server.answers.set(
    'index.json',
    bytesAnswer(Buffer.from(JSON.stringify({ version: 1, datasets: index }))),
  );
  for (const [name, bytes] of sets.mnist.files) {
    server.answers.set(`mnist/${name}`, bytesAnswer(bytes));
  }
});
afterEach(() => server.close());

/** The Cache API's shape over a map; Node has none of its own. */
function mapCaches(): {
  readonly caches: FileCaches;
  readonly kept: Map<string, Uint8Array<ArrayBuffer>>;
} {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const cache = {
    match: (key: string) => {
      const bytes = kept.get(key);
      return Promise.resolve(bytes && new Response(bytes));
    },
    put: async (key: string, response: Response) => {
      kept.set(key, new Uint8Array(await response.arrayBuffer()));
    },
    delete: (key: string) => Promise.resolve(kept.delete(key)),
  };
  return { kept, caches: { open: () => Promise.resolve(cache) } };
}

const sentence = async (base = server.base) => {
  const result = await fetchSource(base, null).read(request, silent);
  if (result.ok) throw new Error('this was to be refused');
  expect(result.error).toMatch(/^[^\n]+[^.\n]\.$/);
  return result.error;
};

test('loads a data set from a server, index first', async () => {
  const seen: LoadProgress[] = [];
  const loaded = await loadFromServer({ data: 'mnist', preprocessing: 'mean' }, server.base, {
    onProgress: (p) => seen.push(p),
  });
  expect(loaded).toHaveProperty('ok', true);
  expect(server.asked[0]).toBe('index.json');
  expect(seen.at(-1)?.loaded).toBe(seen.at(-1)?.total);
});

describe('SVHN', () => {
  const request = { data: 'svhn', preprocessing: 'mean' } as const;

  test('is read as the server says it has it', async () => {
    const file = { name: 'part.mat', bytes: svhn.files.train.length, sha256: '0'.repeat(64) };
    const contents = {
      version: 1,
      kind: 'part',
      of: 'train',
      from: 'x.mat',
      file,
      split: [8, 2, 2],
    };
    server.answers.set('svhn/contents.json', bytesAnswer(Buffer.from(JSON.stringify(contents))));
    server.answers.set('svhn/part.mat', bytesAnswer(svhn.files.train));
    const loaded = await loadFromServer(request, server.base);
    expect(loaded).toMatchObject({ value: { train: { count: 8 }, scale: 1 / 255 } });
  });

  test('is said not to be there', async () => {
    const missing =
      'Small SVHN is not on this server; whoever runs the server can put it there with "npm run data -- svhn" and start it again.';
    expect(await loadFromServer(request, server.base)).toEqual({ ok: false, error: missing });
    server.answers.set(
      'svhn/contents.json',
      bytesAnswer(Buffer.from('<!doctype html>'), { 'Content-Type': 'text/html' }),
    );
    expect(await loadFromServer(request, server.base)).toEqual({ ok: false, error: missing });
    server.answers.set('svhn/contents.json', (_, response) => response.writeHead(500).end());
    expect(await loadFromServer(request, server.base)).toHaveProperty(
      'error',
      'svhn/contents.json could not be fetched: the server answered HTTP 500.',
    );
  });
});

test('toy tasks need no server; data of others is not here', async () => {
  await server.close();
  const toy = await loadFromServer({ data: 'xor', preprocessing: 'mean' }, server.base);
  expect(toy).toMatchObject({ value: { id: 'xor', scale: 1 } });
  const own = { data: 'own-2x3x1-4-0123456789abcdef', preprocessing: 'mean' } as const;
  expect(await loadFromServer(own, server.base)).toHaveProperty(
    'error',
    expect.stringMatching(
      /^The data own-2x3x1-4-0123456789abcdef is somebody's own and not kept here;/,
    ),
  );
  const raw = { id: own.data, note: null };
  const loadOwn = () => Promise.resolve({ ok: false as const, error: JSON.stringify(raw) });
  expect(await loadFromServer(own, server.base, { loadOwn })).toEqual(await loadOwn());
});

describe('the cache', () => {
  test('serves the second visit', async () => {
    const { caches, kept } = mapCaches();
    const load = async () => {
      const seen: LoadProgress[] = [];
      const loaded = await readOfficial('mnist', index, fetchSource(server.base, caches), {
        onProgress: (progress) => seen.push(progress),
      });
      expect(loaded).toHaveProperty('ok', true);
      return seen;
    };
    expect((await load()).every(({ cached }) => !cached)).toBe(true);
    expect(kept.size).toBe(4);
    expect([...kept.keys()].every((key) => /\?sha256=[0-9a-f]{64}$/.test(key))).toBe(true);
    server.asked.length = 0;
    const second = await load();
    expect(second.every(({ cached }) => cached)).toBe(true);
    expect(second.at(-1)?.loaded).toBe(second.at(-1)?.total);
    expect(server.asked).toEqual([]);
  });

  test('throws a damaged entry away and fetches again', async () => {
    const { caches, kept } = mapCaches();
    const source = fetchSource(server.base, caches);
    await source.read(request, silent);
    const [key = ''] = kept.keys();
    const damaged = packed.slice();
    damaged[500] = (damaged[500] ?? 0) ^ 1;
    for (const bad of [damaged, packed.slice(0, 100), new Uint8Array(0)]) {
      kept.set(key, bad);
      const again = await source.read(request, silent);
      expect(again.ok && Buffer.compare(again.value, packed)).toBe(0);
      expect(Buffer.compare(kept.get(key) ?? new Uint8Array(0), packed)).toBe(0);
    }
    expect(server.asked.length).toBe(4);
  });

  test('does not keep a file that is not right', async () => {
    const { caches, kept } = mapCaches();
    server.answers.set(request.path, bytesAnswer(packed.slice(0, -1)));
    expect((await fetchSource(server.base, caches).read(request, silent)).ok).toBe(true);
    expect(kept.size).toBe(0);
  });

  test('does not stop loading where it is denied or full', async () => {
    const no = () => Promise.reject(new DOMException('no', 'QuotaExceededError'));
    const full = { match: () => Promise.resolve(undefined), put: no, delete: no };
    const broken = { match: no, put: no, delete: no };
    const opens = [no, () => Promise.resolve(full), () => Promise.resolve(broken)];
    for (const open of opens) {
      const result = await fetchSource(server.base, { open }).read(request, silent);
      expect(result.ok && Buffer.compare(result.value, packed)).toBe(0);
    }
  });
});

test('takes a file that the server had the browser unpack, and keeps it', async () => {
  const { caches, kept } = mapCaches();
  const encoded = bytesAnswer(packed, { 'Content-Encoding': 'gzip' });
  server.answers.set(request.path, encoded);
  const source = fetchSource(server.base, caches);
  const seen: number[] = [];
  const loaded = await readOfficial('mnist', index, source, {
    onProgress: (progress) => seen.push(progress.loaded),
  });
  expect(loaded).toHaveProperty('ok', true);
  expect(Math.max(...seen)).toBe(index.mnist.files.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(kept.size).toBe(4);
  server.asked.length = 0;
  const again = await source.read(request, silent);
  expect(again.ok && Buffer.compare(again.value, sets.mnist.content.trainImages)).toBe(0);
  expect(server.asked).toEqual([]);
});

describe('says in one sentence', () => {
  const path = 'mnist/train-images-idx3-ubyte.gz';

  test('that a file is not there, and what puts it there', async () => {
    server.answers.delete(path);
    const expected = `${path} is not on this server; whoever runs the server can put it there with "npm run data -- mnist" and start it again.`;
    expect(await sentence()).toBe(expected);
    // A start page instead of 404, as servers of single pages send it.
    server.answers.set(
      path,
      bytesAnswer(Buffer.from('<!doctype html>'), { 'Content-Type': 'text/html' }),
    );
    expect(await sentence()).toBe(expected);
  });

  test('that a file of the project is not there', async () => {
    const own = requestFor(
      'fashion-mnist',
      index['fashion-mnist'],
      fileOf('fashion-mnist', 'testLabels'),
    );
    const result = await fetchSource(server.base, null).read(own, silent);
    expect(!result.ok && result.error).toContain('it belongs to the page');
  });

  test('that the server failed', async () => {
    server.answers.set(path, (_, response) => response.writeHead(503).end());
    expect(await sentence()).toBe(`${path} could not be fetched: the server answered HTTP 503.`);
  });

  test('that there is no server', async () => {
    await server.close();
    expect(await sentence()).toBe(
      `${path} could not be fetched; check the connection and try again.`,
    );
  });

  test('that the transfer broke off', async () => {
    server.answers.set(path, (_, response) => {
      response.writeHead(200, { 'Content-Length': packed.length });
      response.write(packed.subarray(0, 1000), () => response.destroy());
    });
    expect(await sentence()).toMatch(
      new RegExp(
        `^${path} broke off after \\d+ of ${packed.length} bytes; check the connection and try again\\.$`,
      ),
    );
  });

  test('that a file is too long, without reading on for ever', async () => {
    let sent = 0;
    server.answers.set(path, (_, response) => {
      const more = () => {
        sent += 65_536;
        if (!response.destroyed) response.write(new Uint8Array(65_536), more);
      };
      more();
    });
    expect(await sentence()).toContain('is longer than the');
    // What is on its way when the reader stops; the file itself is 60 kB.
    expect(sent).toBeLessThan(50_000_000);
  });
});

describe('is called off', () => {
  test('while a file is on its way', async () => {
    const stop = new AbortController();
    let closed = false;
    server.answers.set(request.path, (_, response) => {
      response.writeHead(200, { 'Content-Length': packed.length });
      response.write(packed.subarray(0, 1000));
      response.on('close', () => (closed = true));
    });
    const loaded = await loadFromServer({ data: 'mnist', preprocessing: 'mean' }, server.base, {
      signal: stop.signal,
      onProgress: ({ file }) => {
        if (file === request.path) stop.abort();
      },
    });
    expect(loaded).toBe('cancelled');
    await expect.poll(() => closed).toBe(true);
  });

  test('while the index is on its way', async () => {
    const stop = new AbortController();
    server.answers.set('index.json', () => {
      stop.abort();
    });
    expect(await fetchIndex(server.base, stop.signal)).toBe('cancelled');
  });
});

test('an index that is missing, broken or a start page is refused', async () => {
  server.answers.set('index.json', bytesAnswer(Buffer.from('<html>')));
  expect(await fetchIndex(server.base, never)).toHaveProperty(
    'error',
    'The list of data sets (data/index.json) is broken: it begins with "<html>"; allowed is JSON.',
  );
  server.answers.delete('index.json');
  expect(await fetchIndex(server.base, never)).toHaveProperty(
    'error',
    'The list of data sets (data/index.json) is not on this server (HTTP 404).',
  );
});
