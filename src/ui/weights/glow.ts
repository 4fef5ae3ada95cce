/** The glow of what just flipped. Knows no canvas. */
import { signAt } from './tiles.ts';

/** In stochastic mode half the cells may differ from the last look: they glow less. */
export const GLOW = { none: 1, deterministic: 1, stochastic: 0.35 } as const;

export const lessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** How long a flipped cell takes to fade, in ms. */
export const FADE = 1400;

/** What is looked at: other units, or another layer, start dark. */
export interface Shown {
  readonly bits: Uint32Array;
  /** Words of a row of bits. */
  readonly words: number;
  /** Weights of a unit. */
  readonly weights: number;
  /** The first unit shown, and how many are. */
  readonly from: number;
  readonly units: number;
  readonly layer: number;
}

/** The glow of each shown weight, 0..255, by unit and then by row of w. */
export class Glow {
  #last: Shown | null = null;
  #cells = new Uint8Array(0);
  #lit = false;
  #at = 0;

  /** Look at new bits: what differs from the last ones lights up. */
  look(shown: Shown): void {
    const last = this.#last;
    this.#last = shown;
    const { bits, words, weights, from, units, layer } = shown;
    const isSame =
      last !== null &&
      last.layer === layer &&
      last.from === from &&
      last.units === units &&
      last.weights === weights &&
      last.bits.length === bits.length;
    if (!isSame) {
      this.#cells = new Uint8Array(units * weights);
      this.#lit = false;
      return;
    }
    if (last.bits === bits) return;
    for (let input = 0; input < weights; input++) {
      for (let tile = 0; tile < units; tile++) {
        const unit = from + tile;
        if (signAt(bits, words, input, unit) === signAt(last.bits, words, input, unit)) continue;
        this.#cells[tile * weights + input] = 255;
        this.#lit = true;
      }
    }
  }

  /** The same without fading: what flips from one look to the next is marked until the one after it. */
  mark(shown: Shown, now: number): void {
    const last = this.#last;
    const isSame =
      last?.layer === shown.layer && last.from === shown.from && last.units === shown.units;
    // Not with every look: what changes ten times a second is motion too.
    if (isSame && now - this.#at < FADE) return;
    this.#at = now;
    this.#cells.fill(0);
    this.look(shown);
  }

  /** Let the glow fade by the time gone since the last call; true while anything glows. */
  fade(now: number): boolean {
    const loss = Math.round((255 * Math.min(now - this.#at, FADE)) / FADE);
    if (this.#lit && loss === 0) return true;
    this.#at = now;
    if (!this.#lit) return false;
    this.#lit = false;
    this.#cells.forEach((glow, i) => {
      const left = Math.max(0, glow - loss);
      this.#cells[i] = left;
      if (left > 0) this.#lit = true;
    });
    return this.#lit;
  }

  /** Of the cell of the tile-th unit shown and row `input` of w. */
  at(tile: number, input: number): number {
    return this.#cells[tile * (this.#last?.weights ?? 0) + input] ?? 0;
  }

  clear(): void {
    this.#cells.fill(0);
    this.#lit = false;
    this.#last = null;
  }
}
