/** Seconds of training behind each step, in bounded memory: knots with straight lines between. */
export const MAX_KNOTS = 512;

/** [step, seconds] */
export type Knot = readonly [step: number, seconds: number];

export class Clock {
  #knots: Knot[] = [[0, 0]];

  /** The steps from the last one told to `step` took so many seconds. */
  push(step: number, seconds: number): void {
    const [before, past] = this.#knots.at(-1) ?? [0, 0];
    if (step <= before || !(seconds >= 0) || seconds === Infinity) return;
    this.#knots.push([step, past + seconds]);
    const last = this.#knots.length - 1;
    // The first and the last stay, and every second one of those between.
    if (last >= MAX_KNOTS) {
      this.#knots = this.#knots.filter((_, i) => i === 0 || (last - i) % 2 === 0);
    }
  }

  at(step: number): number {
    return secondsAt(this.#knots, step);
  }

  knots(): readonly Knot[] {
    return this.#knots;
  }

  /** Forget the steps behind `step`. */
  cut(step: number): void {
    const seconds = this.at(step);
    const kept = this.#knots.filter(([at]) => at <= step);
    const isThere = kept.at(-1)?.[0] === step || kept.length === this.#knots.length;
    this.#knots = isThere ? kept : [...kept, [step, seconds]];
  }

  clear(): void {
    this.#knots = [[0, 0]];
  }
}

/** Seconds at a step, by the line between the knots around it; behind the last, the last's. */
export function secondsAt(knots: readonly Knot[], step: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.[0] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const [to, end] = knots[low] ?? [0, 0];
  const [from, start] = knots[low - 1] ?? [0, 0];
  if (step >= to || to === from) return end;
  return start + ((end - start) * (step - from)) / (to - from);
}
