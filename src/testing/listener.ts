/** A session on a real device, with synthetic data: commands in, and what it said. */
import { runOf, type Run } from '../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Adapter } from '../gpu/device.ts';
import type { Keeping } from '../session/last-good.ts';
import type { KernelCache } from '../session/kernel-cache.ts';
import type { Command, Phase, SessionEvent } from '../session/protocol.ts';
import { Session } from '../session/session.ts';
import type { Gpu } from './gpu.ts';
import { syntheticDataset } from './synthetic.ts';

export const SMALL_DATA = syntheticDataset({
  height: 5,
  width: 5,
  classes: 4,
  train: 1000,
  validation: 200,
  test: 200,
});

/** A net that takes milliseconds a step; ten steps an epoch. */
export const SMALL_SPEC: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 24 }] },
  batch: 100,
  epochs: 3,
};

/** A cache that lasts as long as the process. */
export class MemoryCache implements KernelCache {
  readonly kept = new Map<string, string>();
  find(key: string): Promise<string | null> {
    return Promise.resolve(this.kept.get(key) ?? null);
  }
  keep(key: string, kernels: string): Promise<boolean> {
    this.kept.set(key, kernels);
    return Promise.resolve(true);
  }
}

export interface ListenerOptions {
  /** Whether kernels are measured, 50 ms after the last command. */
  readonly tune?: boolean;
  readonly cache?: KernelCache;
  readonly adapter?: Partial<Adapter>;
  /** Asked for each device; the one at hand where it is left out. */
  readonly device?: () => Promise<GPUDevice>;
  readonly keeping?: Keeping;
  /** What is loaded, whatever a run asks for. */
  readonly data?: Dataset;
}

export class Listener {
  readonly events: SessionEvent[] = [];
  readonly session: Session;
  readonly #tune: boolean;
  #heard: (() => void)[] = [];

  constructor({ device, adapter }: Gpu, options: ListenerOptions = {}) {
    this.#tune = options.tune ?? false;
    this.session = new Session({
      post: (event) => {
        // As on the way from a worker: what cannot be cloned is no message.
        this.events.push(structuredClone(event));
        const heard = this.#heard;
        this.#heard = [];
        for (const tell of heard) tell();
      },
      requestDevice: async () => ({
        ...{ ok: true, adapter: { ...adapter, ...options.adapter } },
        device: (await options.device?.()) ?? device,
      }),
      ...(options.keeping && { keeping: options.keeping }),
      load: (_id, _base, { signal, onProgress }) => {
        onProgress({ file: 'data', loaded: 1, total: 2, cached: false });
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve('cancelled');
          });
          setTimeout(() => {
            resolve({ ok: true, value: options.data ?? SMALL_DATA });
          }, 20);
        });
      },
      idleness: { after: 50, cache: options.cache ?? new MemoryCache() },
    });
  }

  send(...commands: Command[]): void {
    for (const command of commands) this.session.handle(command);
  }

  sendOpen(run: Run, autoplay = false): void {
    this.send({ type: 'open', run, base: 'data/', autoplay, tune: this.#tune });
  }

  open(run: Run, autoplay = false): Promise<void> {
    this.sendOpen(run, autoplay);
    return this.until('paused');
  }

  /** Wait until `phase` is entered after what was said so far. */
  async until(phase: Phase): Promise<void> {
    await this.untilEvent((event) => event.type === 'phase' && event.phase === phase);
  }

  async untilEvent(wanted: (event: SessionEvent) => boolean): Promise<void> {
    for (let seen = this.events.length; ;) {
      for (; seen < this.events.length; seen++) {
        const event = this.events[seen];
        if (event !== undefined && wanted(event)) return;
      }
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  /** Losses since the last `opened`, in order. */
  get losses(): number[] {
    const from = this.events.findLastIndex(({ type }) => type === 'opened');
    return this.events
      .slice(Math.max(from, 0))
      .flatMap((event) => (event.type === 'frame' ? [...event.steps.loss] : []));
  }

  of<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter(
      (event): event is Extract<SessionEvent, { type: T }> => event.type === type,
    );
  }

  /** Give the device back what the session holds, by opening what fails before anything is built. */
  async close(): Promise<void> {
    this.sendOpen(runOf({ ...SMALL_SPEC, batch: 4000 }));
    await this.until('failed');
  }
}
