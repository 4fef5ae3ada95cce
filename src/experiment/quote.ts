/**
 * A stranger's text as it may stand in one of our sentences: in quotes, shortened to `limit`
 * characters, and with everything but printable ASCII replaced, so that it can neither break the
 * sentence's line nor turn its direction around.
 */
export function quote(text: string, limit = 40): string {
  const plain = text.slice(0, limit + 1).replaceAll(/[^\x20-\x7e]/g, '?');
  return plain.length > limit ? `"${plain.slice(0, limit - 3)}..."` : `"${plain}"`;
}

/** A stranger's value as it may stand there: of what is no text and no number, only what it is. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
