/** Links mutated in many ways, the same ways for the same seed; what reading them did. */
import { encodeLink, decodeWithResult } from '../experiment/link.ts';
import { decodeResult, encodeResult } from '../experiment/link-result.ts';
import { RECIPES } from '../experiment/recipes.ts';
import { runOf } from '../experiment/run.ts';
import { SENTENCE } from './fuzz.ts';

export interface Fuzzed {
  readonly read: number;
  readonly refused: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** What threw, or was no sentence; it should be empty. */
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

/** Read `count` mutated links of all recipes, with and without results. */
export function fuzzLinks(count: number, seed: number): Fuzzed {
  const random = randomOf(seed);
  const links = RECIPES.flatMap(({ spec }) => {
    const link = encodeLink(runOf(spec));
    const figures = { b: 1, r: 2 };
    const result = encodeResult(
      {
        signs: null,
        result: {
          ...{ step: 9, perEpoch: 9, adapter: 'a', flips: 0, error: [] },
          loss: [[1, 9, 0.5]],
          epochs: [{ at: 1, step: 9, loss: 1, vLoss: figures, vErr: figures, tErr: figures }],
        },
      },
      spec,
    );
    return [link, `${link}&res=${result}`];
  });
  let [read, refused, slowest] = [0, 0, 0];
  const faults: string[] = [];
  for (let k = 0; k < count; k++) {
    const text = mutated(links[k % links.length] ?? '#', random);
    const started = performance.now();
    try {
      const link = decodeWithResult(text);
      const result =
        link.ok && typeof link.value?.result === 'string'
          ? decodeResult(link.value.result, link.value.run.spec)
          : null;
      const error = !link.ok ? link.error : result?.ok === false ? result.error : null;
      if (error === null) read += 1;
      else refused += 1;
      if (error !== null && !SENTENCE.test(error)) faults.push(`${JSON.stringify(text)}: ${error}`);
    } catch (error) {
      faults.push(`${JSON.stringify(text)} threw ${String(error)}`);
    }
    slowest = Math.max(slowest, performance.now() - started);
  }
  return { read, refused, slowest, faults: faults.slice(0, 20) };
}
