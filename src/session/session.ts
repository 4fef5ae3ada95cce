/**
 * One training run as the page sees it: commands in, events out. Runs in a worker, but knows neither
 * worker nor page: the device, the data and the way out are handed in. Here commands take their turn
 * and the run on the device changes; what each of them takes is in the files beside.
 */
import type { Run } from '../experiment/run.ts';
import type { DeviceResult } from '../gpu/device.ts';
import { backTo, diagnose } from './diagnosis.ts';
import { ensembleOf } from './ensembles.ts';
import { describe, NotFinite, SessionFailure } from './failures.ts';
import { buffersOf, handOver } from './hand-over.ts';
import { Hardware } from './hardware.ts';
import { heardAfter, heardOf, Losses, NOTHING_HEARD } from './heard.ts';
import type { Idleness } from './idle-tuning.ts';
import { type Keeping, LastGood, USUAL_KEEPING } from './last-good.ts';
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
import * as recovery from './recovery.ts';
import { Rest } from './rest.ts';
import { Shelf, type LoadData } from './shelf.ts';
import { listen, make, openedEvent, type Listening, type Made, type Standing } from './standing.ts';
import { profileSteps } from './step-profile.ts';

export interface Surroundings {
  post(event: SessionEvent, transfer: ArrayBuffer[]): void;
  requestDevice(): Promise<DeviceResult>;
  readonly load: LoadData;
  readonly idleness: Idleness;
  /** How often a state is kept to go on from; the usual where it is left out. */
  readonly keeping?: Keeping;
}

/** Milliseconds before a new device is asked for again, attempt by attempt. */
const PATIENCE = [0, 300, 1200, 5000];
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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
  /** Turns of the latest `open` that came, and of the one whose run stands or is being put on a device. */
  #newestOpen = 0;
  #opened = 0;
  #speed: number | 'max' = 'max';
  /** Steps are to be timed: by the loop that trains, or else by one that does nothing else. */
  #profileAsked = false;
  /** What the page waits for: given by the loop that trains, or else in its turn. */
  #asked: Extract<Command, { type: 'hand-over' }>[] = [];
  readonly #good: LastGood;
  /** What the page has been told of the run. */
  #heard = NOTHING_HEARD;
  /** Training steps that the loop is on its way to; null: none is. */
  #goal: number | null = null;
  /** The run that is being put on a device; null: it stands. */
  #plan: recovery.Plan | null = null;
  readonly #losses = new Losses();
  readonly #listening: Listening = {
    post: (event) => {
      this.#post(event);
    },
    hears: (made, weights) => this.#rest.mistakes.hears(made, weights),
  };

  constructor(around: Surroundings) {
    this.#around = around;
    this.#good = new LastGood(around.keeping ?? USUAL_KEEPING);
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
        this.#rest.interrupt();
        // Whatever was under way may have failed of it, and be mended, before this takes its turn.
        this.#enqueue(() => {
          const { failure } = this.#hardware;
          if (failure === null || this.#phase === 'failed') return Promise.resolve();
          return Promise.reject(new SessionFailure(failure));
        });
      },
    );
  }

  /** Take a command. Never throws; what goes wrong is an event. */
  handle(command: Command): void {
    const before = this.#turn;
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
      case 'return':
      case 'reseed':
        this.#turn += 1;
        break;
    }
    this.#rest.interrupt();
    const turn = this.#turn;
    if (turn !== before) this.#giveUpGoal();
    this.#enqueue(() => this.#perform(command, turn));
  }

  /** Something else was asked for: a run that is put on another device stays where it stood. */
  #giveUpGoal(): void {
    this.#goal = null;
    if (this.#plan !== null) this.#plan = { ...this.#plan, goal: null };
  }

  /** True where another run waits, and nothing of this one is asked for any more. */
  get #isLeft(): boolean {
    return this.#newestOpen !== this.#opened && this.#asked.length === 0;
  }

  /** False where something else is to be done than what that turn's command asked for. */
  #isCurrent(turn: number): boolean {
    return turn === this.#turn && this.#hardware.failure === null;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => this.#mend(error));
  }

  async #perform(command: Turned, turn: number): Promise<void> {
    switch (command.type) {
      case 'open':
        this.#post({ type: 'opening' });
        // A newer link is already waiting.
        if (turn !== this.#newestOpen) return;
        this.#opened = turn;
        this.#rest.measures = command.tune;
        if (!(await this.#open(command, turn))) break;
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
      case 'return':
        await this.#return();
        break;
      case 'reseed':
        await this.#reseed(command.seed);
        break;
      case 'pause':
        break;
    }
    if (this.#isCurrent(turn)) this.#rest.begin();
  }

  #post(event: SessionEvent, transfer: ArrayBuffer[] = []): void {
    this.#heard = heardAfter(this.#heard, event);
    this.#around.post(event, transfer);
  }

  #enter(phase: Phase, failure: Failure | null = null): void {
    this.#phase = phase;
    this.#post({ type: 'phase', phase, failure });
  }

  #fail(error: unknown, good = 0): void {
    // A failing device makes everything on it fail: its own reason comes first.
    const failure = this.#hardware.failure ?? describe(error);
    this.#profileAsked = false;
    for (const { id } of this.#asked) this.#post({ type: 'handed', id, handed: null });
    this.#asked = [];
    this.#plan = null;
    this.#goal = null;
    if (failure.kind !== 'not-finite') this.#close();
    this.#enter('failed', good > 0 ? { ...failure, good } : failure);
  }

  /**
   * Something failed. Where it was the device, the run goes on with a new one; where the loss left the
   * numbers, it is found out where; else it is told.
   */
  async #mend(error: unknown): Promise<void> {
    for (let failed = error; ;) {
      try {
        await this.#hardware.settled();
        if (failed instanceof NotFinite && this.#hardware.failure === null) {
          await this.#explain(failed);
          return;
        }
        if (!this.#canResume()) {
          this.#fail(failed);
          return;
        }
        await this.#resume();
        return;
      } catch (again) {
        failed = again;
      }
    }
  }

  /** True where the device failed under a run that can be put on another one. */
  #canResume(): boolean {
    const { failure } = this.#hardware;
    if (failure === null) return false;
    const standing = this.#standing;
    if (standing !== null) {
      const isOver = this.#phase === 'finished' || standing.runner.finished;
      this.#plan = recovery.planOf(standing, this.#plan, {
        state: this.#good.state,
        heard: this.#heard,
        goal: isOver ? Infinity : this.#goal,
      });
    }
    if (this.#plan === null) return false;
    return this.#losses.allows(failure.kind === 'lost' ? 'lost' : 'other', this.#heard);
  }

  /** Put the planned run on a new device, redo what was lost of it, and go on as it did. */
  async #resume(): Promise<void> {
    const plan = this.#plan;
    if (plan === null) return;
    const turn = this.#turn;
    const reason = this.#hardware.failure?.message ?? '';
    this.#close();
    if (this.#isLeft) {
      this.#plan = null;
      return;
    }
    this.#enter('building');
    await this.#carryOut(plan, reason);
    await this.#goOn(turn);
  }

  async #carryOut(plan: recovery.Plan, reason: string): Promise<void> {
    const hardware = await this.#openPatiently(reason);
    await this.#rest.tuning.gone();
    this.#standing = await recovery.carryOut(plan, hardware, reason, this.#listening, (request) =>
      this.#rest.tuning.known(hardware.adapter, request),
    );
    this.#good.forget(plan.state);
    this.#rest.looks.outdate();
    // What was taken as a state may be all that the page knows.
    if (plan.heard === null && plan.state !== null) this.#heard = heardOf(plan.state);
    // From here on the page knows the run.
    this.#plan = { ...(this.#plan ?? plan), heard: this.#heard };
    await this.#sendFrame();
  }

  /** To where a resumed run stood, and on from there if it was on its way. */
  async #goOn(turn: number): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#plan === null) return;
    const { step, goal } = this.#plan;
    const left = (goal ?? step) - standing.trainer.step;
    await this.#train(turn, Math.max(left, 0), step);
    this.#plan = null;
    await this.#handOver();
    if (this.#isCurrent(turn)) this.#rest.begin();
  }

  /** A device may not be there at once after another one was lost, for the `reason` that is told. */
  async #openPatiently(reason: string): Promise<Made['hardware']> {
    for (const [k, ms] of PATIENCE.entries()) {
      await wait(ms);
      try {
        return await this.#hardware.open();
      } catch (error) {
        if (k < PATIENCE.length - 1) continue;
        if (reason === '') throw error;
        const { message } = describe(error);
        throw new SessionFailure({
          kind: 'lost',
          message: `${reason} There is no other: ${message}`,
        });
      }
    }
    throw new Error('no device was asked for');
  }

  /** A loss left the numbers: which of them did first, and what the run can return to. */
  async #explain(error: NotFinite): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') {
      this.#fail(error);
      return;
    }
    const turn = this.#turn;
    const { changes } = standing.runner;
    await this.#catchUp();
    const told = await diagnose(standing, error, this.#good, () => this.#isCurrent(turn));
    this.#fail(told, this.#good.state?.checkpoint.step);
    // Its changes are what a rewind replays.
    this.#standing = await backTo(standing, this.#good.state, changes, this.#listening);
  }

  /** After a loss that is no number: the run stands where its numbers were still good. */
  async #return(): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase !== 'failed') return;
    const { changes } = standing.runner;
    const state = this.#good.state;
    this.#standing = await backTo(standing, state, changes, this.#listening, {
      ...NOTHING_HEARD,
      ...(state && { epoch: state.checkpoint.step }),
    });
    const { trainer } = standing;
    this.#post({ type: 'returned', step: trainer.step, changes: trainer.changes.length });
    this.#rest.looks.outdate();
    await this.#sendFrame();
    this.#enter('paused');
  }

  /**
   * Give the page what it has asked for since the last time. What a failing device leaves unanswered is
   * asked for still when the run stands again where the page saw it.
   */
  async #handOver(): Promise<void> {
    for (let next = this.#asked[0]; next !== undefined; next = this.#asked[0]) {
      const { id, wanted } = next;
      const standing = this.#phase === 'failed' ? null : this.#standing;
      const handed = standing && (await handOver(wanted, standing));
      this.#asked.shift();
      if (standing !== null) await this.#catchUp();
      this.#post({ type: 'handed', id, handed }, handed === null ? [] : buffersOf(handed));
    }
  }

  #close(): void {
    this.#standing?.trainer.destroy();
    this.#standing = null;
  }

  /** False where no run stands at step 0 then. */
  async #open(
    { run, base, autoplay, resume }: Extract<Command, { type: 'open' }>,
    turn: number,
  ): Promise<boolean> {
    this.#close();
    this.#plan = null;
    this.#goal = autoplay ? Infinity : null;
    this.#good.forget();
    this.#losses.forget();
    await this.#rest.tuning.gone();
    const hardware = await this.#hardware.open();
    // A newer link came while the device was asked for.
    if (turn !== this.#newestOpen) return false;
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
      return false;
    }
    if (resume === undefined) {
      await this.#stand(run, hardware, dataset);
      return true;
    }
    await this.#standAgain(recovery.resumePlan(run, dataset, resume), resume, turn);
    return false;
  }

  /** Go on with a run that stood in another worker, or was kept. */
  async #standAgain(plan: recovery.Plan, { heard, known }: Resume, turn: number): Promise<void> {
    this.#enter('building');
    this.#plan = plan;
    if (known) this.#heard = heard;
    await this.#carryOut(plan, '');
    await this.#goOn(turn);
  }

  /** Put a run on the device, at step 0. */
  async #stand(run: Run, hardware: Made['hardware'], dataset: Made['dataset']): Promise<void> {
    this.#enter('building');
    this.#plan = recovery.freshPlan(run, dataset, this.#goal);
    const made = await make(run, hardware, dataset, (request) =>
      this.#rest.tuning.known(hardware.adapter, request),
    );
    await this.#begin(made, run);
  }

  /** Hear of a run that stands at step 0, and say that it does. */
  async #begin(made: Made, { changes }: Run): Promise<void> {
    this.#rest.looks.outdate();
    this.#standing = listen(made, changes, this.#listening);
    this.#good.forget();
    this.#post(openedEvent(made, changes));
    await this.#sendFrame();
    this.#plan = null;
    this.#enter('paused');
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
    this.#plan = recovery.freshPlan(run, standing.dataset, null);
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

  /**
   * Train until another command comes, the run ends, or `steps` are done. Up to the step `replayed` they
   * are done again: at full speed, and nothing but another run ends that.
   */
  async #train(turn: number, steps: number, replayed = 0): Promise<void> {
    const standing = this.#standing;
    if (standing === null || this.#phase === 'failed') return;
    const { runner, frames, trainer } = standing;
    const isReplay = () => trainer.step < replayed && !this.#isLeft;
    const active = () => this.#isCurrent(turn) || (isReplay() && this.#hardware.failure === null);
    this.#goal = trainer.step + steps;
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
      speed: () => (isReplay() ? 'max' : this.#speed),
      onTraining,
      onEvaluating,
      onQuantising,
      between: async (result) => {
        if (result === 'evaluated' || result === 'quantised') frames.forgetSpeed();
        if (result === 'stepped' || result === 'quantised') this.#rest.looks.outdate();
        if (result !== null && active()) await this.#keepGood(standing);
        if (frames.due) await this.#sendFrame(frames.probeDue);
        // What a look needs is compiled beside the run, but not in the way of its first steps.
        const looks = active() && this.#heard.step > 0;
        for (const kind of looks ? this.#rest.looks.due(standing) : []) {
          await this.#rest.look(kind, standing);
        }
        if (!isReplay()) await this.#handOver();
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
    // An error that leaves the device alive stops the loop as any command does: the goal stays, to go on to.
    if (this.#hardware.failure !== null) throw new SessionFailure(this.#hardware.failure);
    this.#goal = null;
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
    while (this.#isCurrent(turn) && (runner.evaluationDue || runner.quantisingDue)) {
      this.#enter(runner.evaluationDue ? 'evaluating' : 'quantising');
      await runner.advance(1, () => this.#isCurrent(turn));
    }
    if (this.#isCurrent(turn) && !runner.finished) {
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
    const proceed = () => this.#isCurrent(turn);
    if (!proceed()) return;
    await runner.drain();
    this.#enter('evaluating');
    const record = await ensembleOf(trainer, proceed);
    if (record !== null) this.#post({ type: 'ensemble', record });
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  /** A state to go on from, now and then. */
  async #keepGood({ runner }: Standing): Promise<void> {
    if (!this.#good.due || runner.quantisingDue) return;
    const state = await this.#good.take(runner);
    await this.#catchUp();
    if (state !== null) this.#post({ type: 'good', state });
  }

  /**
   * Told before a state is kept, so that it holds no step that was not told: who goes on from there
   * tells of later ones only.
   */
  async #catchUp(): Promise<void> {
    if (this.#standing?.frames.hasPending) await this.#sendFrame(false);
  }

  async #sendFrame(withProbes = true): Promise<void> {
    if (this.#standing === null) return;
    const { frames, runner } = this.#standing;
    const { event, transfer } = await frames.make(runner, withProbes);
    this.#post(event, transfer);
  }
}
