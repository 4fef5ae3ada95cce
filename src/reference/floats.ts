/**
 * Elements of float arrays inside hot loops. One function for one array type, so that the engine
 * sees one kind of access and compiles the check away (measured: the matrix products below run as
 * fast as with unchecked reads); experiment/at.ts serves every type, and is slower here.
 */
export type Floats = Float64Array<ArrayBuffer>;

/** `a[i]`; an index out of range is a bug of ours and throws. */
export function el(a: Floats, i: number): number {
  const value = a[i];
  if (value === undefined) throw new RangeError(`element ${i} of ${a.length}`);
  return value;
}

/** `a[i]` of random words or packed bits. */
export function word(a: Uint32Array, i: number): number {
  const value = a[i];
  if (value === undefined) throw new RangeError(`word ${i} of ${a.length}`);
  return value;
}

export const floats = (n: number): Floats => new Float64Array(n);

/** An example or minibatch in float64. */
export const toFloats = (x: ArrayLike<number>): Floats => Float64Array.from(x);
