/** Official data files from the web: one mirror after the other, until one gives the right bytes. */
import { readBody } from '../data/body.ts';
import type { FileRequest } from '../data/load.ts';
import { unpack } from '../data/unpack.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { DatasetId } from '../experiment/spec.ts';

/** Folders on the web that hold the official files, ending in a slash; the first is asked first. */
export type Mirrors = Readonly<Record<DatasetId, readonly string[]>>;

export const MIRRORS: Mirrors = {
  mnist: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  'fashion-mnist': [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
};

/** A mirror that sends nothing for so long is given up. */
const STALL_MS = 30_000;

export interface Download {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The mirror that gave it. */
  readonly mirror: string;
}

/**
 * Fetch one file, checked down to its checksum. `onProgress` gets the bytes so far. The error is
 * one sentence with what each mirror did.
 */
export async function download(
  request: FileRequest,
  mirrors: readonly string[],
  onProgress: (loaded: number) => void,
  stallMs = STALL_MS,
): Promise<Result<Download>> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const bytes = await fetchFrom(mirror, request, onProgress, stallMs);
    if (bytes.ok) return ok({ bytes: bytes.value, mirror });
    failures.push(`${new URL(mirror).host}: ${bytes.error}`);
  }
  return fail(`${request.path} could not be downloaded (${failures.join('; ')}).`);
}

async function fetchFrom(
  mirror: string,
  request: FileRequest,
  onProgress: (loaded: number) => void,
  stallMs: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const { entry, file, limit } = request;
  const stalled = new AbortController();
  const giveUp = () => {
    stalled.abort();
  };
  let timer = setTimeout(giveUp, stallMs);
  try {
    const response = await fetch(new URL(file.name, mirror), { signal: stalled.signal });
    if (!response.ok) {
      await response.body?.cancel();
      return fail(`HTTP ${response.status}`);
    }
    const body = await readBody(response, limit, (loaded) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallMs);
      onProgress(loaded);
    });
    if (body.kind === 'too-long') return fail(`more than ${limit} bytes`);
    if (body.kind === 'broken') return fail(`broke off after ${body.loaded} bytes`);
    const checked = await unpack(body.bytes, file.name, entry, file);
    return checked.ok ? ok(body.bytes) : fail(checked.error.replace(/\.$/, ''));
  } catch {
    return fail(stalled.signal.aborted ? 'no answer' : 'no connection');
  } finally {
    clearTimeout(timer);
  }
}
