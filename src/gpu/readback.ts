/** Staging buffers in rotation: results come back while the next submit runs. */
import type { Arena } from './buffers.ts';

export class Readback {
  readonly #device: GPUDevice;
  readonly #free: GPUBuffer[];
  readonly #waiting: (() => void)[] = [];

  constructor(device: GPUDevice, arena: Arena, label: string, words: number, depth: number) {
    this.#device = device;
    this.#free = Array.from({ length: depth }, (_, k) => arena.staging(`${label}.${k}`, words));
  }

  /** Resolves once a staging buffer is free. */
  async whenFree(): Promise<void> {
    while (this.#free.length === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /**
   * Submit `encoder` with a copy of the first `words` words of each source appended, and read them.
   * Submits at once; the result comes when the device has done it. Needs a free staging buffer.
   */
  read(
    encoder: GPUCommandEncoder,
    sources: readonly { readonly buffer: GPUBuffer; readonly words: number }[],
  ): Promise<Uint32Array<ArrayBuffer>> {
    const staging = this.#free.pop();
    if (staging === undefined) throw new RangeError('no staging buffer is free');
    let words = 0;
    for (const source of sources) {
      encoder.copyBufferToBuffer(source.buffer, 0, staging, words * 4, source.words * 4);
      words += source.words;
    }
    this.#device.queue.submit([encoder.finish()]);
    return this.#map(staging, words * 4);
  }

  async #map(staging: GPUBuffer, bytes: number): Promise<Uint32Array<ArrayBuffer>> {
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
      const result = new Uint32Array(staging.getMappedRange(0, bytes).slice(0));
      staging.unmap();
      return result;
    } finally {
      // Also where the device is lost: who waits for a buffer must wake up and hear of it.
      this.#free.push(staging);
      this.#waiting.shift()?.();
    }
  }
}
