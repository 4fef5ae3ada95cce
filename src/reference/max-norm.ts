/** Max-norm (Srebro and Shraibman 2005; Goodfellow et al. 2013): a bound on the length of each filter. */
import { el as element, type Floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

/** Scale each column of w [I, O] that is longer than `longest` back to that length, in place. */
export function limitFilters(w: Floats, O: number, longest: number): void {
  for (let o = 0; o < O; o++) {
    let squares = 0;
    for (let e = o; e < w.length; e += O) squares += el(w, e) ** 2;
    const length = Math.sqrt(squares);
    if (!(length > longest)) continue;
    for (let e = o; e < w.length; e += O) w[e] = (el(w, e) * longest) / length;
  }
}
