import { startTransition, useEffect, useState, useSyncExternalStore } from 'react';
import { playground } from '../page.ts';
import type { Streams } from '../state/streams.ts';

/** The streams as they were at a moment: another object whenever there is something new to draw. */
export interface StreamView {
  readonly streams: Streams;
  readonly version: number;
  /** The last step that was taken then: what is drawn later in the same frame ends there too. */
  readonly step: number;
}

const viewOf = (streams: Streams): StreamView => ({
  ...{ streams, version: streams.version, step: streams.loss.last },
});

/**
 * Passes the streams' version on, at most once in `interval` ms and never while the page is hidden.
 * `phase` sets views apart in time, so that two of them do not draw in the same frame; those that share
 * one are told of it `apart` ms after each other.
 */
class Pace {
  readonly #streams: Streams;
  readonly #interval: number;
  readonly #phase: number;
  readonly #apart: number;
  #view: StreamView;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #notify = new Set<() => void>();
  #unsubscribe: (() => void) | undefined;

  constructor(streams: Streams, interval: number, phase: number, apart = 0) {
    this.#streams = streams;
    this.#interval = interval;
    this.#phase = phase;
    this.#apart = apart;
    this.#view = viewOf(streams);
  }

  readonly read = (): StreamView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#notify.add(listener);
    this.#unsubscribe ??= this.#streams.subscribe(this.#schedule);
    this.#schedule();
    return () => {
      this.#notify.delete(listener);
      if (this.#notify.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly #schedule = (): void => {
    if (this.#timer !== undefined || this.#view.version === this.#streams.version) return;
    const past = (performance.now() - this.#phase) % this.#interval;
    this.#timer = setTimeout(this.#pass, this.#interval - past);
  };

  readonly #pass = (): void => {
    this.#timer = undefined;
    if (document.hidden) {
      this.#timer = setTimeout(this.#pass, 1000);
      return;
    }
    this.#view = viewOf(this.#streams);
    this.#tell([...this.#notify]);
  };

  #tell([first, ...others]: readonly (() => void)[]): void {
    if (first === undefined) return;
    if (this.#notify.has(first)) first();
    if (this.#apart === 0) this.#tell(others);
    else
      setTimeout(() => {
        this.#tell(others);
      }, this.#apart);
  }
}

/**
 * All line charts stand below each other: they are drawn from one view, or their axes would not agree. Each
 * in a frame of its own: together they would hold up a key that is pressed.
 */
const CHARTS = new Pace(playground.streams, 300, 0, 35);

/** The streams at the charts' common pace. A drawing of all of them gives way to what a person does. */
export function useChartStreams(): StreamView {
  const [view, setView] = useState(CHARTS.read);
  useEffect(() => {
    const take = () => {
      startTransition(() => {
        setView(CHARTS.read());
      });
    };
    take();
    return CHARTS.subscribe(take);
  }, []);
  return view;
}

/** The streams at a view's own pace. */
export function useStreams(interval: number, phase = 0): StreamView {
  const [pace] = useState(() => new Pace(playground.streams, interval, phase));
  return useSyncExternalStore(pace.subscribe, pace.read);
}
