/**
 * Validation and test, with one kind of weights. Batch norm is recalibrated for those weights first:
 * batches of 1,000 (fewer where maps are large) over the first 10,000 training examples, each
 * normalised by itself, their means and variances averaged.
 */
import { at } from '../experiment/at.ts';
import { evaluationBatch } from '../experiment/shapes.ts';
import type { Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';
import {
  createEvaluationBuffers,
  evaluationProgram,
  type EvaluationBuffers,
  type EvaluationProgram,
  type EvaluationWeights,
} from './evaluation-program.ts';
import { METRICS_HEAD, type Network } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { Pace } from './pace.ts';
import { Readback } from './readback.ts';
import { STILL, StepRing } from './steps.ts';

export const RECALIBRATION_EXAMPLES = 10_000;

export interface Scores {
  readonly examples: number;
  /** Mean loss an example. */
  readonly loss: number;
  readonly mistakes: number;
  /** Percent misclassified. */
  readonly error: number;
}

/** A list of batches: the slot of each in the step ring and the dispatches it runs. */
interface Batch {
  readonly slot: number;
  readonly count: number;
  readonly part: 'recalibrate' | 'validation' | 'test';
}

export class Evaluator {
  readonly #device: GPUDevice;
  readonly #builder: Builder;
  readonly #network: Network;
  readonly #buffers: EvaluationBuffers;
  readonly #ring: StepRing;
  readonly #readback: Readback;
  readonly #programs = new Map<EvaluationWeights, EvaluationProgram>();
  readonly #batches: readonly Batch[];
  readonly #recalibrations: number;
  readonly #pace = new Pace(16);

  constructor(device: GPUDevice, arena: Arena, builder: Builder, network: Network) {
    this.#device = device;
    this.#builder = builder;
    this.#network = network;
    const { train, validation, test } = network.data;
    const shapes = network.layers.map(({ shape }) => shape);
    const batch = evaluationBatch(shapes, train.count);
    // Whole batches only: a short one would weigh as much as the others.
    this.#recalibrations = Math.floor(Math.min(RECALIBRATION_EXAMPLES, train.count) / batch);

    const batches: (Batch & { readonly start: number; readonly row: number })[] = [];
    const add = (part: Batch['part'], examples: number, rows: number) => {
      for (let start = 0; start < examples; start += batch) {
        const count = Math.min(batch, examples - start);
        batches.push({ slot: batches.length, start, count, part, row: rows + start / batch });
      }
    };
    add('recalibrate', this.#recalibrations * batch, 0);
    add('validation', validation.count, 0);
    add('test', test.count, Math.ceil(validation.count / batch));
    this.#batches = batches;
    const scored = batches.length - this.#recalibrations;
    this.#buffers = createEvaluationBuffers(arena, network, batch, scored);
    this.#ring = new StepRing(device, builder.kernels, arena, 'evaluation.steps', batches.length);
    for (const { slot, start, count, row } of batches) {
      this.#ring.set(slot, { ...STILL, start, count, slot: row });
    }
    this.#ring.send(0, batches.length);
    this.#readback = new Readback(
      device,
      arena,
      'evaluation.staging',
      Math.max(1, scored * METRICS_HEAD),
      1,
    );
  }

  async run(
    weights: EvaluationWeights,
    progress: (done: number, of: number) => boolean,
  ): Promise<{ readonly validation: Scores; readonly test: Scores } | null> {
    let program = this.#programs.get(weights);
    if (program === undefined) {
      program = await evaluationProgram(
        this.#builder,
        this.#network,
        this.#buffers,
        weights,
        this.#recalibrations,
      );
      this.#programs.set(weights, program);
    }
    const batches = this.#batches;
    for (let done = 0; done < batches.length;) {
      if (!progress(done, batches.length)) return null;
      const some = batches.slice(done, done + this.#pace.count);
      const started = performance.now();
      this.#submit(program, some, done === 0);
      await this.#device.queue.onSubmittedWorkDone();
      this.#pace.took(some.length, performance.now() - started);
      done += some.length;
    }
    return this.#read();
  }

  #submit(program: EvaluationProgram, batches: readonly Batch[], first: boolean): void {
    const encoder = this.#device.createCommandEncoder({ label: 'evaluate' });
    if (first) for (const stats of this.#buffers.stats) encoder.clearBuffer(stats);
    const pass = encoder.beginComputePass({ label: 'evaluate' });
    if (first) {
      this.#ring.use(pass, 0);
      record(pass, program.prepare);
    }
    for (const { slot, part } of batches) {
      this.#ring.use(pass, slot);
      const dispatches: readonly Dispatch[] = program[part];
      record(pass, dispatches);
    }
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  async #read(): Promise<{ readonly validation: Scores; readonly test: Scores }> {
    const scored = this.#batches.filter(({ part }) => part !== 'recalibrate');
    const words = scored.length * METRICS_HEAD;
    await this.#readback.whenFree();
    const encoder = this.#device.createCommandEncoder({ label: 'evaluate' });
    const rows = await this.#readback.read(encoder, [{ buffer: this.#buffers.metrics, words }]);
    const losses = new Float32Array(rows.buffer);
    const sum = (part: Batch['part']): Scores => {
      let examples = 0;
      let loss = 0;
      let mistakes = 0;
      scored.forEach((batch, row) => {
        if (batch.part !== part) return;
        examples += batch.count;
        loss += at(losses, row * METRICS_HEAD);
        mistakes += at(rows, row * METRICS_HEAD + 1);
      });
      return { examples, loss: loss / examples, mistakes, error: (100 * mistakes) / examples };
    };
    return { validation: sum('validation'), test: sum('test') };
  }
}
