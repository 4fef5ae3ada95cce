/** One arena per training run: named buffers, their bytes accounted, one destroy(). */

let live = 0;
/** Buffers that exist in this process or page; a test counts them back to zero. */
export const liveBuffers = (): number => live;

/** A buffer larger than the adapter takes: says which, how large, and which limit of the adapter forbids it. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

/**
 * Numbers of a minibatch by example, row, column, channel; and where as many zeros lie as a pixel has
 * channels: windows that hang over the edge of a map read those.
 */
export interface Activation {
  readonly buffer: GPUBuffer;
  /** Index of the first of the zeros, a multiple of four. */
  readonly zero: number;
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

  /** Room for `count` numbers of a minibatch, and behind them a pixel of `channels` zeros that nobody writes. */
  activation(label: string, count: number, channels: number): Activation {
    const zero = Math.ceil(count / 4) * 4;
    return { buffer: this.storage(label, zero + Math.ceil(channels / 4) * 4), zero };
  }

  /** A storage buffer with contents. Bytes are padded to whole words. */
  upload(
    label: string,
    data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  ): GPUBuffer {
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
    const [limit, most] =
      maxBufferSize < maxStorageBufferBindingSize
        ? ['maxBufferSize', maxBufferSize]
        : ['maxStorageBufferBindingSize', maxStorageBufferBindingSize];
    if (size > most) {
      throw new LimitError(
        `This adapter takes buffers of up to ${megabytes(most)} (its limit ${limit}); ${label} needs ${megabytes(size)}. Narrower layers or a smaller batch fit.`,
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
