/**
 * Keeps the page for use without a network. A version is all files of one build, each checked against its
 * sum: it is taken whole or not at all, so that no visit sees files of two versions. A new one waits until
 * a person asks for it. The build puts VERSION and FILES (path and SHA-256 of each) above this text.
 *
 * Data files are none of its business: the page keeps those itself, checked and by name. Only the small
 * lists that say which there are come from the last visit where the network is gone.
 */
/* global VERSION, FILES */

const PAGE = `bc-page-${VERSION}`;
const LISTS = 'bc-lists-v1';
/** No list of data sets is longer. */
const LONGEST_LIST = 1 << 20;
const START = 'index.html';

const address = (path) => new URL(path, self.registration.scope).href;

async function sumOf(bytes) {
  const sum = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One file of this build. What the server has of another build, or nothing, ends the taking of it all. */
async function fetchFile([path, sum]) {
  const response = await fetch(address(path), { cache: 'no-cache', redirect: 'error' });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await sumOf(bytes)) !== sum) throw new Error(`${path} is of another version`);
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  return [path, new Response(bytes, { headers: { 'content-type': type } })];
}

async function takeAll() {
  // Nothing is kept before everything is there.
  const files = await Promise.all(FILES.map(fetchFile));
  try {
    const cache = await caches.open(PAGE);
    await Promise.all(files.map(([path, response]) => cache.put(address(path), response)));
  } catch (error) {
    await caches.delete(PAGE);
    throw error;
  }
}

/** The version before this one stays: another tab may still have it open, and load more of it. */
async function dropOld() {
  const pages = (await caches.keys()).filter((name) => name.startsWith('bc-page-'));
  const others = pages.filter((name) => name !== PAGE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function startPage() {
  const cache = await caches.open(PAGE);
  return (await cache.match(address(START))) ?? fetch(address('./'));
}

/** Names of assets hold a hash of what is in them: whichever version kept one, it is that one. */
const asset = async (request) =>
  (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);

async function list(request) {
  const lists = await caches.open(LISTS);
  try {
    const response = await fetch(request);
    const type = response.headers.get('content-type') ?? '';
    const length = Number(response.headers.get('content-length') ?? LONGEST_LIST + 1);
    if (response.ok && type.includes('json') && length <= LONGEST_LIST) {
      // Full or denied: then it is not there without a network, and nothing else.
      await lists.put(request.url, response.clone()).catch(() => undefined);
    }
    return response;
  } catch (error) {
    const kept = await lists.match(request.url);
    if (kept !== undefined) return kept;
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
  const scope = self.registration.scope;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(scope)) return;
  const path = url.pathname.slice(new URL(scope).pathname.length);
  if (request.mode === 'navigate') {
    if (path === '' || path === START) event.respondWith(startPage());
  } else if (/^data\/([\w-]+\/)?(index|contents)\.json$/.test(path)) {
    event.respondWith(list(request));
  } else if (FILES.some(([known]) => known === path) || path.startsWith('assets/')) {
    event.respondWith(asset(request));
  }
});
