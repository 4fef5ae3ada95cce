/** Gunzip where nobody knows how much comes out: piece by piece, up to the limit of any file. */
import { fail, ok, type Result } from '../../experiment/result.ts';
import { inflate } from '../gunzip.ts';
import { concat } from './concat.ts';
import { LIMITS } from './own-data.ts';

export async function gunzipAny(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  limit: number = LIMITS.file,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = inflate(bytes, 'gzip').getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return fail(`${file} unpacks to more than the ${limit} bytes that are allowed.`);
      }
      pieces.push(new Uint8Array(value));
    }
  } catch {
    return fail(`${file} is damaged or cut off: its gzip data does not unpack.`);
  }
  return ok(concat(pieces));
}
