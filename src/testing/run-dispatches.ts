/** Run dispatches once with one Step, and read buffers back: for tests of single kernels. */
import { Arena } from '../gpu/buffers.ts';
import { Kernels, record, type Dispatch } from '../gpu/kernel.ts';
import type { Builder } from '../gpu/ops/builder.ts';
import { type Profile, profileFor } from '../gpu/profile.ts';
import { Readback } from '../gpu/readback.ts';
import { STILL, StepRing, type StepFields } from '../gpu/steps.ts';
import type { Gpu } from './gpu.ts';

export class Bench {
  readonly arena: Arena;
  readonly builder: Builder;
  readonly #device: GPUDevice;

  /** @param changed what is to be otherwise than in the profile of `kernels`. */
  constructor({ device, adapter }: Gpu, kernels = 'auto', changed: Partial<Profile> = {}) {
    this.#device = device;
    this.arena = new Arena(device);
    const profile = { ...profileFor(adapter, kernels, 1), ...changed };
    this.builder = { kernels: new Kernels(device), profile };
  }

  floats(label: string, values: ArrayLike<number>): GPUBuffer {
    return this.arena.upload(label, Float32Array.from(values));
  }

  words(label: string, values: Uint32Array<ArrayBuffer>): GPUBuffer {
    return this.arena.upload(label, new Uint8Array(values.buffer));
  }

  /** Run in order, then read `words` words of `output`. */
  async run(
    dispatches: readonly Dispatch[],
    output: GPUBuffer,
    words: number,
    step: Partial<StepFields> = {},
  ): Promise<Uint32Array<ArrayBuffer>> {
    const ring = new StepRing(this.#device, this.builder.kernels, this.arena, 'step', 1);
    ring.set(0, { ...STILL, ...step });
    ring.send(0, 1);
    const readback = new Readback(this.#device, this.arena, 'output', words, 1);
    const encoder = this.#device.createCommandEncoder({ label: 'bench' });
    const pass = encoder.beginComputePass({ label: 'bench' });
    ring.use(pass, 0);
    record(pass, dispatches);
    pass.end();
    return readback.read(encoder, [{ buffer: output, words }]);
  }

  destroy(): void {
    this.arena.destroy();
  }
}

/** The same words as numbers. */
export const asFloats = (words: Uint32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  new Float32Array(words.buffer);
