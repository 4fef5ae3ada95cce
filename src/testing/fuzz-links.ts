/** Links mutated in many ways, the same ways for the same seed; what reading them did. */
import fc from 'fast-check';
import { encodeLink, decodeWithResult } from '../experiment/link.ts';
import {
  type CarriedResult,
  decodeResult,
  encodeResult,
  sealResult,
} from '../experiment/link-result.ts';
import { RECIPES } from '../experiment/recipes.ts';
import { runOf } from '../experiment/run.ts';
import { brokenJson } from './broken-json.ts';
import { SENTENCE } from './fuzz.ts';

export interface Fuzzed {
  readonly read: number;
  readonly refused: number;
  /** Milliseconds of processor time. */
  readonly slowest: number;
  /** What threw, was no sentence or took longer than SLOWEST; it should be empty. */
  readonly faults: readonly string[];
}

/** Numbers of 0..1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALPHABET = [
  ...Array.from('#&=.-_%0123456789abcxyzAEZ'),
  '%00',
  '%',
  '\u0000',
  '🙂',
  'NaN',
  '1e999',
  '-1',
];

export function mutated(text: string, random: () => number): string {
  let out = text;
  const times = 1 + Math.floor(4 * random());
  for (let k = 0; k < times; k++) {
    const at = Math.floor(random() * (out.length + 1));
    const to = Math.min(out.length, at + Math.floor(random() * 8));
    const piece = ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
    switch (Math.floor(random() * 6)) {
      case 0:
        out = out.slice(0, at) + out.slice(to);
        break;
      case 1:
        out = out.slice(0, at) + piece + out.slice(to);
        break;
      case 2:
        out = out.slice(0, at) + piece + out.slice(at);
        break;
      case 3:
        out = out.slice(0, to) + out.slice(at);
        break;
      case 4:
        out = out.slice(0, at);
        break;
      default:
        out = out.slice(0, at) + piece.repeat(1 + Math.floor(random() * 200)) + out.slice(at);
    }
  }
  return out;
}

/** Milliseconds of processor time that reading one link or one small file may take. */
export const SLOWEST = 1000;

const FIGURES = { b: 1, r: 2 };
/** What a link may claim of a run. */
const RESULT: CarriedResult['result'] = {
  ...{ step: 9, perEpoch: 9, adapter: 'a', flips: 0, error: [] },
  loss: [[1, 9, 0.5]],
  epochs: [{ at: 1, step: 9, loss: 1, vLoss: FIGURES, vErr: FIGURES, tErr: FIGURES }],
};

/** What a link says is read as the page reads it: its error, or null. */
function errorOf(text: string): string | null {
  const link = decodeWithResult(text);
  if (!link.ok) return link.error;
  if (typeof link.value?.result !== 'string') return null;
  const result = decodeResult(link.value.result, link.value.run.spec);
  return result.ok ? null : result.error;
}

/** Results broken in their structure, or in the number of their signs, behind a checksum that is right. */
function brokenResults(count: number, seed: number): readonly string[] {
  const json = brokenJson(JSON.stringify({ ...RESULT, signs: false })).filter(
    (text) => text.length < 2 ** 16,
  );
  const bits = fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 64 }));
  const sealed = fc
    .tuple(json, bits)
    .map(([text, signs]) => sealResult(new TextEncoder().encode(text).slice(0, 65_535), signs));
  return fc.sample(sealed, { seed, numRuns: count });
}

/**
 * Read `count` links of all recipes: every fourth with a result that is broken behind its checksum, the
 * others mutated as text, with and without a result.
 */
export function fuzzLinks(count: number, seed: number): Fuzzed {
  const random = randomOf(seed);
  const runs = RECIPES.map(({ spec }) => ({ spec, link: encodeLink(runOf(spec)) }));
  const links = runs.flatMap(({ spec, link }) => [
    link,
    `${link}&res=${encodeResult({ signs: null, result: RESULT }, spec)}`,
  ]);
  const results = brokenResults(Math.ceil(count / 4), seed);
  const linkOf = (k: number): string =>
    k % 4 === 3
      ? `${runs[(k >> 2) % runs.length]?.link ?? '#'}&res=${results[k >> 2] ?? ''}`
      : mutated(links[k % links.length] ?? '#', random);
  let [read, refused, slowest] = [0, 0, 0];
  const faults: string[] = [];
  for (let k = 0; k < count; k++) {
    const text = linkOf(k);
    const which = JSON.stringify(text.slice(0, 500));
    const started = process.cpuUsage();
    try {
      const error = errorOf(text);
      if (error === null) read += 1;
      else refused += 1;
      if (error !== null && !SENTENCE.test(error)) faults.push(`${which}: ${error}`);
    } catch (error) {
      faults.push(`${which} threw ${String(error)}`);
    }
    // Not the clock's: another program's turn is no hang of the reader.
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    if (took > SLOWEST) faults.push(`${which} took ${Math.round(took)} ms`);
    slowest = Math.max(slowest, took);
  }
  return { read, refused, slowest, faults: faults.slice(0, 20) };
}
