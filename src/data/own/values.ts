/** Numbers of any kind to bytes 0..255. */
import { fail, ok, type Result } from '../../experiment/result.ts';

/** What arrays of numbers come as. */
export type Numbers =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** What a source's numbers span; grows as they are seen. */
export class Range {
  min = Infinity;
  max = -Infinity;

  /** False for what is not a number. */
  add(value: number): boolean {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    return Number.isFinite(value);
  }

  /** The factor to bytes: 255 for numbers in 0..1, 1 for those in 0..255. The error begins with `what`. */
  factor(what: string): Result<number> {
    if (this.min >= 0 && this.max <= 1) return ok(255);
    if (this.min >= 0 && this.max <= 255) return ok(1);
    return fail(
      `${what} has pixel values from ${this.min} to ${this.max}; allowed are 0 to 255, or 0 to 1.`,
    );
  }
}

/** Numbers in 0..255 or 0..1 as bytes, in the same order; bytes are taken as they are. */
export function toBytes(values: Numbers, what: string): Result<Uint8Array<ArrayBuffer>> {
  const range = new Range();
  for (let i = 0; i < values.length; i++) {
    if (!range.add(values[i] ?? NaN)) {
      return fail(`${what} has a value that is not a number at position ${i}.`);
    }
  }
  const factor = range.factor(what);
  if (!factor.ok) return factor;
  if (values instanceof Uint8Array && factor.value === 1) return ok(values);
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    bytes[i] = Math.round((values[i] ?? 0) * factor.value);
  }
  return ok(bytes);
}
