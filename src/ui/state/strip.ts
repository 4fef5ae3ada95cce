/** Stored weights over time: looks into the layers at moments of the run, in bounded memory. */
import type { LayerProbe } from '../../session/protocol.ts';

/** What is remembered of a look: all but the bits, which are too many. */
export type StoredLook = Pick<LayerProbe, 'histogram' | 'range' | 'saturation'>;

export interface Moment {
  /** Steps done. */
  readonly step: number;
  /** By layer. */
  readonly layers: readonly StoredLook[];
  /** False in mode none: each layer's range is then its own largest weight. */
  readonly isClipped: boolean;
}

/**
 * The first look, and the last of each of at most `capacity` equal spans of steps; a span doubles whenever they run
 * out. A layer costs a kilobyte for four looks.
 */
export class Strip {
  readonly capacity: number;
  #width = 1;
  /** By span; some hold none. */
  #spans: (Moment | undefined)[] = [];
  #last: Moment | null = null;
  /** Changes with every look. */
  version = 0;

  constructor(capacity = 240) {
    this.capacity = capacity;
  }

  push(step: number, probes: readonly LayerProbe[], isClipped: boolean): void {
    while (Math.floor(step / this.#width) >= this.capacity) this.#halve();
    const layers = probes.map(({ histogram, range, saturation }) => ({
      ...{ histogram, range, saturation },
    }));
    this.#last = { step, layers, isClipped };
    const span = Math.floor(step / this.#width);
    // Where it all began stays.
    if (span > 0 || step <= (this.#spans[0]?.step ?? step)) this.#spans[span] = this.#last;
    this.version++;
  }

  /** First to last. */
  moments(): Moment[] {
    return this.#spans.filter((moment) => moment !== undefined);
  }

  /** The latest moment that is no later than `step`; the first of all where there is none. */
  at(step: number): Moment | null {
    const moments = this.moments();
    return moments.findLast((moment) => moment.step <= step) ?? moments[0] ?? null;
  }

  get last(): Moment | null {
    return this.#last;
  }

  /** Forget the looks behind `step`. */
  cut(step: number): void {
    this.#spans = this.#spans.map((moment) =>
      moment !== undefined && moment.step <= step ? moment : undefined,
    );
    this.#last = this.moments().at(-1) ?? null;
    this.version++;
  }

  clear(): void {
    this.#width = 1;
    this.#spans = [];
    this.#last = null;
    this.version++;
  }

  #halve(): void {
    this.#width *= 2;
    this.#spans = Array.from({ length: Math.ceil(this.#spans.length / 2) }, (_, span) =>
      span === 0
        ? (this.#spans[0] ?? this.#spans[1])
        : (this.#spans[2 * span + 1] ?? this.#spans[2 * span]),
    );
  }
}
