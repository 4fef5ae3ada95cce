/**
 * Validation and test, with one kind of weights, or with the members of an ensemble one after the
 * other. Batch norm is recalibrated for those weights (each member's) first: batches of 1,000 (fewer
 * where maps are large) over the first 10,000 training examples, each normalised by itself, their means
 * and variances averaged.
 */
import { at } from '../experiment/at.ts';
import { isEnsembleSize } from '../experiment/ensemble.ts';
import { evaluationBatch } from '../experiment/shapes.ts';
import { Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';
import { type EnsembleScores, ensembleRules, type Sampling } from './ensemble.ts';
import {
  createEvaluationBuffers,
  evaluationProgram,
  type EvaluationBuffers,
  type EvaluationProgram,
  type EvaluationRule,
  type EvaluationWeights,
  plainRule,
} from './evaluation-program.ts';
import type { LearningNetwork } from './learning/learning.ts';
import { METRICS_HEAD } from './network.ts';
import type { Builder } from './ops/builder.ts';
import { Pace } from './pace.ts';
import { Readback } from './readback.ts';
import { momentsBuffers } from './weight-rules/moments.ts';
import type { Hear, Progress, Scores, SplitScores } from './scores.ts';
import { readState } from './state.ts';
import { STILL, type StepFields, StepRing } from './steps.ts';

export const RECALIBRATION_EXAMPLES = 10_000;

/** One of the batches of an evaluation, whose number is its slot in the step ring. */
interface Batch {
  readonly slot: number;
  /** Its first example, and how many there are. */
  readonly start: number;
  readonly count: number;
  readonly part: 'recalibrate' | 'validation' | 'test';
  /** Of the metrics, where it is scored. */
  readonly row: number;
}

export class Evaluator {
  readonly #device: GPUDevice;
  readonly #builder: Builder;
  readonly #network: LearningNetwork;
  readonly #buffers: EvaluationBuffers;
  readonly #ring: StepRing;
  readonly #readback: Readback;
  readonly #programs = new Map<EvaluationWeights, EvaluationProgram>();
  readonly #batches: readonly Batch[];
  readonly #recalibrations: number;
  readonly #pace = new Pace(16);

  constructor(device: GPUDevice, arena: Arena, builder: Builder, network: LearningNetwork) {
    this.#device = device;
    this.#builder = builder;
    this.#network = network;
    const { train, validation, test } = network.data;
    const shapes = network.layers.map(({ shape }) => shape);
    const batch = evaluationBatch(shapes, train.count);
    // Whole batches only: a short one would weigh as much as the others.
    this.#recalibrations = network.asked.measures
      ? Math.floor(Math.min(RECALIBRATION_EXAMPLES, train.count) / batch)
      : 0;

    const batches: Batch[] = [];
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
    progress: Progress,
    hear?: Hear,
  ): Promise<SplitScores | null> {
    const program = await this.#plain(weights);
    this.#fill({});
    return (await this.#pass(program, progress, this.#batches, hear)) ? this.#read() : null;
  }

  /** The same on test examples alone, whose scores are heard. False where `progress` gave up. */
  async test(weights: EvaluationWeights, progress: Progress, hear: Hear): Promise<boolean> {
    const program = await this.#plain(weights);
    this.#fill({});
    const batches = this.#batches.filter(({ part }) => part !== 'validation');
    return this.#pass(program, progress, batches, hear);
  }

  /** The same on validation examples alone: what is chosen by them must not see the test. */
  async validate(weights: EvaluationWeights, progress: Progress): Promise<Scores | null> {
    const program = await this.#plain(weights);
    this.#fill({});
    const batches = this.#batches.filter(({ part }) => part !== 'test');
    return (await this.#pass(program, progress, batches)) ? (await this.#read()).validation : null;
  }

  async #plain(weights: EvaluationWeights): Promise<EvaluationProgram> {
    const known = this.#programs.get(weights);
    if (known !== undefined) return known;
    const program = await this.#programOf(plainRule(this.#network, weights));
    this.#programs.set(weights, program);
    return program;
  }

  /** Means and variances [2, O] of each layer, as the last run collected them for its weights. */
  async statistics(): Promise<Float32Array<ArrayBuffer>[]> {
    const read = await readState(
      this.#device,
      this.#network.layers.map(({ shape: { name, O } }, l) => ({
        ...{ name, dtype: 'F32', shape: [2, O], buffer: at(this.#buffers.stats, l) },
      })),
    );
    return [...read.values()].map(({ data }) => new Float32Array(data.buffer));
  }

  /** The mean of the outputs of 1, 2, 4, ... up to `members` sampled nets: one pass gives them all. */
  async runEnsemble(
    members: number,
    sampling: Sampling,
    progress: Progress,
  ): Promise<EnsembleScores[] | null> {
    const arena = new Arena(this.#device);
    try {
      const rules = ensembleRules(arena, this.#builder, this.#network, sampling);
      const [scored, silent] = await Promise.all([
        this.#programOf(rules.scored),
        this.#programOf(rules.silent),
      ]);
      const all: EnsembleScores[] = [];
      for (let k = 0; k < members; k++) {
        const due = isEnsembleSize(k + 1);
        this.#fill({ step: k, seed: sampling.seed });
        const ours: Progress = (done, of) => progress(k * of + done, members * of);
        if (!(await this.#pass(due ? scored : silent, ours))) return null;
        if (due) all.push({ members: k + 1, ...(await this.#read()) });
      }
      return all;
    } finally {
      arena.destroy();
    }
  }

  /** One kind of weights, units whose weights drop out in training drawn `samples` times by their moments. */
  async runByMoments(
    weights: EvaluationWeights,
    { samples, seed }: { readonly samples: number; readonly seed: number },
    progress: Progress,
  ): Promise<SplitScores | null> {
    const arena = new Arena(this.#device);
    try {
      const buffers = momentsBuffers(arena, this.#network.layers, this.#buffers.batch);
      const program = await this.#programOf(
        plainRule(this.#network, weights, { samples, buffers }),
      );
      this.#fill({ seed });
      return (await this.#pass(program, progress)) ? await this.#read() : null;
    } finally {
      arena.destroy();
    }
  }

  #programOf(rule: EvaluationRule): Promise<EvaluationProgram> {
    return evaluationProgram(
      this.#builder,
      this.#network,
      this.#buffers,
      rule,
      this.#recalibrations,
    );
  }

  /** What the dispatches of every batch read of a step. */
  #fill(fields: Partial<StepFields>): void {
    for (const { slot, start, count, row } of this.#batches) {
      this.#ring.set(slot, { ...STILL, ...fields, start, count, slot: row });
    }
    this.#ring.send(0, this.#batches.length);
  }

  /** All batches, or those given; false where `progress` gave up. */
  async #pass(
    program: EvaluationProgram,
    progress: Progress,
    batches = this.#batches,
    hear?: Hear,
  ): Promise<boolean> {
    const staging = hear && this.#staging();
    const firstTest = batches.findIndex(({ part }) => part === 'test');
    const untilHeard = hear === undefined || firstTest < 0 ? batches.length : firstTest;
    try {
      for (let done = 0; done < batches.length;) {
        if (!progress(done, batches.length)) return false;
        // Where scores are heard, a batch is read before the next one writes over them.
        const heard = staging !== undefined && at(batches, done).part === 'test';
        const most = heard ? 1 : Math.min(this.#pace.count, untilHeard - done);
        const some = batches.slice(done, done + most);
        const started = performance.now();
        const encoder = this.#encode(program, some, done === 0);
        if (heard) {
          const { start, count } = at(batches, done);
          const words = count * this.#network.data.classes;
          const read = await staging.readback.read(encoder, [{ buffer: program.outputs, words }]);
          hear?.(new Float32Array(read.buffer), start, count);
        } else {
          this.#device.queue.submit([encoder.finish()]);
          await this.#device.queue.onSubmittedWorkDone();
          this.#pace.took(some.length, performance.now() - started);
        }
        done += some.length;
      }
      return true;
    } finally {
      staging?.arena.destroy();
    }
  }

  /** Room for the scores of a batch. */
  #staging() {
    const arena = new Arena(this.#device);
    const words = this.#buffers.batch * this.#network.data.classes;
    const readback = new Readback(this.#device, arena, 'evaluation.scores', words, 1);
    return { arena, readback };
  }

  #encode(
    program: EvaluationProgram,
    batches: readonly Batch[],
    first: boolean,
  ): GPUCommandEncoder {
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
    return encoder;
  }

  async #read(): Promise<SplitScores> {
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
