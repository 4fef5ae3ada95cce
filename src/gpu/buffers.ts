/** One arena per training run: named buffers, their bytes accounted, one destroy(). */

let live = 0;
/** Buffers that exist in this process or page; a test counts them back to zero. */
export const liveBuffers = (): number => live;

/** A buffer larger than the adapter binds: says which, how large, and what the adapter takes. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export class Arena {
  readonly #device: GPUDevice;
  readonly #buffers: GPUBuffer[] = [];
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of device memory held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A storage buffer of `words` 32-bit numbers, zero at first. */
  storage(label: string, words: number): GPUBuffer {
    return this.#create(
      label,
      words * 4,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    );
  }

  /** A storage buffer with contents. Bytes are padded to whole words. */
  upload(label: string, data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.storage(label, Math.ceil(data.byteLength / 4));
    const whole = data.byteLength - (data.byteLength % 4);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#device.queue.writeBuffer(buffer, 0, bytes, 0, whole);
    if (whole < bytes.length) {
      const tail = new Uint8Array(4);
      tail.set(bytes.subarray(whole));
      this.#device.queue.writeBuffer(buffer, whole, tail);
    }
    return buffer;
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  /** A buffer to read results back through. */
  staging(label: string, words: number): GPUBuffer {
    return this.#create(label, words * 4, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  #create(label: string, bytes: number, usage: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (size > most) {
      throw new LimitError(
        `This adapter takes buffers of up to ${megabytes(most)}; ${label} needs ${megabytes(size)}. Narrower layers or a smaller batch fit.`,
      );
    }
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#buffers.push(buffer);
    this.#bytes += size;
    live += 1;
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    live -= this.#buffers.length;
    this.#buffers.length = 0;
    this.#bytes = 0;
  }
}
