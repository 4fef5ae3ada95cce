/** Official data files from the web: one mirror after the other, until one gives the right bytes. */
import { archiveMembers } from '../data/archive.ts';
import { readBody } from '../data/body.ts';
import type { FileRequest } from '../data/load.ts';
import { unpack } from '../data/unpack.ts';
import type { OfficialId } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';

/** Folders on the web that hold the official files, ending in a slash; the first is asked first. */
export type Mirrors = Readonly<Record<OfficialId, readonly string[]>>;

export const MIRRORS: Mirrors = {
  mnist: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  'fashion-mnist': [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  'cifar-10': ['https://www.cs.toronto.edu/~kriz/'],
  svhn: ['http://ufldl.stanford.edu/housenumbers/'],
};

/** A mirror that sends nothing for so long is given up. */
const STALL_MS = 30_000;

/** No archive is fetched that is longer. */
const ARCHIVE_LIMIT = 2 ** 29;

/** One thing to fetch, and what makes it right. */
export interface Wanted<T> {
  /** Its name in a mirror's folder. */
  readonly name: string;
  /** What a person knows it by. */
  readonly path: string;
  /** No more bytes than this are read. */
  readonly limit: number;
  readonly check: (bytes: Uint8Array<ArrayBuffer>) => Promise<Result<T>>;
}

export interface Download<T> {
  readonly value: T;
  /** The mirror that gave it. */
  readonly mirror: string;
}

/** One official file, checked down to its checksum. */
export const wantedFile = ({
  entry,
  file,
  path,
  limit,
}: FileRequest): Wanted<Uint8Array<ArrayBuffer>> => ({
  name: file.name,
  path,
  limit,
  check: async (bytes) => {
    const checked = await unpack(bytes, file.name, entry, file);
    return checked.ok ? ok(bytes) : checked;
  },
});

/** The archive that holds all files of a data set; what is in it is checked file by file. */
export function wantedArchive(
  { id, entry }: FileRequest,
  archive: string,
): Wanted<Map<string, Uint8Array<ArrayBuffer>>> {
  return {
    name: archive,
    path: `${id}/${archive}`,
    limit: ARCHIVE_LIMIT,
    check: (bytes) => archiveMembers(bytes, archive, entry),
  };
}

/**
 * Fetch one thing. `onProgress` gets the bytes so far. The error is one sentence with what each
 * mirror did.
 */
export async function download<T>(
  wanted: Wanted<T>,
  mirrors: readonly string[],
  onProgress: (loaded: number) => void,
  stallMs = STALL_MS,
): Promise<Result<Download<T>>> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const value = await fetchFrom(mirror, wanted, onProgress, stallMs);
    if (value.ok) return ok({ value: value.value, mirror });
    failures.push(`${new URL(mirror).host}: ${value.error}`);
  }
  return fail(`${wanted.path} could not be downloaded (${failures.join('; ')}).`);
}

async function fetchFrom<T>(
  mirror: string,
  { name, limit, check }: Wanted<T>,
  onProgress: (loaded: number) => void,
  stallMs: number,
): Promise<Result<T>> {
  const stalled = new AbortController();
  const giveUp = () => {
    stalled.abort();
  };
  let timer = setTimeout(giveUp, stallMs);
  try {
    const response = await fetch(new URL(name, mirror), { signal: stalled.signal });
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
    clearTimeout(timer);
    const checked = await check(body.bytes);
    return checked.ok ? checked : fail(checked.error.replace(/\.$/, ''));
  } catch {
    return fail(stalled.signal.aborted ? 'no answer' : 'no connection');
  } finally {
    clearTimeout(timer);
  }
}
