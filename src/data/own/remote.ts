/** A file at the end of an address that a person typed: from a short list of hosts, in one plain request. */
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { readBody } from '../body.ts';
import { LIMITS, type OnProgress } from './own-data.ts';
import { baseName } from './source.ts';

/** Where files may be fetched from. Hugging Face sends the browser on to its stores, whose names end so. */
const HOSTS = ['huggingface.co'];
const STORES = ['.huggingface.co', '.hf.co'];
const LOCAL = ['localhost', '127.0.0.1'];

/** The same list as a content security policy has it, after `connect-src 'self'`. */
export const REMOTE_SOURCES: readonly string[] = [
  ...HOSTS.map((host) => `https://${host}`),
  ...STORES.map((end) => `https://*${end}`),
  ...LOCAL.map((host) => `http://${host}:*`),
];

export const REMOTE_ALLOWED = 'https://huggingface.co/datasets/…/….parquet';

const isLocal = ({ protocol, hostname }: URL): boolean =>
  LOCAL.includes(hostname) && (protocol === 'http:' || protocol === 'https:');

const isStore = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' &&
  (HOSTS.includes(hostname) || STORES.some((end) => hostname.endsWith(end)));

/** The address to fetch, from what was typed; a page about a file becomes the file itself. */
export function remoteAddress(typed: string): Result<URL> {
  let url: URL;
  try {
    url = new URL(typed.trim());
  } catch {
    return fail(`${quote(typed.trim(), 60)} is no address; allowed is ${REMOTE_ALLOWED}.`);
  }
  const isHost = url.protocol === 'https:' && url.port === '' && HOSTS.includes(url.hostname);
  if (!isHost && !isLocal(url)) {
    return fail(
      `${quote(url.host, 60)} is not on the short list of hosts that this page fetches from; allowed is ${REMOTE_ALLOWED}, or a server on this machine.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    return fail('The address holds a name or a password; allowed are addresses without.');
  }
  url.hash = '';
  url.pathname = url.pathname.replace(/^(\/datasets\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return ok(url);
}

/**
 * Fetch the file at an address. One plain GET of the whole: the hosts that store files turn away
 * what a browser must ask permission for, such as requests for a range. Runs in the page, where its
 * content security policy holds; a worker has none of its own.
 */
export async function fetchRemote(
  typed: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Result<File>> {
  const address = remoteAddress(typed);
  if (!address.ok) return address;
  const url = address.value;
  const name = baseName(url.pathname) || url.hostname;
  const said = quote(name, 60);
  let response: Response;
  try {
    response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    return fail(
      `${said} could not be fetched from ${url.host}; check the address and the connection.`,
    );
  }
  const end = new URL(response.url);
  if (!isStore(end) && !isLocal(end)) {
    await response.body?.cancel().catch(() => undefined);
    return fail(
      `${said} was sent on to ${quote(end.host, 60)}, which is not on the list of hosts.`,
    );
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    return fail(`${said} could not be fetched: ${url.host} answered HTTP ${response.status}.`);
  }
  const total = Number(response.headers.get('content-length') ?? 0);
  let last = 0;
  const body = await readBody(response, LIMITS.file, (loaded) => {
    last = loaded;
    const share = total > 0 ? Math.min(1, loaded / total) : null;
    onProgress(`Fetching ${said}: ${(loaded / 1e6).toFixed(1)} MB`, share);
  });
  switch (body.kind) {
    case 'whole':
      return ok(new File([body.bytes], name));
    case 'too-long':
      return fail(`${said} is longer than the ${LIMITS.file} bytes that are allowed.`);
    case 'broken':
      return fail(`${said} broke off after ${last} bytes; check the connection and try again.`);
  }
}
