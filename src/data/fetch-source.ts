/** The browser's source of files: fetched from beside the page, kept in the Cache API. */
import { isOfficialId, type OfficialId } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { readBody } from './body.ts';
import { type Contents, CONTENTS_FILE, parseContents } from './contents-file.ts';
import type { Dataset } from './dataset.ts';
import { isGzip } from './gunzip.ts';
import { type DataFile, type DataIndex, parseIndex } from './index-file.ts';
import {
  type DataRequest,
  type FileRequest,
  type FileSource,
  type Load,
  loadDataset,
  type LoadOptions,
  readOfficial,
  type ReadOptions,
} from './load.ts';
import { PREPARED_FILE, type PreparedStore } from './prepared-file.ts';
import { sha256 } from './sha256.ts';

/** The parts of the Cache API used here. */
export interface FileCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
}
export interface FileCaches {
  open(name: string): Promise<FileCache>;
}

const CACHE_NAME = 'bc-data-v1';
const INDEX_LIMIT = 1 << 20;
const PREPARED_LIMIT = 2 ** 31;

/**
 * A source that fetches files relative to `base`, the address of the folder of all data sets
 * (ending in a slash). Files whose checksum is right are kept in `caches` for the next visit; a
 * cache that is missing, denied, full or damaged only costs the download.
 */
export function fetchSource(base: string | URL, caches: FileCaches | null): FileSource {
  return {
    async read(request, options) {
      const url = new URL(request.path, base);
      const key = keyOf(url, request.file);
      const cache = await quietly(async () => (await caches?.open(CACHE_NAME)) ?? null);
      const kept = cache && (await fromCache(cache, key, request));
      if (kept) {
        options.onProgress(kept.length, kept.length, true);
        return ok(kept);
      }
      const fetched = await download(url, request, options);
      if (cache && fetched.ok && (await isIntact(fetched.value, request.file))) {
        await quietly(async () => {
          await cache.put(key, new Response(fetched.value));
        });
      }
      return fetched;
    },
    async contents(id, { title }, signal) {
      const fetched = await fetchContents(base, id, title, signal);
      const kept = fetched.ok ? null : await keptContents(base, caches, id);
      return kept === null ? fetched : ok(kept);
    },
  };
}

const keyOf = (url: URL, { sha256: sum }: DataFile): string => {
  const key = new URL(url);
  key.searchParams.set('sha256', sum);
  return key.href;
};

/** Official files that a person brought, where the next load looks for them. */
export interface Brought {
  readonly id: OfficialId;
  readonly files: readonly { readonly file: DataFile; readonly bytes: Uint8Array<ArrayBuffer> }[];
  /** What contents.json would say; null for sets that have none. */
  readonly contents: Contents | null;
}

/** Keep official files in the browser's cache, as if they had been fetched. False: it is denied or full. */
export async function keepBrought(
  base: string | URL,
  caches: FileCaches | null,
  { id, files, contents }: Brought,
): Promise<boolean> {
  const done = await quietly(async () => {
    const cache = await caches?.open(CACHE_NAME);
    if (cache === undefined) return false;
    for (const { file, bytes } of files) {
      await cache.put(keyOf(new URL(`${id}/${file.name}`, base), file), new Response(bytes));
    }
    if (contents !== null) {
      await cache.put(contentsAddress(base, id), new Response(JSON.stringify(contents)));
    }
    return true;
  });
  return done ?? false;
}

const contentsAddress = (base: string | URL, id: OfficialId): string =>
  new URL(`${id}/${CONTENTS_FILE}`, base).href;

/** What was brought of a set that the server does not have. */
async function keptContents(
  base: string | URL,
  caches: FileCaches | null,
  id: OfficialId,
): Promise<Contents | null> {
  return quietly(async () => {
    const response = await (await caches?.open(CACHE_NAME))?.match(contentsAddress(base, id));
    const parsed = response && parseContents(await response.text(), CONTENTS_FILE);
    return parsed?.ok === true ? parsed.value : null;
  });
}

/** Which files of a set the server has. */
async function fetchContents(
  base: string | URL,
  id: OfficialId,
  title: string,
  signal: AbortSignal,
): Promise<Result<Contents>> {
  const path = `${id}/${CONTENTS_FILE}`;
  try {
    const response = await fetch(new URL(path, base), { signal });
    if (response.status === 404 || isPage(response)) {
      await response.body?.cancel().catch(() => undefined);
      return fail(
        `${title} is not on this server; whoever runs the server can put it there with "npm run data -- ${id}" and start it again.`,
      );
    }
    if (!response.ok) {
      return fail(`${path} could not be fetched: the server answered HTTP ${response.status}.`);
    }
    const body = await readBody(response, INDEX_LIMIT, () => undefined);
    if (body.kind === 'whole') return parseContents(new TextDecoder().decode(body.bytes), path);
    return fail(`${path} broke off on its way; check the connection and try again.`);
  } catch {
    return fail(`${path} could not be fetched; check the connection and try again.`);
  }
}

/** A server made for single pages answers a missing file with its start page and status 200. */
const isPage = (response: Response): boolean =>
  response.ok && (response.headers.get('content-type')?.startsWith('text/html') ?? false);

/** The browser's Cache API, or null where there is none or looking at it is forbidden. */
export function browserCaches(): FileCaches | null {
  try {
    return (globalThis as { readonly caches?: CacheStorage }).caches ?? null;
  } catch {
    return null;
  }
}

/** Fetch and read `index.json` in the folder `base`. */
export async function fetchIndex(
  base: string | URL,
  signal: AbortSignal,
): Promise<Load<DataIndex>> {
  const what = 'The list of data sets (data/index.json)';
  try {
    const response = await fetch(new URL('index.json', base), { signal });
    if (!response.ok) return fail(`${what} is not on this server (HTTP ${response.status}).`);
    const body = await readBody(response, INDEX_LIMIT, () => undefined);
    if (signal.aborted) return 'cancelled';
    if (body.kind === 'whole') return parseIndex(new TextDecoder().decode(body.bytes));
    return body.kind === 'too-long'
      ? fail(`${what} is longer than the ${INDEX_LIMIT} bytes that are allowed.`)
      : fail(`${what} broke off on its way; check the connection and try again.`);
  } catch {
    if (signal.aborted) return 'cancelled';
    return fail(`${what} could not be fetched; check the connection and try again.`);
  }
}

/**
 * Load a data set: an official one from the server that the page came from. `base`: the address of
 * the folder `data/` beside the page, ending in a slash.
 */
export async function loadFromServer(
  request: DataRequest,
  base: string | URL,
  options: LoadOptions = {},
): Promise<Load<Dataset>> {
  const official = async (id: OfficialId) => {
    const index = await fetchIndex(base, options.signal ?? new AbortController().signal);
    if (index === 'cancelled' || !index.ok) return index;
    return readOfficial(id, index.value, fetchSource(base, browserCaches()), options);
  };
  return loadDataset(request, official, {
    store: serverStore(base, browserCaches()),
    ...options,
  });
}

/**
 * Prepared data that the server has, else what this browser kept. What is damaged or of other data is
 * told apart by whoever asks.
 */
export function serverStore(base: string | URL, caches: FileCaches | null): PreparedStore {
  const keyOf = (name: string) => new URL(`prepared/${name}`, base).href;
  return {
    async get(name, id, signal) {
      const cached = await quietly(async () =>
        (await (await caches?.open(CACHE_NAME))?.match(keyOf(name)))?.arrayBuffer(),
      );
      if (cached) return new Uint8Array(cached);
      if (!isOfficialId(id)) return null;
      return quietly(async () => {
        const response = await fetch(new URL(`${id}/${PREPARED_FILE}`, base), { signal });
        if (!response.ok || isPage(response)) {
          await response.body?.cancel();
          return null;
        }
        const body = await readBody(response, PREPARED_LIMIT, () => undefined);
        return body.kind === 'whole' ? body.bytes : null;
      });
    },
    async put(name, _, bytes) {
      await quietly(async () => {
        const cache = await caches?.open(CACHE_NAME);
        await cache?.put(keyOf(name), new Response(bytes));
      });
    },
  };
}

/** The bytes of an intact entry. One that is not as it was put in is thrown away. */
async function fromCache(
  cache: FileCache,
  key: string,
  { file }: FileRequest,
): Promise<Uint8Array<ArrayBuffer> | null> {
  return quietly(async () => {
    const response = await cache.match(key);
    if (response === undefined) return null;
    const bytes = await quietly(async () => new Uint8Array(await response.arrayBuffer()));
    if (bytes !== null && (await isIntact(bytes, file))) return bytes;
    await cache.delete(key);
    return null;
  });
}

/** Whether these are the published bytes, or the data in them where they were unpacked on the way. */
async function isIntact(bytes: Uint8Array<ArrayBuffer>, file: DataFile): Promise<boolean> {
  return (await sha256(bytes)) === (isGzip(bytes) ? file.sha256 : file.contentSha256);
}

async function download(
  url: URL,
  { path, entry, id, file, limit }: FileRequest,
  { signal, onProgress }: ReadOptions,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch {
    return fail(`${path} could not be fetched; check the connection and try again.`);
  }
  if (response.status === 404 || isPage(response)) {
    await response.body?.cancel().catch(() => undefined);
    const how = entry.included
      ? 'it belongs to the page, so the page was not fully copied there'
      : `whoever runs the server can put it there with "npm run data -- ${id}" and start it again`;
    return fail(`${path} is not on this server; ${how}.`);
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    return fail(`${path} could not be fetched: the server answered HTTP ${response.status}.`);
  }
  // With a content encoding the length is that of the encoded bytes, not of those that come out.
  const encoded = response.headers.has('content-encoding');
  const length = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  const total = Number.isSafeInteger(length) && length > 0 ? length : 0;
  const body = await readBody(response, limit, (loaded) => {
    onProgress(loaded, total, false);
  });
  switch (body.kind) {
    case 'whole':
      return total === 0 || body.bytes.length === total
        ? ok(body.bytes)
        : fail(brokenOff(path, body.bytes.length, total));
    case 'broken':
      return fail(brokenOff(path, body.loaded, total || file.bytes));
    case 'too-long':
      return fail(`${path} on this server is longer than the ${limit} bytes that are allowed.`);
  }
}

const brokenOff = (path: string, loaded: number, total: number): string =>
  `${path} broke off after ${loaded} of ${total} bytes; check the connection and try again.`;

/** What an action gives, or null where it fails: for things that loading can do without. */
async function quietly<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch {
    return null;
  }
}
