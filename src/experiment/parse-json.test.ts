import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SENTENCE } from '../testing/fuzz.ts';
import { JSON_BOUNDS, parseJson, parseJsonBytes } from './parse-json.ts';
import { parseSpec } from './parse-spec.ts';
import { DEFAULT_SPEC } from './spec.ts';

test('JSON within its bounds is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
    }),
  );
  expect(parseJson('["\\"[[", "\\\\"]')).toEqual({ ok: true, value: ['"[[', '\\'] });
});

test('what is nested deep, or has many values, is not parsed', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJson(nested(JSON_BOUNDS.depth)).ok).toBe(true);
  expect(parseJson(nested(JSON_BOUNDS.depth + 1))).toMatchObject({ error: /^is nested too deep/ });
  expect(parseJson('{"a":['.repeat(40))).toMatchObject({ error: /^is nested too deep/ });
  // Brackets of a text are none.
  expect(parseJson(JSON.stringify('['.repeat(100)))).toMatchObject({ ok: true });
  const zeros = `[${'0,'.repeat(JSON_BOUNDS.values)}0]`;
  expect(parseJson(zeros)).toMatchObject({ error: /^has too many values/ });
  const empty = `[${'[],'.repeat(JSON_BOUNDS.values / 2)}0]`;
  expect(parseJson(empty)).toMatchObject({ error: /^has too many values/ });
});

test.each(['', '{', '"', '"\\', '[1,]', '\ufeff{}', 'NaN'])('%j is not JSON', (text) => {
  expect(parseJson(text)).toEqual({ ok: false, error: 'is not JSON' });
});

test('bytes that are no UTF-8 are not JSON', () => {
  expect(parseJsonBytes(Uint8Array.of(0x22, 0xff, 0x22)).ok).toBe(false);
});

test.each([
  ['a value nested deep', { seed: JSON.parse('['.repeat(16_000) + ']'.repeat(16_000)) as unknown }],
  ['a text with a new line', { mode: 'a\n\u202eb' }],
  ['a long name', { ['x'.repeat(1e6)]: 1 }],
  ['a name that turns round', { 'a\n\u202eb': 1 }],
  ['an object that has no text', { batch: { toString: 1, valueOf: 1, toJSON: 1 } }],
])('a spec with %s gets one short sentence', (_, changed) => {
  const read = parseSpec({ ...DEFAULT_SPEC, ...changed });
  if (read.ok) throw new Error('this was to be refused');
  expect(read.error).toMatch(SENTENCE);
  expect(read.error).toMatch(/^[\x20-\x7e]{1,160}$/);
});
