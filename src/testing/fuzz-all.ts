/**
 * `npm run fuzz [-- SEED]`: mutated links, checkpoints, configurations, data files and recordings, read as the page and the
 * commands read them. A line a kind: how many were read and refused, the slowest, and the most memory that
 * one took. Exits with 1 where anything threw, was no sentence, took over a second or over its bound.
 */
import { readFileSync } from 'node:fs';
import {
  checkpointTargets,
  configTargets,
  dataTargets,
  fuzzFiles,
  recordingTargets,
} from './fuzz-files.ts';
import { type Fuzzed, fuzzLinks } from './fuzz-links.ts';

const LINKS = 10_000;
const FILES = 2000;
const RECORDINGS = 500;

export async function main(args: readonly string[]): Promise<number> {
  const seed = Number(args[0] ?? 1);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 19 || args.length > 1) {
    process.stderr.write(`The seed is "${args.join(' ')}"; allowed is one integer of 0..2^19-1.\n`);
    return 2;
  }
  const faulty: string[] = [];
  const say = (what: string, told: Fuzzed, largest: string): void => {
    const { read, refused, slowest, faults } = told;
    process.stdout.write(
      `${what}, seed ${seed}: ${read} read, ${refused} refused with a sentence, ${faults.length} faults; slowest ${slowest.toFixed(0)} ms${largest}\n`,
    );
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
    faulty.push(...faults);
  };
  say(`${LINKS} links`, fuzzLinks(LINKS, seed), '');
  const recording = new Uint8Array(readFileSync('public/recorded.bin'));
  for (const [what, targets, count] of [
    ['checkpoints', checkpointTargets(), FILES],
    ['config files', configTargets(), FILES],
    ...dataTargets().map((target) => [`${target.kind} files`, [target], FILES] as const),
    ['recordings', recordingTargets(recording), RECORDINGS],
  ] as const) {
    const told = await fuzzFiles(targets, count, seed);
    say(`${count} ${what}`, told, `, most memory ${(told.largest / 1e6).toFixed(1)} MB`);
  }
  return faulty.length > 0 ? 1 : 0;
}
