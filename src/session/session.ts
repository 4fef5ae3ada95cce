/**
 * One training run as the page sees it: commands in, events out. Runs in a worker, but knows neither
 * worker nor page: the device, the data and the way out are handed in.
 */
import { weightLayers } from '../experiment/shapes.ts';
import type { Change, Run } from '../experiment/run.ts';
import type { Dataset } from '../data/dataset.ts';
import type { DataRequest, Load, LoadProgress } from '../data/load.ts';
import { LimitError } from '../gpu/buffers.ts';
import type { Adapter, DeviceResult } from '../gpu/device.ts';
import { KernelError } from '../gpu/kernel.ts';
import { profileFor } from '../gpu/profile.ts';
import { MAX_STEPS_PER_SUBMIT, Trainer } from '../gpu/trainer.ts';
import { FRAME_MS, Frames } from './frames.ts';
import { describe, notFinite, SessionFailure } from './failures.ts';
import type { Command, Failure, Phase, SessionEvent } from './protocol.ts';
import { Runner } from './runner.ts';

export interface Surroundings {
  post(event: SessionEvent, transfer: ArrayBuffer[]): void;
  requestDevice(): Promise<DeviceResult>;
  load(
    request: DataRequest,
    base: string,
    options: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<Load<Dataset>>;
}

type OpenDevice = Extract<DeviceResult, { ok: true }>;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Session {
  readonly #around: Surroundings;
  /** Commands that take their turn; each ends before the next begins. */
  #queue: Promise<void> = Promise.resolve();
  #device: OpenDevice | null = null;
  #dataset: Dataset | null = null;
  /** How the data set at hand was preprocessed. */
  #preprocessing: DataRequest['preprocessing'] | null = null;
  #runner: Runner | null = null;
  #frames: Frames | null = null;
  #loading: AbortController | null = null;
  #phase: Phase = 'idle';
  /** Counts up with every command that ends training; a loop of an older count stops. */
  #turn = 0;
  #newestOpen = 0;
  #speed: number | 'max' = 'max';
  /** What went wrong on the device, told by its own events. */
  #deviceFailure: Failure | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Take a command. Never throws; what goes wrong is an event. */
  handle(command: Command): void {
    switch (command.type) {
      case 'speed':
        this.#speed = command.stepsPerSecond;
        return;
      case 'cancel':
        this.#loading?.abort();
        return;
      case 'change':
        this.#requestChange(command.change);
        return;
      case 'open':
        this.#loading?.abort();
        break;
      case 'train':
      case 'pause':
      case 'step':
      case 'rewind':
      case 'reseed':
        break;
    }
    this.#turn += 1;
    const turn = this.#turn;
    if (command.type === 'open') this.#newestOpen = turn;
    this.#queue = this.#queue.then(() =>
      this.#perform(command, turn).catch((error: unknown) => {
        this.#fail(error);
      }),
    );
  }

  async #perform(command: Command, turn: number): Promise<void> {
    switch (command.type) {
      case 'open':
        // A newer link is already waiting.
        if (turn !== this.#newestOpen) return;
        await this.#open(command.run, command.base, turn);
        if (command.autoplay && this.#runner !== null) await this.#train(turn, Infinity);
        return;
      case 'train':
        await this.#train(turn, Infinity);
        return;
      case 'step':
        await this.#train(turn, 1);
        return;
      case 'rewind':
        if (this.#runner !== null) {
          const { trainer, changes } = this.#runner;
          await this.#restart({ ...trainer.run, changes });
        }
        return;
      case 'reseed':
        if (this.#runner !== null) {
          const { spec, kernels } = this.#runner.trainer.run;
          await this.#restart({ spec: { ...spec, seed: command.seed }, kernels, changes: [] });
        }
        return;
      case 'pause':
      case 'speed':
      case 'cancel':
      case 'change':
        return;
    }
  }

  #enter(phase: Phase, failure: Failure | null = null): void {
    this.#phase = phase;
    this.#around.post({ type: 'phase', phase, failure }, []);
  }

  #fail(error: unknown): void {
    // A failing device makes everything on it fail: its own reason comes first.
    const failure = this.#deviceFailure ?? describe(error);
    if (failure.kind !== 'not-finite') this.#close();
    this.#enter('failed', failure);
  }

  #close(): void {
    this.#runner?.trainer.destroy();
    this.#runner = null;
    this.#frames = null;
  }

  async #open(run: Run, base: string, turn: number): Promise<void> {
    this.#close();
    if (this.#deviceFailure !== null) {
      const failed = this.#device;
      this.#device = null;
      failed?.device.destroy();
    }
    this.#deviceFailure = null;
    const opened = this.#device ?? (await this.#openDevice());
    // A newer link came while the device was asked for.
    if (turn !== this.#newestOpen) return;
    const dataset = await this.#load(run, base, turn);
    if (dataset === null) return;
    this.#enter('building');
    const profile = profileFor(opened.adapter, run.kernels, weightLayers(run.spec));
    const trainer = await this.#build(opened.device, () =>
      Trainer.create(opened.device, profile, run.spec, dataset),
    );
    this.#begin(trainer, run.changes, opened.adapter, dataset);
    await this.#sendFrame();
    this.#enter('paused');
  }

  async #openDevice(): Promise<OpenDevice> {
    const result = await this.#around.requestDevice();
    if (!result.ok) throw new SessionFailure({ kind: result.kind, message: result.message });
    this.#device = result;
    result.device.addEventListener('uncapturederror', ({ error }) => {
      if (this.#device?.device !== result.device) return;
      this.#deviceFailed({
        kind: error instanceof GPUOutOfMemoryError ? 'memory' : 'internal',
        message: error.message,
      });
    });
    void result.device.lost.then(({ message }) => {
      // A device that was given up is no loss.
      if (this.#device?.device !== result.device) return;
      this.#deviceFailed({
        kind: 'lost',
        message: `The graphics device was lost: ${message || 'the system gave no reason'}.`,
      });
    });
    return result;
  }

  /** The first reason is kept: what fails after it fails because of it. */
  #deviceFailed(failure: Failure): void {
    if (this.#deviceFailure !== null) return;
    this.#deviceFailure = failure;
    this.#turn += 1;
    this.#queue = this.#queue.then(() => {
      if (this.#phase !== 'failed') this.#fail(null);
    });
  }

  /** The run's data set, from memory where it is the one at hand; null where loading was cancelled. */
  async #load(run: Run, base: string, turn: number): Promise<Dataset | null> {
    const { data, preprocessing } = run.spec;
    if (this.#dataset?.id === data && this.#preprocessing === preprocessing) return this.#dataset;
    this.#enter('loading');
    const loading = new AbortController();
    this.#loading = loading;
    const loaded = await this.#around.load({ data, preprocessing }, base, {
      signal: loading.signal,
      onProgress: (progress) => {
        this.#around.post({ type: 'loading', ...progress }, []);
      },
    });
    this.#loading = null;
    if (loaded === 'cancelled') {
      // Where a newer link replaced it, nobody cancelled anything.
      if (turn === this.#newestOpen) this.#enter('cancelled');
      return null;
    }
    if (!loaded.ok) throw new SessionFailure({ kind: 'data', message: loaded.error });
    this.#dataset = loaded.value;
    this.#preprocessing = preprocessing;
    return loaded.value;
  }

  /**
   * Build a run on the device. What goes wrong there shows in many places: its own error says it
   * best, then a lack of memory, then what validation made of it.
   */
  async #build(device: GPUDevice, make: () => Promise<Trainer>): Promise<Trainer> {
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

  #begin(trainer: Trainer, script: readonly Change[], adapter: Adapter, dataset: Dataset): void {
    const frames = new Frames(trainer.layers, trainer.spec.batch);
    const runner = new Runner(trainer, script, {
      onSteps: (metrics) => {
        frames.add(metrics);
        const bad = metrics.loss.findIndex((loss) => !Number.isFinite(loss));
        if (bad >= 0) throw notFinite(metrics.first + bad);
      },
      onChange: (change) => {
        this.#around.post({ type: 'changed', change, spec: trainer.run.spec }, []);
      },
      onEvaluating: () => undefined,
      onEpoch: (record) => {
        this.#around.post({ type: 'epoch', record }, []);
      },
    });
    this.#runner = runner;
    this.#frames = frames;
    const { id, title, shape, classNames, train, validation, test } = dataset;
    this.#around.post(
      {
        type: 'opened',
        run: { ...trainer.run, changes: script },
        data: {
          id,
          title,
          shape,
          classNames,
          train: train.count,
          validation: validation.count,
          test: test.count,
        },
        layers: trainer.layers.map(({ name, I, O, c, H }) => ({ name, I, O, c, H })),
        adapter: {
          name: adapter.name,
          software: adapter.software,
          kernels: trainer.profile.kernels,
          bytes: trainer.bytes,
        },
        stepsPerEpoch: trainer.stepsPerEpoch,
      },
      [],
    );
  }

  /** Step 0 of `run` with the network at hand (same spec but the seed). */
  async #restart(run: Run): Promise<void> {
    const { trainer } = this.#current();
    await this.#runner?.drain().catch(() => undefined);
    this.#enter('building');
    await trainer.rewind(run.spec.seed);
    const device = this.#device;
    const dataset = this.#dataset;
    if (device === null || dataset === null) throw new Error('rewound without a device');
    this.#begin(trainer, run.changes, device.adapter, dataset);
    await this.#sendFrame();
    this.#enter('paused');
  }

  #current(): Runner {
    if (this.#runner === null) throw new Error('no run is open');
    return this.#runner;
  }

  #requestChange(change: Extract<Command, { type: 'change' }>['change']): void {
    const runner = this.#runner;
    if (runner === null) return;
    runner.change((step) => ({ step, ...change }));
    if (this.#phase === 'training' || this.#phase === 'evaluating') return;
    this.#queue = this.#queue.then(async () => {
      // Another run may have been opened meanwhile; the change belonged to this one.
      if (this.#runner !== runner) return;
      try {
        await runner.applyChanges();
        await this.#sendFrame();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Train until another command comes, the run ends, or `steps` are done. */
  async #train(turn: number, steps: number): Promise<void> {
    if (this.#runner === null || this.#phase === 'failed') return;
    const runner = this.#runner;
    const active = () => turn === this.#turn;
    let left = steps;
    this.#frames?.forgetSpeed();
    // Up to when the steps taken so far are paid for, at the speed asked for.
    let paced = performance.now();
    let speed = this.#speed;
    while (active() && left > 0 && !runner.finished) {
      if (speed !== this.#speed) {
        speed = this.#speed;
        paced = performance.now();
      }
      let limit = Math.min(left, MAX_STEPS_PER_SUBMIT);
      if (speed !== 'max' && steps === Infinity) {
        const due = Math.floor(((performance.now() - paced) / 1000) * speed);
        if (due < 1) {
          await wait(Math.min(FRAME_MS, 1000 / speed));
          continue;
        }
        limit = Math.min(limit, due);
      }
      if (this.#phase !== 'training') this.#enter('training');
      const before = runner.trainer.step;
      const result = await runner.advance(limit, () => {
        if (this.#phase !== 'evaluating') this.#enter('evaluating');
        return active();
      });
      const taken = runner.trainer.step - before;
      left -= taken;
      if (result === 'stepped' && speed !== 'max') paced += (taken * 1000) / speed;
      else paced = performance.now();
      if (result === 'evaluated') this.#frames?.forgetSpeed();
      await this.#frameIfDue();
    }
    await runner.drain();
    await this.#sendFrame();
    this.#enter(runner.finished ? 'finished' : 'paused');
  }

  async #frameIfDue(): Promise<void> {
    if (this.#frames?.due === true) await this.#sendFrame(this.#frames.probeDue);
  }

  async #sendFrame(withProbes = true): Promise<void> {
    const frames = this.#frames;
    const runner = this.#runner;
    if (frames === null || runner === null) return;
    const { trainer } = runner;
    const started = performance.now();
    const probes = withProbes ? await trainer.probe() : null;
    // What was still training when it was asked for is not the probe's own time.
    if (withProbes) frames.probed(performance.now() - Math.max(started, runner.lastDone));
    const steps = frames.take();
    const transfer = [steps.loss, steps.error, steps.signFlips, steps.sampleFlips]
      .map(({ buffer }) => buffer)
      .concat((probes ?? []).flatMap((probe) => [probe.histogram.buffer, probe.bits.buffer]));
    this.#around.post(
      {
        type: 'frame',
        step: trainer.step,
        stepsPerSecond: frames.stepsPerSecond,
        rate: trainer.rate,
        steps,
        probes,
      },
      transfer,
    );
  }
}
