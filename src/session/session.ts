/**
 * One training run as the page sees it: commands in, events out. Runs in a worker, but knows neither
 * worker nor page: the device, the data and the way out are handed in. Here commands take their turn
 * and the run on the device changes; what each of them takes is in the files beside.
 */
import type { Run } from '../experiment/run.ts';
import type { DeviceResult } from '../gpu/device.ts';
import { describe } from './failures.ts';
import { ensembleOf } from './ensembles.ts';
import { buffersOf, handOver } from './hand-over.ts';
import { Hardware } from './hardware.ts';
import type { Idleness } from './idle-tuning.ts';
import { train } from './pacing.ts';
import { programOf } from './program.ts';
import type {
  ChangeRequest,
  Command,
  Failure,
  Phase,
  Resume,
  SessionEvent,
  WeightPlace,
} from './protocol.ts';
import type { Resumable } from './progress.ts';
import { Rest } from './rest.ts';
import { Shelf, type LoadData } from './shelf.ts';
import { listen, make, openedEvent, type Made, type Standing } from './standing.ts';
import { profileSteps } from './step-profile.ts';

export interface Surroundings {
  post(event: SessionEvent, transfer: ArrayBuffer[]): void;
  requestDevice(): Promise<DeviceResult>;
  readonly load: LoadData;
  readonly idleness: Idleness;
}

/** What commands ask for that take their turn; each ends before the next begins. */
type Turned = Exclude<
  Command,
  { type: 'speed' | 'cancel' | 'change' | 'tune' | 'look' | 'look-away' | 'program' }
>;

export class Session {
  readonly #around: Surroundings;
  readonly #hardware: Hardware;
  readonly #shelf: Shelf;
  readonly #rest: Rest;
  #queue: Promise<void> = Promise.resolve();
  #standing: Standing | null = null;
  #phase: Phase = 'idle';
  /** Counts up with every command that ends training; a loop of an older count stops. */
  #turn = 0;
  #newestOpen = 0;
  #speed: number | 'max' = 'max';
  /** Steps are to be timed: by the loop that trains, or else by one that does nothing else. */
  #profileAsked = false;
  /** What the page waits for: given by the loop that trains, or else in its turn. */
  #asked: Extract<Command, { type: 'hand-over' }>[] = [];

  constructor(around: Surroundings) {
    this.#around = around;
    this.#shelf = new Shelf((...request) => around.load(...request));
    this.#rest = new Rest(around.idleness, {
      post: (event, transfer) => {
        this.#post(event, transfer);
      },
      enqueue: (work) => {
        this.#enqueue(work);
      },
      standing: () => (['paused', 'finished'].includes(this.#phase) ? this.#standing : null),
    });
    this.#hardware = new Hardware(
      () => around.requestDevice(),
      () => {
        this.#turn += 1;
        this.#rest.interrupt();
        this.#enqueue(() => {
          if (this.#phase !== 'failed') this.#fail(null);
          return Promise.resolve();
        });
      },
    );
  }

  /** Take a command. Never throws; what goes wrong is an event. */
  handle(command: Command): void {
    switch (command.type) {
      case 'speed':
        this.#speed = command.stepsPerSecond;
        return;
      case 'cancel':
        this.#shelf.cancel();
        return;
      case 'tune':
        this.#rest.tune(command.when);
        return;
      case 'change':
        this.#rest.interrupt();
        this.#requestChange(command.change);
        return;
      case 'look':
        this.#rest.watch(command.subject);
        return;
      case 'look-away':
        this.#rest.unwatch(command.kind);
        return;
      case 'program':
        this.#tellProgram();
        return;
      case 'hand-over':
        // Training goes on, so this is no new turn.
        this.#asked.push(command);
        break;
      case 'profile':
        // Training goes on, so this is no new turn.
        this.#profileAsked = true;
        break;
      case 'open':
        this.#shelf.cancel();
        this.#turn += 1;
        this.#newestOpen = this.#turn;
        break;
      case 'train':
      case 'pause':
      case 'step':
      case 'trace':
      case 'ensemble':
      case 'rewind':
      case 'reseed':
        this.#turn += 1;
        break;
    }
    this.#rest.interrupt();
    const turn = this.#turn;
    this.#enqueue(() => this.#perform(command, turn));
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#fail(error);
    });
  }

  async #perform(command: Turned, turn: number): Promise<void> {
    switch (command.type) {
      case 'open':
        // A newer link is already waiting.
        if (turn !== this.#newestOpen) return;
        await this.#open(command.run, command.base, turn, command.resume);
        this.#rest.measures = command.tune;
        if (command.autoplay) await this.#train(turn, Infinity);
        break;
      case 'train':
        await this.#train(turn, Infinity);
        break;
      case 'step':
        await this.#train(turn, 1);
        break;
      case 'trace':
        await this.#trace(command.place, turn);
        break;
      case 'ensemble':
        await this.#ensemble(turn);
        break;
      case 'profile':
        // Where it trained, its loop has done it.
        if (this.#profileAsked) await this.#train(turn, 0);
        this.#profileAsked = false;
        break;
      case 'hand-over':
        await this.#handOver();
        break;
      case 'rewind':
        await this.#rewind();
        break;
      case 'reseed':
        await this.#reseed(command.seed);
        break;
      case 'pause':
        break;
    }
    if (turn === this.#turn) this.#rest.begin();
  }

  #post(event: SessionEvent, transfer: ArrayBuffer[] = []): void {
    this.#around.post(event, transfer);
  }

  #enter(phase: Phase, failure: Failure | null = null): void {
    this.#phase = phase;
    this.#post({ type: 'phase', phase, failure });
  }

  #fail(error: unknown): void {
    // A failing device makes everything on it fail: its own reason comes first.
    const failure = this.#hardware.failure ?? describe(error);
    this.#profileAsked = false;
    if (failure.kind !== 'not-finite') this.#close();
    this.#enter('failed', failure);
  }

  /** Give the page what it has asked for since the last time. */
  async #handOver(): Promise<void> {
    for (let next = this.#asked.shift(); next !== undefined; next = this.#asked.shift()) {
      const { id, wanted } = next;
      const standing = this.#phase === 'failed' ? null : this.#standing;
      const handed = standing && (await handOver(wanted, standing));
      this.#post({ type: 'handed', id, handed }, handed === null ? [] : buffersOf(handed));
    }
  }

  #close(): void {
    this.#standing?.trainer.destroy();
    this.#standing = null;
  }

  async #open(run: Run, base: string, turn: number, resume?: Resume): Promise<void> {
    this.#close();
    await this.#rest.tuning.gone();
    const hardware = await this.#hardware.open();
    // A newer link came while the device was asked for.
    if (turn !== this.#newestOpen) return;
    const dataset = await this.#shelf.take(run, base, {
      onLoading: () => {
        this.#enter('loading');
      },
      onProgress: (progress) => {
        this.#post({ type: 'loading', ...progress });
      },
    });
    if (dataset === null) {
      // Where a newer link replaced it, nobody cancelled anything.
      if (turn === this.#newestOpen) this.#enter('cancelled');
      return;
    }
    await this.#stand(run, hardware, dataset, resume?.state ?? null);
  }

  /** Put a run on the device, at step 0 or where a state of it stands. */
  async #stand(
    run: Run,
    hardware: Made['hardware'],
    dataset: Made['dataset'],
    from: Resumable | null = null,
  ): Promise<void> {
    this.#enter('building');
    const made = await make(run, hardware, dataset, (request) =>
      this.#rest.tuning.known(hardware.adapter, request),
    );
    try {
      if (from !== null) await made.trainer.load(from.checkpoint);
    } catch (error) {
      made.trainer.destroy();
      throw error;
    }
    await this.#begin(made, run, from);
  }

  /** Hear of a run that stands at step 0, or where it goes on, and say that it does. */
  async #begin(made: Made, { changes }: Run, from: Resumable | null = null): Promise<void> {
    this.#rest.looks.outdate();
    this.#standing = listen(
      made,
      changes,
      {
        post: (event) => {
          this.#post(event);
        },
        hears: (weights) => this.#rest.mistakes.hears(made, weights),
      },
      from?.loop ?? null,
    );
    const { spec } = made.trainer.run;
    this.#post(openedEvent(made, changes));
    for (const change of from?.checkpoint.run.changes ?? [])
      this.#post({ type: 'changed', change, spec });
    await this.#sendFrame();
    this.#enter(this.#standing.runner.finished ? 'finished' : 'paused');
  }

  /** Step 0 of the same run: the same kernels, seed and changes. */
  async #rewind(): Promise<void> {
    if (this.#standing === null) return;
    const { trainer, runner } = this.#standing;
    await this.#restart(this.#standing, { ...trainer.run, changes: runner.changes });
  }

  /** Another run: the same spec with another seed, and the kernels that measured fastest by now. */
  async #reseed(seed: number): Promise<void> {
    const standing = this.#standing;
    if (standing === null) return;
    const { hardware, dataset, choice, request, runner, trainer } = standing;
    const run = { spec: { ...trainer.run.spec, seed }, kernels: choice.asked, changes: [] };
    const open = choice.asked === 'auto';
    const better = open ? await this.#rest.tuning.known(hardware.adapter, request) : null;
    if (better === null || better === trainer.profile.kernels) {
      await this.#restart(standing, run);
      return;
    }
    await runner.drain().catch(() => undefined);
    this.#close();
    await this.#rest.tuning.gone();
    await this.#stand(run, hardware, dataset);
  }

  /** Step 0 of `run` with the network at hand: all but seed and changes stays. */
  async #restart(standing: Standing, run: Run): Promise<void> {
    await standing.runner.drain().catch(() => undefined);
    this.#enter('building');
    await standing.trainer.rewind(run.spec.seed);
    await this.#begin(standing, run);
  }

  #requestChange(change: ChangeRequest): void {
    const runner = this.#standing?.runner;
    if (runner === undefined) return;
    runner.change((step) => ({ step, ...change }));
    if (['training', 'evaluating', 'quantising'].includes(this.#phase)) return;
    this.#enqueue(async () => {
      // Another run may have been opened meanwhile; the change belonged to this one.
      if (this.#standing?.runner !== runner) return;
      await runner.applyChanges();
      this.#rest.looks.outdate();
      await this.#sendFrame();
      this.#rest.begin();
    });
  }

  /** Train until another command comes, the run ends, or `steps` are done. */
  async #train(turn: number, steps: number): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') return;
    const { runner, frames } = standing;
    const active = () => turn === this.#turn;
    const onTraining = () => {
      if (this.#phase !== 'training') this.#enter('training');
    };
    const onEvaluating = () => {
      if (this.#phase !== 'evaluating') this.#enter('evaluating');
    };
    const onQuantising = () => {
      if (this.#phase !== 'quantising') this.#enter('quantising');
    };
    frames.forgetSpeed();
    await train(runner, steps, {
      active,
      speed: () => this.#speed,
      onTraining,
      onEvaluating,
      onQuantising,
      between: async (result) => {
        if (result === 'evaluated' || result === 'quantised') frames.forgetSpeed();
        if (result === 'stepped' || result === 'quantised') this.#rest.looks.outdate();
        if (frames.due) await this.#sendFrame(frames.probeDue);
        for (const kind of active() ? this.#rest.looks.due(standing) : []) {
          await this.#rest.look(kind, standing);
        }
        await this.#handOver();
        if (active() && this.#rest.mistakes.due(standing)) {
          await runner.drain();
          await this.#rest.mistakes.look(standing, active, false);
          frames.forgetSpeed();
        }
        if (!this.#profileAsked) return;
        this.#profileAsked = false;
        const profile = await profileSteps(runner, () => {
          if (runner.evaluationDue) onEvaluating();
          else onTraining();
          return active();
        });
        if (profile !== null) this.#post({ type: 'profile', profile });
        this.#rest.looks.outdate();
        // Steps in a pass for each kernel say nothing about speed.
        frames.forgetSpeed();
      },
    });
    await this.#sendFrame();
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  /** One step that tells of a weight. An evaluation or a phase that is due comes first. */
  async #trace(place: WeightPlace, turn: number): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') return;
    const { runner, trainer, frames } = standing;
    const refusal = trainer.traceRefusal(place);
    if (refusal !== null) {
      this.#post({ type: 'untraced', reason: refusal });
      return;
    }
    while (turn === this.#turn && (runner.evaluationDue || runner.quantisingDue)) {
      this.#enter(runner.evaluationDue ? 'evaluating' : 'quantising');
      await runner.advance(1, () => turn === this.#turn);
    }
    if (turn === this.#turn && !runner.finished) {
      this.#enter('training');
      const trace = await runner.traceStep(place);
      this.#rest.looks.outdate();
      frames.forgetSpeed();
      if (trace !== null) this.#post({ type: 'trace', trace });
    }
    await this.#sendFrame();
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  #tellProgram(): void {
    const trainer = this.#standing?.trainer;
    if (trainer !== undefined) this.#post({ type: 'program', program: programOf(trainer) });
  }

  /** Measure ensembles of the net as it stands; given up when anything else is asked for. */
  async #ensemble(turn: number): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') return;
    const { runner, trainer } = standing;
    const proceed = () => turn === this.#turn;
    if (!proceed()) return;
    await runner.drain();
    this.#enter('evaluating');
    const record = await ensembleOf(trainer, proceed);
    if (record !== null) this.#post({ type: 'ensemble', record });
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  async #sendFrame(withProbes = true): Promise<void> {
    if (this.#standing === null) return;
    const { frames, runner } = this.#standing;
    const { event, transfer } = await frames.make(runner, withProbes);
    this.#post(event, transfer);
  }
}
