/**
 * The outcome of reading something a person gave us: a value, or one sentence that says what is
 * wrong, where, and what is allowed. Parsers return this; they never throw for bad input.
 */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (error: string): { readonly ok: false; readonly error: string } => ({
  ok: false,
  error,
});
