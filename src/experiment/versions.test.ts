/** Versions: older ones are brought up to date in their order, newer ones and none get a sentence. */
import { describe, expect, it } from 'vitest';
import { SENTENCE } from '../testing/fuzz.ts';
import { type Format, isNewer, upToDate, versionIn } from './versions.ts';

/** A format that has come to its fourth version, and has forgotten its first. */
const fourth: Format<string> = {
  version: 4,
  migrations: [(text) => `${text}, fourth`, (text) => `${text}, third`],
};

describe('a version', () => {
  it.each([
    [4, 'file'],
    [3, 'file, fourth'],
    [2, 'file, third, fourth'],
  ])('that is known, %i, is brought up to date', (version, made) => {
    expect(upToDate(fourth, 'The file', version, 'file')).toEqual({ ok: true, value: made });
  });

  it('that is newer says so', () => {
    expect(upToDate(fourth, 'The file', 5, 'file')).toEqual({
      ok: false,
      error:
        'The file was made by a newer version of the playground (its version is 5, this one reads 4); reload the page, or update it.',
    });
    expect([3, 4, 5, '5', null].map((found) => isNewer(fourth, found))).toEqual([
      ...[false, false, true, false, false],
    ]);
  });

  it.each([1, 0, -1, 1.5, NaN, 1e300, '4', 'x'.repeat(1000), 'a\nb', null, undefined, {}])(
    'that is %s is unknown',
    (found) => {
      const read = upToDate(fourth, 'The file', found, 'file');
      if (read.ok) throw new Error('was read');
      expect(read.error).toMatch(/ is of version .*, which is unknown; allowed are 2 to 4\.$/);
      expect(read.error).toMatch(SENTENCE);
    },
  );

  it('as a text is a whole number from 1 on, or stays what it is', () => {
    expect(['1', '20', '0', '01', '1.0', '', '1e3'].map(versionIn)).toEqual([
      ...[1, 20, '0', '01', '1.0', '', '1e3'],
    ]);
  });
});
