/** The graphics device of a session: asked for once, watched, and replaced where it failed. */
import { LimitError } from '../gpu/buffers.ts';
import type { DeviceResult } from '../gpu/device.ts';
import { KernelError } from '../gpu/kernel.ts';
import type { Trainer } from '../gpu/trainer.ts';
import { SessionFailure } from './failures.ts';
import type { Failure } from './protocol.ts';

const SETTLE_MS = 100;

export type OpenDevice = Extract<DeviceResult, { ok: true }>;

export class Hardware {
  readonly #request: () => Promise<DeviceResult>;
  readonly #onFailure: () => void;
  #open: OpenDevice | null = null;
  #failure: Failure | null = null;

  constructor(request: () => Promise<DeviceResult>, onFailure: () => void) {
    this.#request = request;
    this.#onFailure = onFailure;
  }

  /** What went wrong on the device, told by its own events; the first, since what fails after it fails because of it. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /**
   * Resolves once a device that is failing has had the time to say why: what was asked of it may fail a
   * moment before.
   */
  async settled(): Promise<void> {
    if (this.#open === null || this.#failure !== null) return;
    const moment = new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await Promise.race([this.#open.device.lost, moment]);
  }

  /** The device at hand, or a new one where there is none or it failed. Throws a SessionFailure. */
  async open(): Promise<OpenDevice> {
    if (this.#failure !== null) {
      const failed = this.#open;
      this.#open = null;
      this.#failure = null;
      failed?.device.destroy();
    }
    if (this.#open !== null) return this.#open;
    const result = await this.#request();
    if (!result.ok) throw new SessionFailure({ kind: result.kind, message: result.message });
    this.#open = result;
    this.#watch(result);
    return result;
  }

  #watch({ device }: OpenDevice): void {
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#failed(device, {
        kind: error instanceof GPUOutOfMemoryError ? 'memory' : 'internal',
        message: error.message,
      });
    });
    void device.lost.then(({ message }) => {
      this.#failed(device, {
        kind: 'lost',
        message: `The graphics device was lost: ${message || 'the system gave no reason'}.`,
      });
    });
  }

  #failed(device: GPUDevice, failure: Failure): void {
    // A device that was given up is no loss.
    if (this.#open?.device !== device || this.#failure !== null) return;
    this.#failure = failure;
    this.#onFailure();
  }
}

/**
 * Build a run on a device. What goes wrong there shows in many places: its own error says it best,
 * then a lack of memory, then what validation made of it.
 */
export async function build(device: GPUDevice, make: () => Promise<Trainer>): Promise<Trainer> {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const made = await make().catch((error: unknown) => ({ error }));
  const memory = await device.popErrorScope();
  const invalid = await device.popErrorScope();
  if ('error' in made) {
    const known = made.error instanceof KernelError || made.error instanceof LimitError;
    if (memory === null || known) throw made.error;
  } else {
    if (memory === null && invalid === null) return made;
    made.destroy();
  }
  throw new SessionFailure(
    memory === null
      ? { kind: 'internal', message: invalid?.message ?? 'The network could not be built.' }
      : {
          kind: 'memory',
          message: 'The graphics adapter has too little free memory for this network.',
        },
  );
}
