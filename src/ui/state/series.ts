/** Mean of a curve over the steps `from`..`to`, both counted from 1. */
export interface SeriesPoint {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/**
 * A curve of unbounded length in bounded memory: means over equal buckets of steps, whose width
 * doubles whenever they run out. A run shorter than `capacity` keeps every step exactly.
 */
export class Series {
  readonly capacity: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  #width = 1;
  #last = 0;

  constructor(capacity = 512) {
    this.capacity = capacity;
    this.#sums = new Float64Array(capacity);
    this.#counts = new Uint32Array(capacity);
  }

  /** Steps a bucket holds now: a power of two. */
  get width(): number {
    return this.#width;
  }

  /** The latest step that has a value; 0: none has. */
  get last(): number {
    return this.#last;
  }

  /** Take in the value of step `step` (from 1). Values that are not finite are left out. */
  push(step: number, value: number): void {
    if (!Number.isFinite(value) || step < 1) return;
    while (Math.ceil(step / this.#width) > this.capacity) this.#halve();
    const bucket = Math.ceil(step / this.#width) - 1;
    this.#sums[bucket] = (this.#sums[bucket] ?? 0) + value;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#last = Math.max(this.#last, step);
  }

  /** The buckets that hold something, first to last. */
  points(): SeriesPoint[] {
    const points: SeriesPoint[] = [];
    const used = Math.ceil(this.#last / this.#width);
    for (let bucket = 0; bucket < used; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count === 0) continue;
      points.push({
        from: bucket * this.#width + 1,
        to: Math.min((bucket + 1) * this.#width, this.#last),
        value: (this.#sums[bucket] ?? 0) / count,
      });
    }
    return points;
  }

  /** Forget the steps behind `step`; a bucket that goes beyond it goes whole. */
  cut(step: number): void {
    const first = Math.floor(step / this.#width);
    this.#sums.fill(0, first);
    this.#counts.fill(0, first);
    this.#last = Math.min(this.#last, first * this.#width);
  }

  clear(): void {
    this.#sums.fill(0);
    this.#counts.fill(0);
    this.#width = 1;
    this.#last = 0;
  }

  #halve(): void {
    const half = Math.ceil(this.capacity / 2);
    for (let bucket = 0; bucket < this.capacity; bucket++) {
      const [a, b] = [2 * bucket, 2 * bucket + 1];
      this.#sums[bucket] = bucket < half ? (this.#sums[a] ?? 0) + (this.#sums[b] ?? 0) : 0;
      this.#counts[bucket] = bucket < half ? (this.#counts[a] ?? 0) + (this.#counts[b] ?? 0) : 0;
    }
    this.#width *= 2;
  }
}
