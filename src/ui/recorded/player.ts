/**
 * Plays a recorded run: stands where a worker would, and tells the page what one told when the run was
 * trained. What only a worker could do is refused, or left unsaid.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command, SessionEvent } from '../../session/protocol.ts';
import type { Recording } from '../../session/recording.ts';
import type { Client } from '../state/client.ts';

/** Milliseconds a moment is shown for. */
const MOMENT_MS = 350;

export interface Place {
  /** Which moment is shown, from 0. */
  readonly at: number;
  readonly of: number;
}

export class Player implements Client {
  readonly store: StoreApi<Place>;
  readonly #recording: Recording;
  readonly #post: (event: SessionEvent) => void;
  readonly #wind: (events: readonly SessionEvent[]) => void;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(
    recording: Recording,
    post: (event: SessionEvent) => void,
    wind: (events: readonly SessionEvent[]) => void,
  ) {
    this.#recording = recording;
    this.#post = post;
    this.#wind = wind;
    this.store = createStore(() => ({ at: 0, of: recording.frames.length }));
  }

  /** Stand at a moment: what came before it is drawn at once. */
  seek(at: number): void {
    this.#stop();
    const { opened, frames } = this.#recording;
    const end = Math.min(frames.length - 1, Math.max(0, at));
    const told = frames.slice(0, end + 1).flatMap((_, k) => this.#told(k));
    const phase = end === frames.length - 1 ? 'finished' : 'paused';
    this.#wind([opened, ...told, { type: 'phase', phase, failure: null }]);
    this.store.setState({ at: end });
  }

  send(command: Command): void {
    switch (command.type) {
      case 'train':
        this.#play();
        break;
      case 'pause':
        this.#stop();
        this.#phase('paused');
        break;
      case 'step':
        this.#stop();
        this.#next();
        if (!this.#isOver) this.#phase('paused');
        break;
      case 'rewind':
        this.seek(0);
        break;
      case 'hand-over':
        this.#post({ type: 'handed', id: command.id, handed: null });
        break;
      // Nobody is here to do the rest: the page refuses it before, or goes without.
      case 'open':
      case 'reseed':
      case 'speed':
      case 'change':
      case 'profile':
      case 'trace':
      case 'program':
      case 'ensemble':
      case 'tune':
      case 'look':
      case 'look-away':
      case 'return':
      case 'cancel':
        break;
    }
  }

  close(): void {
    this.#stop();
  }

  get #isOver(): boolean {
    const { at, of } = this.store.getState();
    return at >= of - 1;
  }

  #play(): void {
    if (this.#timer !== null || this.#isOver) return;
    this.#phase('training');
    this.#timer = setInterval(() => {
      this.#next();
    }, MOMENT_MS);
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #next(): void {
    const { at: before, of } = this.store.getState();
    const at = before + 1;
    if (at >= of) return;
    for (const event of this.#told(at)) this.#post(event);
    this.store.setState({ at });
    if (at < of - 1) return;
    this.#stop();
    this.#phase('finished');
  }

  /** A moment's frame, and the epochs that ended since the one before. */
  #told(k: number): SessionEvent[] {
    const { frames, epochs } = this.#recording;
    const frame = frames[k];
    if (frame === undefined) return [];
    const since = frames[k - 1]?.step ?? -1;
    const ended = epochs.filter(({ step }) => step > since && step <= frame.step);
    return [frame, ...ended.map((record): SessionEvent => ({ type: 'epoch', record }))];
  }

  #phase(phase: 'training' | 'paused' | 'finished'): void {
    this.#post({ type: 'phase', phase, failure: null });
  }
}
