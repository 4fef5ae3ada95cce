/** A look inside: histograms and saturation of stored weights, reduced on the device, and the bits. */
import { at } from '../experiment/at.ts';
import type { Mode } from '../experiment/spec.ts';
import type { Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';
import type { LearningNetwork } from './learning/learning.ts';
import type { Builder } from './ops/builder.ts';
import { PROBE_WORDS, histogram } from './ops/weights.ts';
import { Readback } from './readback.ts';
import { STILL, StepRing } from './steps.ts';

export interface Probe {
  /** Stored weights in 64 equal bins over [-range, range]. */
  readonly histogram: Uint32Array<ArrayBuffer>;
  /** H, or in mode none the layer's largest |w|. */
  readonly range: number;
  /** Share of weights with |w| >= 0.999 H. */
  readonly saturation: number;
  /** Packed bits that propagate, [I, ceil(O / 32)]. */
  readonly bits: Uint32Array<ArrayBuffer>;
}

export class Prober {
  readonly #device: GPUDevice;
  readonly #builder: Builder;
  readonly #network: LearningNetwork;
  readonly #probes: readonly GPUBuffer[];
  readonly #ring: StepRing;
  readonly #readback: Readback;
  readonly #words: number;
  readonly #programs = new Map<Mode, readonly Dispatch[]>();

  constructor(device: GPUDevice, arena: Arena, builder: Builder, network: LearningNetwork) {
    this.#device = device;
    this.#builder = builder;
    this.#network = network;
    this.#probes = network.layers.map(({ shape }) =>
      arena.storage(`${shape.name}.probe`, PROBE_WORDS),
    );
    this.#ring = new StepRing(device, builder.kernels, arena, 'probe.steps', 1);
    this.#ring.set(0, STILL);
    this.#ring.send(0, 1);
    this.#words = network.layers.reduce(
      (sum, { shape, words }) => sum + PROBE_WORDS + shape.I * words,
      0,
    );
    this.#readback = new Readback(device, arena, 'probe.staging', this.#words, 2);
  }

  async read(mode: Mode): Promise<Probe[]> {
    let program = this.#programs.get(mode);
    if (program === undefined) {
      const parts = await Promise.all(
        this.#network.layers.map((layer, l) => {
          const { ownRange, H } = this.#network.counted(layer.shape, mode);
          const counted = { ...layer, shape: { ...layer.shape, H } };
          return histogram(this.#builder, counted, ownRange, at(this.#probes, l));
        }),
      );
      program = parts.flat();
      this.#programs.set(mode, program);
    }
    await this.#readback.whenFree();
    const encoder = this.#device.createCommandEncoder({ label: 'probe' });
    for (const probe of this.#probes) encoder.clearBuffer(probe);
    const pass = encoder.beginComputePass({ label: 'probe' });
    this.#ring.use(pass, 0);
    record(pass, program);
    pass.end();
    const words = await this.#readback.read(
      encoder,
      this.#network.layers.flatMap((layer, l) => [
        { buffer: at(this.#probes, l), words: PROBE_WORDS },
        { buffer: layer.wBits, words: layer.shape.I * layer.words },
      ]),
    );
    return this.#decode(words, mode);
  }

  #decode(words: Uint32Array<ArrayBuffer>, mode: Mode): Probe[] {
    const floats = new Float32Array(words.buffer);
    let offset = 0;
    return this.#network.layers.map(({ shape, words: perRow }) => {
      const bits = offset + PROBE_WORDS;
      const probe = {
        histogram: words.slice(offset + 2, bits),
        range: this.#network.counted(shape, mode).ownRange ? at(floats, offset) : shape.H,
        saturation: at(words, offset + 1) / (shape.I * shape.O),
        bits: words.slice(bits, bits + shape.I * perRow),
      };
      offset = bits + shape.I * perRow;
      return probe;
    });
  }
}
