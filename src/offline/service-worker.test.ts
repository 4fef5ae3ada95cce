/** The service worker over caches in memory: several versions, several pages on one origin, odd servers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

const TEXT = readFileSync('src/offline/service-worker.js', 'utf8');
const ORIGIN = 'https://user.example';

/** The Cache API as far as the worker uses it. `isFull` makes every writing fail. */
class Memory {
  readonly stores = new Map<string, Map<string, Response>>();
  isFull = false;

  open(name: string) {
    const store = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, store);
    return Promise.resolve({
      match: (url: string) => Promise.resolve(store.get(url)?.clone()),
      put: (url: string, response: Response) => {
        if (this.isFull) return Promise.reject(new Error('QuotaExceededError'));
        store.set(url, response);
        return Promise.resolve();
      },
      delete: (url: string) => Promise.resolve(store.delete(url)),
    });
  }

  match(url: string, { cacheName }: { cacheName?: string } = {}) {
    const names = cacheName === undefined ? [...this.stores.keys()] : [cacheName];
    const found = names.map((name) => this.stores.get(name)?.get(url)).find(Boolean);
    return Promise.resolve(found?.clone());
  }

  keys = () => Promise.resolve([...this.stores.keys()]);
  delete = (name: string) => Promise.resolve(this.stores.delete(name));
}

type Files = Readonly<Record<string, string>>;

/** One browser, and a server on which files are put. `fetched` is what was asked of the server. */
function browser() {
  const memory = new Memory();
  const server = new Map<string, () => Response>();
  const fetched: string[] = [];
  const fetch = (asked: string | { url: string }) => {
    const url = typeof asked === 'string' ? asked : asked.url;
    fetched.push(url);
    const answer = server.get(url);
    return answer === undefined
      ? Promise.reject(new TypeError('offline'))
      : Promise.resolve(answer());
  };
  const deploy = (scope: string, files: Files, headers: Record<string, string> = {}) => {
    for (const [path, text] of Object.entries(files)) {
      server.set(`${ORIGIN}${scope}${path}`, () => new Response(text, { headers }));
    }
  };
  /** The worker of a version, as its script runs. */
  const worker = (scope: string, version: string, files: Files) => {
    const heard = new Map<string, (event: object) => void>();
    const sums = Object.entries(files).map(([path, text]) => [
      path,
      createHash('sha256').update(text).digest('hex'),
    ]);
    const head = `const VERSION = ${JSON.stringify(version)}; const FILES = ${JSON.stringify(sums)};`;
    const self = {
      registration: { scope: `${ORIGIN}${scope}` },
      addEventListener: (type: string, listener: (event: object) => void) => {
        heard.set(type, listener);
      },
    };
    const caches = memory;
    runInNewContext(head + TEXT, { self, caches, fetch, crypto, URL, Response, Blob });
    const happens = async (type: string, event: object = {}) => {
      const waits: Promise<unknown>[] = [];
      let answer: Promise<Response> | undefined;
      heard.get(type)?.({
        ...event,
        waitUntil: (wait: Promise<unknown>) => waits.push(wait),
        respondWith: (given: Promise<Response>) => {
          answer = given;
        },
      });
      const response = await answer;
      await Promise.all(waits);
      return response;
    };
    return {
      install: () => happens('install'),
      activate: () => happens('activate'),
      /** What a page gets; null: the worker leaves it to the browser. */
      get: async (path: string, mode = 'cors') => {
        const request = { url: `${ORIGIN}${scope}${path}`, method: 'GET', mode };
        const response = await happens('fetch', { request });
        return response === undefined ? null : response.text();
      },
      response: (path: string) =>
        happens('fetch', { request: { url: `${ORIGIN}${scope}${path}`, method: 'GET' } }),
    };
  };
  /** A version that is deployed and taken; it waits until it is activated. */
  const taken = async (scope: string, version: string) => {
    const files = filesOf(version);
    deploy(scope, files);
    const made = worker(scope, version, files);
    await made.install();
    return made;
  };
  return { memory, server, fetched, deploy, worker, taken };
}

const filesOf = (version: string): Files => ({
  'index.html': `page ${version}`,
  'recorded.bin': `recording ${version}`,
  [`assets/part-${version}.js`]: `part ${version}`,
});

describe('versions', () => {
  it('serves its own start page and files, and the assets of the version shown before', async () => {
    const { taken, server } = browser();
    await (await taken('/', 'a')).activate();
    const b = await taken('/', 'b');
    await b.activate();
    server.clear();
    expect(await b.get('', 'navigate')).toBe('page b');
    expect(await b.get('index.html', 'navigate')).toBe('page b');
    expect(await b.get('assets/part-b.js')).toBe('part b');
    // A tab that has the older one open still loads the rest of it.
    expect(await b.get('assets/part-a.js')).toBe('part a');
    // This one has the same name in both.
    expect(await b.get('recorded.bin')).toBe('recording b');
    expect(await b.get('elsewhere/', 'navigate')).toBeNull();
  });

  it('keeps the version that was shown, not one that only waited', async () => {
    const { memory, taken } = browser();
    await (await taken('/', 'a')).activate();
    await taken('/', 'b');
    const c = await taken('/', 'c');
    await c.activate();
    expect([...memory.stores.keys()].filter((name) => name.startsWith('bc-page'))).toEqual([
      'bc-page / a',
      'bc-page / c',
    ]);
    await (await taken('/', 'd')).activate();
    expect([...memory.stores.keys()].filter((name) => name.startsWith('bc-page'))).toEqual([
      'bc-page / c',
      'bc-page / d',
    ]);
  });

  it('drops nothing where the version shown is not known', async () => {
    const { memory, taken } = browser();
    await (await taken('/', 'a')).activate();
    const b = await taken('/', 'b');
    memory.isFull = true;
    await b.activate();
    memory.isFull = false;
    await (await taken('/', 'c')).activate();
    expect(memory.stores.has('bc-page / b')).toBe(true);
  });

  it('leaves other paths of the origin alone, also those below its own', async () => {
    const { memory, taken } = browser();
    for (const version of ['a', 'b', 'c']) {
      for (const scope of ['/', '/one/', '/one/two/']) {
        await (await taken(scope, version)).activate();
      }
    }
    const names = [...memory.stores.keys()].filter((name) => name.startsWith('bc-page'));
    expect(names.sort()).toEqual([
      'bc-page / b',
      'bc-page / c',
      'bc-page /one/ b',
      'bc-page /one/ c',
      'bc-page /one/two/ b',
      'bc-page /one/two/ c',
    ]);
  });

  it('takes nothing where a file is missing or of another version', async () => {
    const { memory, deploy, worker } = browser();
    deploy('/', { 'index.html': 'page a' });
    const files = { 'index.html': 'page a', 'assets/x.js': 'x' };
    await expect(worker('/', 'a', files).install()).rejects.toThrow('offline');
    deploy('/', { 'assets/x.js': 'y' });
    await expect(worker('/', 'a', files).install()).rejects.toThrow('of another version');
    expect(memory.stores.size).toBe(0);
  });

  it('a version that comes back while it is shown cannot spoil itself', async () => {
    const { memory, taken, worker } = browser();
    const a = await taken('/', 'a');
    await a.activate();
    await taken('/', 'b');
    memory.isFull = true;
    const again = worker('/', 'a', filesOf('a'));
    await again.install();
    await again.activate();
    expect(await a.get('', 'navigate')).toBe('page a');
    expect(await again.get('assets/part-a.js')).toBe('part a');
  });

  it('a version without room leaves nothing behind', async () => {
    const { memory, taken } = browser();
    memory.isFull = true;
    await expect(taken('/', 'a')).rejects.toThrow('Quota');
    expect(memory.stores.size).toBe(0);
  });

  it('passes the policy of a server on, and nothing that only concerns the way', async () => {
    const { deploy, worker } = browser();
    const files = { 'index.html': 'page', 'assets/worker.js': 'work' };
    const policy = "default-src 'none'";
    deploy('/', files, { 'content-security-policy': policy, 'content-encoding': 'gzip' });
    const made = worker('/', 'a', files);
    await made.install();
    const headers = (await made.response('assets/worker.js'))?.headers;
    expect(headers?.get('content-security-policy')).toBe(policy);
    expect(headers?.has('content-encoding')).toBe(false);
  });
});

describe('lists', () => {
  const LIST = 'data/svhn/contents.json';
  const setUp = (text: string, headers: Record<string, string> = {}) => {
    const made = browser();
    made.deploy('/', { [LIST]: text }, headers);
    return { ...made, worker: made.worker('/', 'a', {}) };
  };

  it('are those of the server, and of the last visit where it is gone', async () => {
    const { worker, server, deploy } = setUp('{"a":1}');
    expect(await worker.get(LIST)).toBe('{"a":1}');
    deploy('/', { [LIST]: '{"a":2}' });
    expect(await worker.get(LIST)).toBe('{"a":2}');
    server.clear();
    expect(await worker.get(LIST)).toBe('{"a":2}');
  });

  it.each([
    ['longer than any list', `[${' '.repeat(1 << 20)}]`],
    ["a server's page", '<!doctype html>'],
  ])('are not kept where they are %s', async (_, text) => {
    const { worker, server } = setUp(text);
    expect(await worker.get(LIST)).toBe(text);
    server.clear();
    await expect(worker.get(LIST)).rejects.toThrow('offline');
  });
});
