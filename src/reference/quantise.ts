/**
 * Numbers of a few levels: ternary weights, and signals of equally spaced levels from zero up. (Hwang and
 * Sung 2014; steps by least squares.)
 */
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

/** The levels 0, step, 2 step, ... of a layer's signals. */
export interface SignalLevels {
  readonly step: number;
  /** How many, zero included. */
  readonly levels: number;
}

/** The nearest level of a number that is not negative, as so many steps; halves go up. */
const levelOf = (a: number, step: number, top: number): number =>
  step === 0 ? 0 : Math.min(Math.floor(a / step + 0.5), top);

/** Q(w) = sgn(w) Delta min(floor(|w| / Delta + 1/2), 1): zero where |w| < Delta / 2. */
export function ternarised(w: Floats, delta: number): Floats {
  const wq = floats(w.length);
  for (let e = 0; e < w.length; e++) {
    const value = el(w, e);
    if (Math.abs(value) >= delta / 2) wq[e] = value > 0 ? delta : -delta;
  }
  return wq;
}

/** Each of `a`, none negative, at its nearest level. */
export const quantised = (a: Floats, { step, levels }: SignalLevels): Floats =>
  a.map((value) => step * levelOf(value, step, levels - 1));

/** Sum of squared differences between numbers, none negative, and their nearest levels. */
export function squaredError(a: Floats, signal: SignalLevels): number {
  const levels = quantised(a, signal);
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum += (el(a, e) - el(levels, e)) ** 2;
  return sum;
}

/** The step that least squares gives the numbers while each stays at its nearest level of `step`. */
export function refitted(a: Floats, { step, levels }: SignalLevels): number {
  let ak = 0;
  let kk = 0;
  for (let e = 0; e < a.length; e++) {
    const k = levelOf(el(a, e), step, levels - 1);
    ak += el(a, e) * k;
    kk += k ** 2;
  }
  return ak / kk;
}
