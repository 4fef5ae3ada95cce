/** The ring of Step uniforms (shaders/lib/step.wgsl): what differs from one dispatch list to the next. */
import type { Arena } from './buffers.ts';
import { STEP_BYTES, type Kernels } from './kernel.ts';

export interface StepFields {
  readonly step: number;
  readonly slot: number;
  readonly start: number;
  readonly count: number;
  readonly seed: number;
  readonly rateW: number;
  readonly rateP: number;
  readonly momentum: number;
  readonly epoch: number;
  readonly fade: number;
}

export const STILL: StepFields = {
  step: 0,
  slot: 0,
  start: 0,
  count: 0,
  seed: 0,
  rateW: 0,
  rateP: 0,
  momentum: 0,
  epoch: 0,
  fade: 1,
};

export class StepRing {
  readonly #device: GPUDevice;
  readonly #buffer: GPUBuffer;
  readonly #group: GPUBindGroup;
  readonly #bytes: ArrayBuffer;
  readonly #view: DataView;
  // Reused: setting a bind group must not allocate for every step.
  readonly #offset = new Uint32Array(1);

  constructor(device: GPUDevice, kernels: Kernels, arena: Arena, label: string, slots: number) {
    this.#device = device;
    this.#buffer = arena.uniform(label, slots * STEP_BYTES);
    this.#group = kernels.stepGroup(this.#buffer);
    this.#bytes = new ArrayBuffer(slots * STEP_BYTES);
    this.#view = new DataView(this.#bytes);
  }

  set(slot: number, fields: StepFields): void {
    const base = slot * STEP_BYTES;
    const view = this.#view;
    view.setUint32(base, fields.step, true);
    view.setUint32(base + 4, fields.slot, true);
    view.setUint32(base + 8, fields.start, true);
    view.setUint32(base + 12, fields.count, true);
    view.setUint32(base + 16, fields.seed, true);
    view.setFloat32(base + 20, fields.rateW, true);
    view.setFloat32(base + 24, fields.rateP, true);
    view.setFloat32(base + 28, fields.momentum, true);
    view.setUint32(base + 32, fields.epoch, true);
    view.setFloat32(base + 36, fields.fade, true);
  }

  /** Send slots first .. first + count - 1 to the device: before the submit that reads them. */
  send(first: number, count: number): void {
    const offset = first * STEP_BYTES;
    this.#device.queue.writeBuffer(this.#buffer, offset, this.#bytes, offset, count * STEP_BYTES);
  }

  /** Let the dispatches that follow read a slot. */
  use(pass: GPUComputePassEncoder, slot: number): void {
    this.#offset[0] = slot * STEP_BYTES;
    pass.setBindGroup(0, this.#group, this.#offset, 0, 1);
  }
}
