/** `npm run compare` as a person runs it, and its table. */
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCompareOptions, readSeeds } from './compare-options.ts';
import { type CompareResult, csvOf, Results, tableOf } from './compare-results.ts';

const COMMAND = ['scripts/run.mjs', 'src/cli/compare.ts'];
const TOY = ['--recipe', 'toy', '--dataset', 'circles', '--epochs', '2', '--json'];

const compare = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...COMMAND, ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

const linesOf = (text: string): CompareResult[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CompareResult);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('comparing methods', () => {
  it('gives a line a result, and goes on from what is kept', async () => {
    const out = join(folder, 'toy');
    const args = [...TOY, '--seeds', '1-2', '--out', out];
    const first = await compare(...args, '--methods', 'none');
    expect(first.stderr).toBe('');
    expect(linesOf(first.stdout).map(({ method, seed }) => [method, seed])).toEqual([
      ['none', 1],
      ['none', 2],
    ]);
    const more = await compare(...args, '--methods', 'none,det');
    expect(more.code).toBe(0);
    const lines = linesOf(more.stdout);
    expect(lines.slice(0, 2)).toEqual(linesOf(first.stdout));
    expect(lines.slice(2).map(({ method, seed, bits }) => [method, seed, bits])).toEqual([
      ['det', 1, 1],
      ['det', 2, 1],
    ]);
    for (const { testError, multiplications } of lines) {
      expect(testError.binary).toBeGreaterThanOrEqual(0);
      expect(testError.binary).toBeLessThanOrEqual(100);
      // 2-32-32-2: 1,152 multiply-accumulates; real weights: three times as many less the first 64.
      expect([1152, 3 * 1152 - 64]).toContain(multiplications.training);
    }
    expect(readFileSync(join(out, 'results.jsonl'), 'utf8')).toBe(more.stdout);
    expect(readFileSync(join(out, 'results.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  it('retrains ternary weights for as many epochs again, and keeps what they were before', async () => {
    const out = join(folder, 'ternary');
    const { stdout } = await compare(...TOY, '--methods', 'none,ternary', '--out', out);
    const [none, ternary] = linesOf(stdout);
    expect(ternary).toMatchObject({ method: 'ternary', tested: 'ternary', bits: 2 });
    expect(ternary?.before?.epoch).toBe(none?.last.epoch);
    expect(ternary?.last.epoch).toBe(2 * (none?.last.epoch ?? NaN));
    // Its first phase is the run of real weights.
    expect(ternary?.before?.testError.real).toBe(none?.last.testError.real);
    expect(ternary?.testError.ternary).toBeTypeOf('number');
    expect(none?.before).toBeUndefined();
    const csv = readFileSync(join(out, 'results.csv'), 'utf8').split('\n');
    expect(csv[0]).toMatch(/,testErrorTernary,beforeTestErrorReal,beforeTestErrorTernary$/);
    expect(csv[1]).toMatch(/\d,,,$/);
  });

  it('measures ensembles and moments at the end of a run, and again where they were not', async () => {
    const out = join(folder, 'ensemble');
    const args = [...TOY, '--methods', 'dropconnect', '--out', out];
    const [first] = linesOf((await compare(...args)).stdout);
    expect(Object.keys(first?.last.testError ?? {})).toEqual(['binary', 'real', 'moments']);
    const more = await compare(...args, '--ensemble', '2');
    const [again] = linesOf(more.stdout);
    expect(again?.last.testError).toMatchObject(first?.last.testError ?? {});
    expect(Object.keys(again?.last.testError.ensemble ?? {})).toEqual(['1', '2']);
    const kept = await compare(...args, '--ensemble', '2');
    expect(kept.stdout).toBe(more.stdout);
  });

  it.skipIf(process.platform === 'win32')(
    'keeps what is done where it is interrupted',
    async () => {
      const out = join(folder, 'interrupted');
      const args = [...TOY, '--methods', 'none,det,stoch', '--seeds', '1-9', '--out', out];
      const child = spawn(process.execPath, [...COMMAND, ...args]);
      let said = '';
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      // Ctrl-C once the first result is there.
      child.stdout.once('data', () => child.kill('SIGINT'));
      const code = await new Promise((resolve) => child.on('exit', resolve));
      expect(code).toBe(130);
      const kept = linesOf(readFileSync(join(out, 'results.jsonl'), 'utf8'));
      expect(kept.length).toBeGreaterThanOrEqual(1);
      expect(kept.length).toBeLessThan(27);
      expect(said).toContain(`${kept.length} of 27 runs are kept`);
    },
  );

  it.each([
    [['--methods', 'xyz'], '--methods: a method is "xyz"; allowed are none, '],
    [['--seeds', '3-1'], '--seeds is "3-1"; allowed are'],
    [['--recipe', 'xyz'], '--recipe: The recipe is "xyz"; allowed is one of'],
    [['--ensemble', '3'], '--ensemble is "3"; allowed are 1, 2, 4, 8, 16.'],
    [['--epochs', '0'], '--epochs is "0"; allowed is a whole number from 1 to'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j gets one sentence', (args, sentence) => {
    const options = readCompareOptions(args);
    expect(options.ok).toBe(false);
    expect(options.ok ? '' : options.error).toContain(sentence);
  });
});

it('reads seeds', () => {
  expect(readSeeds('1-3')).toEqual({ ok: true, value: [1, 2, 3] });
  expect(readSeeds('7,5')).toEqual({ ok: true, value: [7, 5] });
  for (const text of ['', '1,1', '1-', '0-100', '4294967296', '1.5', '-1']) {
    expect(readSeeds(text).ok).toBe(false);
  }
});

const result: CompareResult = {
  type: 'compare',
  method: 'det',
  seed: 1,
  epoch: 2,
  testError: { binary: 2, real: 3 },
  validationError: { binary: 2.5, real: 3.5 },
  trainLoss: 0.01,
  last: { epoch: 3, testError: { binary: 2.1, real: 3.1 }, trainLoss: 0.009 },
  tested: 'binary',
  flipRate: { dense1: 0.001, output: 0.003 },
  bits: 1,
  multiplications: { training: 1_500_000, test: 0 },
  stepsPerSecond: 10,
  published: null,
  adapter: 'some adapter',
  kernels: 'quad',
  spec: { seed: 1 },
};
const another = { ...result, seed: 2, testError: { binary: 4, real: 3 }, spec: { seed: 2 } };

it('sums up as mean and standard deviation', () => {
  const measured = { ...result.last.testError, moments: 2.25, ensemble: { 1: 4, 2: 3.5 } };
  const last = { ...result.last, testError: measured };
  const wide = tableOf(new Map([['det', 'Deterministic']]), [{ ...result, last }, another]);
  expect(wide.split('\n')[0]).toMatch(/last, by moments % {2}last, ensemble\(1\) % {2}last, ens/);
  expect(wide.split('\n')[1]).toMatch(/2\.25 +4\.00 +3\.50$/);
  const [, row] = tableOf(new Map([['det', 'Deterministic']]), [result, another]).split('\n');
  expect(row).toContain('3.00 ± 1.41');
  expect(row).toContain('2.0e-3');
  expect(row).toContain('1.50M');
  expect(csvOf([result]).split('\n')[1]).toBe(
    'det,1,2,binary,2,3,2.5,3.5,0.01,2.1,3.1,0.009,0.002,1,1500000,0,10,,,',
  );
});

describe('kept results', () => {
  it('lose a line that broke off, and nothing else', () => {
    const out = join(folder, 'kept');
    const results = new Results(out);
    results.add(result);
    appendFileSync(results.file, '{"type":"comp');
    const again = new Results(out);
    again.add(another);
    const lines = readFileSync(again.file, 'utf8');
    expect(linesOf(lines)).toEqual([result, another]);
  });

  it('of something else are refused', () => {
    const out = join(folder, 'kept');
    writeFileSync(join(out, 'results.jsonl'), '{"type":"epoch"}\n{"type":"epoch"}\n');
    expect(() => new Results(out)).toThrow('is no result of a comparison');
  });
});
