/** Gunzip with a hard limit on what comes out, over the platform's own DecompressionStream. */
import { fail, ok, type Result } from '../experiment/result.ts';
import { inPieces } from './byte-reader.ts';

/**
 * Bytes fed at a time. Gzip packs at most about 1,032 to 1 and a browser unpacks all it is given
 * at once, so a bomb can take at most about 17 MB before the limit is seen.
 */
const PIECE = 16_384;

/** Whether bytes begin as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What packed bytes hold, as a stream that throws where they are damaged. */
export const inflate = (
  bytes: Uint8Array<ArrayBuffer>,
  format: 'gzip' | 'deflate',
): ReadableStream<Uint8Array> =>
  inPieces(bytes, PIECE).pipeThrough(new DecompressionStream(format));

/**
 * Unpack a gzip file into at most `limit` bytes; that many are set aside. The error is one
 * sentence that names `file`: cut off, damaged, or larger than the limit.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const out = new Uint8Array(limit);
  let length = 0;
  const reader = inflate(bytes, 'gzip').getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > limit) {
        await reader.cancel();
        return fail(`${file} unpacks to more than the ${limit} bytes that are allowed.`);
      }
      out.set(value, length);
      length += value.length;
    }
  } catch {
    // The platforms word it differently and none says more than this.
    return fail(
      `${file} is damaged or cut off: its gzip data (${bytes.length} bytes) does not unpack; a fresh copy of the file is needed.`,
    );
  }
  return ok(length === limit ? out : out.slice(0, length));
}
