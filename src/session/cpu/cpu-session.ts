/**
 * A session without a graphics device: toy tasks, trained by the float64 reference. The same commands
 * and events as session.ts, but for what only a device can do, which is refused in a sentence or left
 * unsaid. A step takes milliseconds, so nothing here is measured beforehand or done in idle time.
 */
import type { Dataset } from '../../data/dataset.ts';
import { LARGEST_ENSEMBLE } from '../../experiment/ensemble.ts';
import type { Run } from '../../experiment/run.ts';
import { describe, NotFinite } from '../failures.ts';
import type { Frames } from '../frames.ts';
import { NOTHING_HEARD } from '../heard.ts';
import { buffersOf, canLook, glance, type Glance, type Kind } from '../looks.ts';
import { train } from '../pacing.ts';
import type {
  AdapterSummary,
  ChangeRequest,
  Command,
  Failure,
  Heard,
  Phase,
  SessionEvent,
} from '../protocol.ts';
import type { Runner } from '../runner.ts';
import { type LoadData, Shelf } from '../shelf.ts';
import { loopOf, openedOn } from '../standing.ts';
import { CpuTrainer } from './cpu-trainer.ts';

export interface CpuSurroundings {
  post(event: SessionEvent, transfer: ArrayBuffer[]): void;
  readonly load: LoadData;
}

interface CpuStanding {
  readonly runner: Runner<CpuTrainer>;
  readonly frames: Frames;
  readonly dataset: Dataset;
}

/** What stands where a graphics adapter would. */
const CPU: AdapterSummary = {
  name: 'CPU, float64',
  software: true,
  kernels: 'auto',
  origin: 'default',
  asked: 'auto',
  clock: false,
  bytes: 0,
  cpu: true,
};

/** Milliseconds between two looks at the same subject in training. */
const LOOK_MS = 500;

export const NO_TRACE_HERE =
  'A weight is followed through its step on a graphics device only; this run trains on the CPU.';

type Turned = Extract<
  Command,
  { type: 'open' | 'train' | 'pause' | 'step' | 'rewind' | 'reseed' | 'ensemble' }
>;

export class CpuSession {
  readonly #around: CpuSurroundings;
  readonly #shelf: Shelf;
  readonly #watched = new Map<Kind, { readonly subject: Glance; next: number }>();
  #queue: Promise<void> = Promise.resolve();
  #standing: CpuStanding | null = null;
  #phase: Phase = 'idle';
  /** Counts up with every command that ends training; a loop of an older count stops. */
  #turn = 0;
  #speed: number | 'max' = 'max';

  constructor(around: CpuSurroundings) {
    this.#around = around;
    this.#shelf = new Shelf((...request) => around.load(...request));
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
      case 'change':
        this.#change(command.change);
        return;
      case 'look':
        if (command.subject.kind !== 'mistakes') this.#watch(command.subject);
        return;
      case 'look-away':
        if (command.kind !== 'mistakes') this.#watched.delete(command.kind);
        return;
      case 'hand-over':
        this.#post({ type: 'handed', id: command.id, handed: null });
        return;
      case 'trace':
        this.#post({ type: 'untraced', reason: NO_TRACE_HERE });
        return;
      // There are no kernels to time, show or measure, and no state was kept.
      case 'profile':
      case 'program':
      case 'tune':
      case 'return':
        return;
      case 'open':
        this.#shelf.cancel();
        break;
      case 'train':
      case 'pause':
      case 'step':
      case 'rewind':
      case 'reseed':
      case 'ensemble':
        break;
    }
    this.#turn += 1;
    const turn = this.#turn;
    this.#enqueue(() => this.#perform(command, turn));
  }

  /** Another session goes on: what stands here goes. */
  leave(): void {
    this.#shelf.cancel();
    this.#turn += 1;
    this.#enqueue(() => {
      this.#standing = null;
      this.#phase = 'idle';
      return Promise.resolve();
    });
  }

  #post(event: SessionEvent, transfer: ArrayBuffer[] = []): void {
    this.#around.post(event, transfer);
  }

  #enter(phase: Phase, failure: Failure | null = null): void {
    this.#phase = phase;
    this.#post({ type: 'phase', phase, failure });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      // Where the loss left the numbers a rewind helps: the run is needed for it.
      if (!(error instanceof NotFinite)) this.#standing = null;
      this.#enter('failed', describe(error));
    });
  }

  async #perform(command: Turned, turn: number): Promise<void> {
    switch (command.type) {
      case 'open':
        this.#post({ type: 'opening' });
        await this.#open(command, turn);
        break;
      case 'train':
        await this.#train(turn, Infinity);
        break;
      case 'step':
        await this.#train(turn, 1);
        break;
      case 'rewind':
        await this.#restart((trainer) => trainer.spec.seed, true);
        break;
      case 'reseed':
        await this.#restart(() => command.seed, false);
        break;
      case 'ensemble':
        this.#ensemble(turn);
        break;
      case 'pause':
        break;
    }
  }

  async #open(
    { run, base, autoplay, resume }: Extract<Command, { type: 'open' }>,
    turn: number,
  ): Promise<void> {
    this.#standing = null;
    const dataset = await this.#shelf.take(run, base, {
      onLoading: () => {
        this.#enter('loading');
      },
      onProgress: (progress) => {
        this.#post({ type: 'loading', ...progress });
      },
    });
    if (dataset === null || turn !== this.#turn) {
      if (turn === this.#turn) this.#enter('cancelled');
      return;
    }
    this.#enter('building');
    const trainer = new CpuTrainer(run.spec, dataset);
    if (resume === undefined) {
      await this.#stand(trainer, dataset, run.changes);
      if (autoplay) await this.#train(turn, Infinity);
      return;
    }
    // The page had it in another worker: its steps are taken again, and told where they were not yet.
    this.#listen(trainer, dataset, run.changes, resume.heard);
    this.#post({ type: 'resumed', step: 0, reason: '', adapter: CPU });
    const { step } = resume.heard;
    await this.#train(turn, resume.train ? Infinity : step, step);
  }

  #listen(
    trainer: CpuTrainer,
    dataset: Dataset,
    changes: Run['changes'],
    heard: Heard = NOTHING_HEARD,
  ): void {
    const post = (event: SessionEvent) => {
      this.#post(event);
    };
    this.#standing = { ...loopOf(trainer, changes, { post }, null, heard), dataset };
  }

  /** Tell of a run that stands at step 0. */
  async #stand(trainer: CpuTrainer, dataset: Dataset, changes: Run['changes']): Promise<void> {
    this.#listen(trainer, dataset, changes);
    this.#post(openedOn(CPU, trainer, dataset, changes));
    await this.#show();
    this.#enter('paused');
  }

  async #restart(seedOf: (trainer: CpuTrainer) => number, keeps: boolean): Promise<void> {
    if (this.#standing === null) return;
    const { runner, dataset } = this.#standing;
    const { trainer, changes } = runner;
    trainer.rewind(seedOf(trainer));
    await this.#stand(trainer, dataset, keeps ? changes : []);
  }

  #change(change: ChangeRequest): void {
    const runner = this.#standing?.runner;
    if (runner === undefined) return;
    runner.change((step) => ({ step, ...change }));
    if (['training', 'evaluating'].includes(this.#phase)) return;
    this.#enqueue(async () => {
      if (this.#standing?.runner !== runner) return;
      await runner.applyChanges();
      await this.#show();
    });
  }

  /** As session.ts does: until another command comes, the run ends, or `steps` are done. */
  async #train(turn: number, steps: number, replayed = 0): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') return;
    const { runner, frames } = standing;
    const enterOnce = (phase: Phase) => {
      if (this.#phase !== phase) this.#enter(phase);
    };
    frames.forgetSpeed();
    await train(runner, steps, {
      active: () => turn === this.#turn,
      speed: () => (runner.trainer.step < replayed ? 'max' : this.#speed),
      onTraining: () => {
        enterOnce('training');
      },
      onEvaluating: () => {
        enterOnce('evaluating');
      },
      onQuantising: () => undefined,
      between: async () => {
        if (frames.due) await this.#sendFrame(frames.probeDue);
        await this.#look(performance.now());
      },
    });
    await this.#show();
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  /** Everything as it stands now. */
  async #show(): Promise<void> {
    await this.#sendFrame();
    await this.#look(Infinity);
  }

  async #sendFrame(withProbes = true): Promise<void> {
    if (this.#standing === null) return;
    const { frames, runner } = this.#standing;
    const { event, transfer } = await frames.make(runner, withProbes);
    this.#post(event, transfer);
  }

  #watch(subject: Glance): void {
    this.#watched.set(subject.kind, { subject, next: -Infinity });
    // In training its turn comes by itself.
    if (['paused', 'finished'].includes(this.#phase)) this.#enqueue(() => this.#look(Infinity));
  }

  /** Look at what is watched and due at a moment. */
  async #look(now: number): Promise<void> {
    if (this.#standing === null) return;
    const { runner, dataset } = this.#standing;
    const seers = { trainer: runner.trainer, dataset };
    for (const watched of this.#watched.values()) {
      const { subject, next } = watched;
      if (now < next || subject.weights === 'ternary' || !canLook(subject, seers)) continue;
      const look = await glance(seers, subject);
      watched.next = performance.now() + LOOK_MS;
      this.#post({ type: 'look', look }, buffersOf(look));
    }
  }

  /** The net as it stands, as ensembles of sampled nets. */
  #ensemble(turn: number): void {
    if (this.#standing === null || turn !== this.#turn) return;
    const { runner } = this.#standing;
    this.#enter('evaluating');
    const sizes = runner.trainer.ensemble(LARGEST_ENSEMBLE);
    this.#post({ type: 'ensemble', record: { step: runner.trainer.step, sizes } });
    this.#enter(runner.finished ? 'finished' : 'paused');
  }
}
