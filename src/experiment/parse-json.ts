/**
 * JSON from strangers, looked through before it is parsed: a small file of nothing but brackets or keys
 * keeps a parser busy for seconds, and what is nested deep overflows the stack of whoever walks it.
 */
import { fail, ok, type Result } from './result.ts';

export const JSON_BOUNDS = {
  /** Lists and objects within each other; ours have six at most. */
  depth: 64,
  /** Values and names; a run of 10,000 epochs and 25 layers has as many in its records. */
  values: 2 ** 19,
} as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` and `{`, `]` and `}`: they differ in one bit each. */
const OPENING = 0x5b;
const CLOSING = 0x5d;
const BRACE = 0x20;

/** Where a text that begins at `start`, behind its quote, ends. */
function endOfText(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** What a text has more of than is allowed; null where it is within bounds, JSON or not. */
function excessOf(text: string): string | null {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) at = endOfText(text, at + 1);
    else if (letter === COMMA || letter === COLON) values += 1;
    else if ((letter & ~BRACE) === OPENING) {
      depth += 1;
      values += 1;
    } else if ((letter & ~BRACE) === CLOSING) depth -= 1;
    if (depth > JSON_BOUNDS.depth) {
      return `is nested too deep; allowed are at most ${JSON_BOUNDS.depth} levels`;
    }
    if (values > JSON_BOUNDS.values) {
      return `has too many values; allowed are at most ${JSON_BOUNDS.values}`;
    }
  }
  return null;
}

/** Parse a text. The error is the end of a sentence: `is not JSON`. */
export function parseJson(text: string): Result<unknown> {
  const excess = excessOf(text);
  if (excess !== null) return fail(excess);
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return fail('is not JSON');
  }
}

/** The same of bytes, which must be UTF-8. */
export function parseJsonBytes(bytes: Uint8Array): Result<unknown> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return parseJson(decoder.decode(bytes));
  } catch {
    return fail('is not JSON');
  }
}
