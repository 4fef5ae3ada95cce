/**
 * `list[i]`, for code that has already made sure that `i` is within: a hole is a bug of ours, so it
 * throws instead of going on with `undefined`.
 */
export function at<T>(list: { readonly [i: number]: T; readonly length: number }, i: number): T {
  const item = list[i];
  if (item === undefined) throw new RangeError(`index ${i} of ${list.length}`);
  return item;
}
