/**
 * Class scores of one example at a time, while the network trains: matrix-vector products that read
 * its weights or their bits as they stand, batch norm by collected statistics, ReLU. It owns a few
 * small buffers and submits by itself; nothing of a training step waits for it.
 */
import type { BatchNorm } from '../experiment/spec.ts';
import { at } from '../experiment/at.ts';
import { Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';
import type { Builder } from './ops/builder.ts';
import { matvec } from './ops/matvec.ts';
import { normalise } from './ops/normalise.ts';
import { Readback } from './readback.ts';
import { STILL, StepRing } from './steps.ts';

/** A dense layer as it is to predict. The buffers belong to the network, and outlive the predictor. */
export interface PredictorLayer {
  readonly name: string;
  readonly I: number;
  readonly O: number;
  /** The magnitude H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  /** Stored weights [I, O]. */
  readonly w: GPUBuffer;
  /** [I, ceil(O / 32)] words of sign bits: signs of w, or a sample of them. */
  readonly bits: GPUBuffer;
  /** [2, O] or more: gamma, beta. */
  readonly affine: GPUBuffer;
  /** [2, O]: means and variances collected with these very weights; not read where norm is `none`. */
  readonly stats: GPUBuffer;
  readonly norm: BatchNorm;
  /** True for all but the output layer: ReLU follows. */
  readonly hidden: boolean;
}

export class Predictor {
  readonly inputs: number;
  readonly classes: number;
  readonly #device: GPUDevice;
  readonly #arena: Arena;
  readonly #x: GPUBuffer;
  readonly #program: readonly Dispatch[];
  readonly #scores: GPUBuffer;
  readonly #ring: StepRing;
  readonly #readback: Readback;
  /** Settles when the prediction before is done. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    device: GPUDevice,
    arena: Arena,
    ring: StepRing,
    layers: readonly PredictorLayer[],
    parts: { readonly x: GPUBuffer; readonly scores: GPUBuffer; readonly program: Dispatch[] },
  ) {
    this.inputs = at(layers, 0).I;
    this.classes = at(layers, layers.length - 1).O;
    this.#device = device;
    this.#arena = arena;
    this.#ring = ring;
    this.#x = parts.x;
    this.#scores = parts.scores;
    this.#program = parts.program;
    this.#readback = new Readback(device, arena, 'prediction.staging', this.classes, 1);
  }

  /**
   * @param layers first to last, each as wide as the one before it is long.
   * @throws LimitError, KernelError as a trainer's creation does; RangeError where there is no layer or
   *   the widths do not fit.
   */
  static async create(
    device: GPUDevice,
    builder: Builder,
    layers: readonly PredictorLayer[],
  ): Promise<Predictor> {
    if (layers.length === 0) throw new RangeError('a prediction needs at least one layer');
    layers.slice(1).forEach(({ name, I }, l) => {
      const before = at(layers, l);
      if (I !== before.O) {
        throw new RangeError(`${name} reads ${I} numbers, ${before.name} makes ${before.O}`);
      }
    });
    const arena = new Arena(device);
    try {
      const ring = new StepRing(device, builder.kernels, arena, 'prediction.step', 1);
      ring.set(0, STILL);
      ring.send(0, 1);
      const widest = Math.max(...layers.map(({ O }) => O));
      const x = arena.storage('prediction.x', at(layers, 0).I);
      const z = arena.storage('prediction.z', widest);
      // A layer reads one and writes the other.
      const a = [0, 1].map((k) => arena.storage(`prediction.a${k}`, widest));
      const outputOf = (l: number) => at(a, l % 2);
      const program = await Promise.all(
        layers.map((layer, l) =>
          layerProgram(builder, layer, l === 0 ? x : outputOf(l - 1), z, outputOf(l)),
        ),
      );
      return new Predictor(device, arena, ring, layers, {
        x,
        scores: outputOf(layers.length - 1),
        program: program.flat(),
      });
    } catch (error) {
      arena.destroy();
      throw error;
    }
  }

  /** Bytes of device memory of its own. */
  get bytes(): number {
    return this.#arena.bytes;
  }

  /**
   * Scores [classes] of one example, preprocessed as the training examples are; the largest is the
   * prediction. Calls are answered in turn. Rejects where the device is lost.
   * @throws RangeError where x has not `inputs` numbers.
   */
  predict(x: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    if (x.length !== this.inputs) {
      throw new RangeError(`an example has ${this.inputs} numbers, not ${x.length}`);
    }
    const own = x.slice();
    const scores = this.#turn.then(() => this.#run(own));
    this.#turn = scores.catch(() => undefined);
    return scores;
  }

  async #run(x: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    this.#device.queue.writeBuffer(this.#x, 0, x);
    const encoder = this.#device.createCommandEncoder({ label: 'predict' });
    const pass = encoder.beginComputePass({ label: 'predict' });
    this.#ring.use(pass, 0);
    record(pass, this.#program);
    pass.end();
    const sources = [{ buffer: this.#scores, words: this.classes }];
    return new Float32Array((await this.#readback.read(encoder, sources)).buffer);
  }

  destroy(): void {
    this.#arena.destroy();
  }
}

async function layerProgram(
  builder: Builder,
  layer: PredictorLayer,
  x: GPUBuffer,
  z: GPUBuffer,
  a: GPUBuffer,
): Promise<Dispatch[]> {
  const { name, I, O, H, w, bits, affine, stats, norm, hidden } = layer;
  const [product, normed] = await Promise.all([
    matvec(builder, { label: `${name}.predict`, I, O, H, x, w, wBits: bits, z }),
    normalise(
      builder,
      {
        label: `${name}.predict.norm`,
        B: 1,
        places: 1,
        O,
        norm,
        relu: hidden,
        keep: 1,
        site: 0,
        z,
        affine,
        stats,
        partials: z,
      },
      { of: 'collected' },
      a,
    ),
  ]);
  return [product, ...normed];
}
