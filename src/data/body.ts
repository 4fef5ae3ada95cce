/** Read an HTTP answer's body piece by piece, never more than was agreed. */

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** More than `limit` bytes came. */
  | { readonly kind: 'too-long' }
  /** The connection broke (or was aborted) after `loaded` bytes. */
  | { readonly kind: 'broken'; readonly loaded: number };

/** All bytes of a body of at most `limit` bytes. `onProgress` gets the bytes so far. */
export async function readBody(
  response: Response,
  limit: number,
  onProgress: (loaded: number) => void,
): Promise<Body> {
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  if (reader !== undefined) {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        loaded += value.length;
        if (loaded > limit) {
          await reader.cancel();
          return { kind: 'too-long' };
        }
        pieces.push(value);
        onProgress(loaded);
      }
    } catch {
      return { kind: 'broken', loaded };
    }
  }
  const bytes = new Uint8Array(loaded);
  let start = 0;
  for (const piece of pieces) {
    bytes.set(piece, start);
    start += piece.length;
  }
  return { kind: 'whole', bytes };
}
