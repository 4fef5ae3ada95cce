/**
 * Keeps the page for use without a network. A version is all files of one build, each checked against its
 * sum: it is taken whole or not at all, so that no visit sees files of two versions. A new one waits until
 * a person asks for it. The build puts VERSION and FILES (path and SHA-256 of each) above this text.
 *
 * Data files are none of its business: the page keeps those itself, checked and by name. Only the small
 * lists that say what of a data set a server has come from the last visit where the network is gone.
 */
/* global VERSION, FILES */

/** Pages at other paths of this origin have workers and versions of their own; no path has a space in it. */
const SCOPE = self.registration.scope;
const PATH = new URL(SCOPE).pathname;
const PAGES = `bc-page ${PATH} `;
const PAGE = `${PAGES}${VERSION}`;
/** By scope: the version that was shown last. */
const SHOWN = 'bc-shown-v1';
const LISTS = 'bc-lists-v1';
/** No list of what a server has is longer. */
const LONGEST_LIST = 1 << 20;
const START = 'index.html';

/** What a server says about a file beside its bytes, and what a page or worker made of it is held to. */
const HEADERS = [
  'content-type',
  'content-security-policy',
  'cross-origin-embedder-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
];

const address = (path) => new URL(path, SCOPE).href;

async function sumOf(bytes) {
  const sum = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * One file of this build. What the server has of another build, or nothing, ends the taking of it all.
 * Wherever a server sends the browser on to (some do from index.html to its folder), the sum decides.
 */
async function fetchFile([path, sum]) {
  const response = await fetch(address(path), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await sumOf(bytes)) !== sum) throw new Error(`${path} is of another version`);
  const said = HEADERS.filter((name) => response.headers.has(name));
  const headers = said.map((name) => [name, response.headers.get(name)]);
  return [path, new Response(bytes, { headers })];
}

async function takeAll() {
  // A version that came back while it is still in use: its cache is not touched, whatever happens here.
  if (await kept(START)) return;
  // Nothing is kept before everything is there.
  const files = await Promise.all(FILES.map(fetchFile));
  try {
    const cache = await caches.open(PAGE);
    const put = ([path, response]) => cache.put(address(path), response);
    const isStart = ([path]) => path === START;
    await Promise.all(files.filter((file) => !isStart(file)).map(put));
    // Last: where it is, everything is, also if the browser ended on the way.
    await Promise.all(files.filter(isStart).map(put));
  } catch (error) {
    await caches.delete(PAGE);
    throw error;
  }
}

/**
 * The version shown before this one stays: another tab may still have it open, and load more of it. One
 * that only ever waited goes.
 */
async function dropOld() {
  const shown = await caches.open(SHOWN);
  const before = await (await shown.match(SCOPE))?.text();
  await shown.delete(SCOPE);
  // Where it cannot be written, the next version does not know it, and drops nothing.
  await shown.put(SCOPE, new Response(PAGE)).catch(() => undefined);
  if (before === undefined) return;
  const pages = (await caches.keys()).filter((name) => name.startsWith(PAGES));
  const others = pages.filter((name) => name !== PAGE && name !== before);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** A file of this very version. */
const kept = (path) => caches.match(address(path), { cacheName: PAGE });

const startPage = async () => (await kept(START)) ?? fetch(address('./'));

/**
 * Names of assets hold a hash of what is in them: whichever version kept one, it is that one. Other files
 * have one name in all versions.
 */
async function file(request, path) {
  const own = await kept(path);
  if (own !== undefined) return own;
  const older = path.startsWith('assets/') ? await caches.match(address(path)) : undefined;
  return older ?? fetch(request);
}

/** Keep a list, whatever its server says of its length or type: no more is read than a list may have. */
async function keepList(url, { body }) {
  const reader = body.getReader();
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LONGEST_LIST) {
      // Ends only once the page has read its own copy: not waited for.
      void reader.cancel();
      return;
    }
    pieces.push(value);
  }
  const text = await new Blob(pieces).text();
  // Some servers answer with a page of theirs instead: that is no list.
  JSON.parse(text);
  const lists = await caches.open(LISTS);
  await lists.put(url, new Response(text, { headers: { 'content-type': 'application/json' } }));
}

async function list(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.ok) {
      // Full, denied or broken off: then it is not there without a network, and nothing else.
      event.waitUntil(keepList(request.url, response.clone()).catch(() => undefined));
    }
    return response;
  } catch (error) {
    const known = await caches.match(request.url, { cacheName: LISTS });
    if (known !== undefined) return known;
    throw error;
  }
}

self.addEventListener('install', (event) => {
  event.waitUntil(takeAll());
});
self.addEventListener('activate', (event) => {
  event.waitUntil(dropOld());
});
self.addEventListener('message', ({ data }) => {
  if (data?.type === 'take') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(SCOPE)) return;
  const path = url.pathname.slice(PATH.length);
  if (request.mode === 'navigate') {
    if (path === '' || path === START) event.respondWith(startPage());
  } else if (/^data\/[\w-]+\/contents\.json$/.test(path)) {
    event.respondWith(list(event));
  } else if (FILES.some(([known]) => known === path) || path.startsWith('assets/')) {
    event.respondWith(file(request, path));
  }
});
