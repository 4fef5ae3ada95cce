/** A file at the end of an address that a person typed: from a short list of hosts, in one plain request. */
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { LIMITS, type OnProgress } from './own-data.ts';
import { baseName, blobFile, type SourceFile } from './source.ts';

/**
 * Where files may be fetched from. Hugging Face answers with a redirect to the hosts that store its
 * files, whose names end so; a page's content security policy must allow the same ones:
 * `connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co`.
 */
const HOSTS = ['huggingface.co'];
const STORES = ['.huggingface.co', '.hf.co'];
const LOCAL = ['localhost', '127.0.0.1'];

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
 * what a browser must ask permission for, such as requests for a range.
 */
export async function fetchRemote(
  typed: string,
  onProgress: OnProgress,
): Promise<Result<SourceFile>> {
  const address = remoteAddress(typed);
  if (!address.ok) return address;
  const url = address.value;
  const name = baseName(url.pathname) || url.hostname;
  const said = quote(name, 60);
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
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
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      loaded += piece.value.length;
      if (loaded > LIMITS.file) {
        await reader?.cancel();
        return fail(`${said} is longer than the ${LIMITS.file} bytes that are allowed.`);
      }
      pieces.push(piece.value);
      const share = total > 0 ? Math.min(1, loaded / total) : null;
      onProgress(`Fetching ${said}: ${(loaded / 1e6).toFixed(1)} MB`, share);
    }
  } catch {
    return fail(`${said} broke off after ${loaded} bytes; check the connection and try again.`);
  }
  return ok(blobFile(name, new Blob(pieces)));
}
