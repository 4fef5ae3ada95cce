/** Read a stream of bytes in the portions a format wants, whatever pieces it comes in. */

/** Bytes as a stream of pieces, each a view of at most `size` bytes. */
export function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(start, start + size));
      start += size;
    },
  });
}

/** Methods throw what the stream throws. Whoever stops before the end calls `cancel`. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #start = 0;
  #taken = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Bytes read or skipped so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Fill `target`; gives how many bytes came, fewer than its length only at the stream's end. */
  async fill(target: Uint8Array): Promise<number> {
    let length = 0;
    while (length < target.length) {
      const portion = await this.#portion(target.length - length);
      if (portion === null) break;
      target.set(portion, length);
      length += portion.length;
    }
    return length;
  }

  /** Pass over `count` bytes; gives how many there were. */
  async skip(count: number): Promise<number> {
    let length = 0;
    while (length < count) {
      const portion = await this.#portion(count - length);
      if (portion === null) break;
      length += portion.length;
    }
    return length;
  }

  /** Let go of the stream. Never throws. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  /** At most `most` bytes of the piece at hand, or of the next one; null at the end. */
  async #portion(most: number): Promise<Uint8Array | null> {
    while (this.#start === this.#piece.length) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#piece = value;
      this.#start = 0;
    }
    const portion = this.#piece.subarray(this.#start, this.#start + most);
    this.#start += portion.length;
    this.#taken += portion.length;
    return portion;
  }
}
