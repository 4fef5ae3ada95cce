import fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { SENTENCE } from '../testing/fuzz.ts';
import { decodeWithResult, encodeLink } from './link.ts';
import {
  type CarriedResult,
  decodeResult,
  encodeResult,
  MAX_RESULT_LENGTH,
  signCount,
} from './link-result.ts';
import { runOf } from './run.ts';
import { DEFAULT_SPEC } from './spec.ts';
import { fuzzLinks } from '../testing/fuzz-links.ts';

const spec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense' as const, units: 33 }] },
};
const errors = { b: 11.25, r: 10.5 };
const carried: CarriedResult = {
  result: {
    ...{ step: 500, perEpoch: 500, adapter: 'test adapter', flips: 0.001 },
    loss: Array.from({ length: 64 }, (_, k) => [7 * k + 1, 7 * k + 7, 2 / (k + 1)]),
    error: [[1, 500, 30.5]],
    epochs: [{ at: 1, step: 500, loss: 0.5, vLoss: errors, vErr: errors, tErr: errors }],
  },
  // The bits behind the last column are none of any weight.
  signs: [
    new Uint32Array(784 * 2).map((_, k) => (k % 2 === 0 ? k * 0x9e3779b1 : k & 1)),
    new Uint32Array(33).map((_, k) => (k * 0x85ebca6b) & 0x3ff),
  ],
};

describe('a result in a link', () => {
  it('comes back with its figures to four digits, and every sign', () => {
    expect(signCount(spec)).toBe(784 * 33 + 33 * 10);
    const text = encodeResult(carried, spec);
    expect(text.length).toBeLessThan(MAX_RESULT_LENGTH);
    const read = decodeResult(text, spec);
    if (!read.ok) throw new Error(read.error);
    expect(read.value.signs).toEqual(carried.signs);
    expect(read.value.result.epochs).toEqual(carried.result.epochs);
    expect(read.value.result.loss[2]).toEqual([15, 21, 0.6667]);
  });

  it('goes beside its run, and older links have none', () => {
    const run = runOf(spec);
    const hash = `${encodeLink(run)}&res=${encodeResult({ ...carried, signs: null }, spec)}`;
    const link = decodeWithResult(hash);
    if (!link.ok || typeof link.value?.result !== 'string') throw new Error('no result');
    expect(link.value.run).toEqual(run);
    expect(decodeResult(link.value.result, spec).ok).toBe(true);
    expect(decodeWithResult(encodeLink(run))).toMatchObject({ value: { result: null } });
  });

  it.each([
    ['', /characters that none has/],
    ['a b', /characters that none has/],
    ['A'.repeat(MAX_RESULT_LENGTH + 1), /16001 characters long/],
    ['AAAA', /damaged or cut off/],
  ])('that is %j gives one sentence', (text, sentence) => {
    const read = decodeResult(text, spec);
    if (read.ok) throw new Error('was read');
    expect(read.error).toMatch(sentence);
    expect(read.error).toMatch(SENTENCE);
  });

  it('of another network is told from one that fits', () => {
    const other = decodeResult(encodeResult(carried, spec), DEFAULT_SPEC);
    expect(other).toMatchObject({ ok: false, error: /bytes of signs/ });
  });

  /** The same result as another version would say it. */
  const ofVersion = (version: number): string => {
    const text = encodeResult({ ...carried, signs: null }, spec);
    const bytes = inflateSync(new Uint8Array(Buffer.from(text, 'base64url')));
    bytes[0] = version;
    return Buffer.from(deflateSync(bytes)).toString('base64url');
  };
  it.each([
    [2, /^The link's result was made by a newer version .* reload the page, or update it\.$/],
    [0, /^The link's result is of version 0, which is unknown; allowed is 1\.$/],
  ])('of version %i says so, and is not called damaged', (version, sentence) => {
    expect(decodeResult(ofVersion(1), spec).ok).toBe(true);
    const read = decodeResult(ofVersion(version), spec);
    if (read.ok) throw new Error('was read');
    expect(read.error).toMatch(sentence);
  });

  it('of steps that its run never takes is refused', () => {
    const beyond = { ...carried.result, step: 500 * spec.epochs + 1 };
    const read = decodeResult(encodeResult({ result: beyond, signs: null }, spec), spec);
    expect(read).toMatchObject({ ok: false, error: /behind its run's last one/ });
  });

  it('that is there twice is refused', () => {
    const read = decodeWithResult(`${encodeLink(runOf(spec))}&res=AAAA&res=AAAA`);
    expect(read).toMatchObject({ ok: false, error: /"res" more than once/ });
  });

  it('with any character changed is a sentence or the same', () => {
    const text = encodeResult({ ...carried, signs: null }, spec);
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom('A', 'a', '0', '-', '_', 'z'),
        (at, letter) => {
          const read = decodeResult(text.slice(0, at) + letter + text.slice(at + 1), spec);
          if (!read.ok) expect(read.error).toMatch(SENTENCE);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('mutated links', () => {
  it('give a run or a sentence, and none takes long', () => {
    const told = fuzzLinks(10_000, 1);
    expect(told.read + told.refused).toBe(10_000);
    expect(told.slowest).toBeLessThan(1000);
    expect(told.faults).toEqual([]);
  });
});
