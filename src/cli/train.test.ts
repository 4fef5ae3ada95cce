/** `npm run train` as a person runs it: a process of its own, real data, a real device. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SPEC } from '../experiment/spec.ts';
import { readTrainOptions } from './train-options.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function train(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['scripts/run.mjs', 'src/cli/train.ts', ...args],
      (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

const errors = v.object({
  ...{ binary: v.number(), real: v.number(), ternary: v.optional(v.number()) },
  ensemble: v.optional(v.record(v.string(), v.number())),
  moments: v.optional(v.number()),
});
const Epoch = v.object({
  epoch: v.number(),
  step: v.number(),
  trainLoss: v.number(),
  validationError: errors,
  testError: errors,
  flipRate: v.record(v.string(), v.number()),
  stepsPerSecond: v.number(),
});
const Line = v.variant('type', [
  v.object({
    type: v.literal('start'),
    spec: v.unknown(),
    adapter: v.object({ name: v.string() }),
  }),
  v.object({ type: v.literal('epoch'), ...Epoch.entries }),
  v.object({ type: v.literal('change'), step: v.number(), field: v.string() }),
  v.object({
    ...{ type: v.literal('quantised'), epoch: v.number(), step: v.number() },
    testError: v.object({ ternary: v.number(), real: v.number() }),
    steps: v.record(v.string(), v.object({ delta: v.number(), signal: v.nullable(v.number()) })),
  }),
  v.object({ type: v.literal('result'), last: Epoch, best: Epoch }),
]);

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(Line, JSON.parse(line)));

/** What differs between two equal runs: times. */
const withoutTimes = (text: string): string => text.replace(/"stepsPerSecond":[^,}]*/g, '');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('training from the command line', () => {
  it('says how good ternary weights are before retraining and after it', async () => {
    const link = '#v=1&data=moons&net=16&mode=none&batch=100&epochs=4&retrain=2:8';
    const { code, stdout } = await train('--link', link, '--json');
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.map(({ type }) => type)).toEqual([
      ...['start', 'epoch', 'epoch', 'quantised', 'epoch', 'epoch', 'result'],
    ]);
    const quantised = lines.find((line) => line.type === 'quantised');
    expect(quantised?.steps['output']?.signal).toBeNull();
    expect(quantised?.steps['dense1']?.signal).toBeGreaterThan(0);
    const result = lines.find((line) => line.type === 'result');
    // The best is one of those that have ternary weights.
    expect(result?.best.epoch).toBeGreaterThan(2);
    expect(result?.best.testError.ternary).toBeTypeOf('number');
  });

  it('writes JSON lines and nothing else, and the same ones again', async () => {
    const toy = '#v=1&data=moons&net=16&mode=stoch&batch=50';
    const args = ['--link', toy, '--steps', '12', '--seed', '3', '--json'];
    const first = await train(...args, '--out', join(folder, 'out'));
    expect(first.code).toBe(0);
    const lines = linesOf(first.stdout);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'epoch', 'result']);
    const epoch = lines.find((line) => line.type === 'epoch');
    expect(epoch?.step).toBe(12);
    expect(epoch?.epoch).toBeCloseTo(12 / 40, 12);
    expect(Object.keys(epoch?.flipRate ?? {})).toEqual(['dense1', 'output']);
    const result = lines.find((line) => line.type === 'result');
    expect(result?.last).toEqual(result?.best);
    expect(readFileSync(join(folder, 'out/metrics.jsonl'), 'utf8')).toBe(first.stdout);
    const steps = readFileSync(join(folder, 'out/steps.csv'), 'utf8').trimEnd().split('\n');
    expect(steps).toHaveLength(1 + 12);
    expect(steps[0]).toBe(
      'step,loss,error,sign flips dense1,sign flips output,sample flips dense1,sample flips output',
    );
    const losses = steps.slice(1).map((row) => Number(row.split(',')[1]));
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(epoch?.trainLoss).toBeCloseTo(mean, 10);
    const link = readFileSync(join(folder, 'out/link.txt'), 'utf8').trim();
    expect(link).toMatch(/mode=stoch&batch=50&seed=3&kernels=/);

    const again = await train(...args);
    expect(withoutTimes(again.stdout)).toBe(withoutTimes(first.stdout));
    // With an ensemble, the same and more.
    const ensemble = await train(...args, '--ensemble', '2');
    const of = linesOf(ensemble.stdout).find((line) => line.type === 'result')?.last.testError;
    expect(of).toMatchObject({ ...result?.last.testError });
    expect(Object.keys(of?.ensemble ?? {})).toEqual(['1', '2']);
    // 12 steps of a tiny net: chance is 50 %.
    expect(Math.max(...Object.values(of?.ensemble ?? { none: NaN }))).toBeLessThan(40);
    const other = await train(...args, '--seed', '4');
    expect(withoutTimes(other.stdout)).not.toBe(withoutTimes(first.stdout));
  });

  it('trains a whole epoch from a config file, replays changes, and learns', async () => {
    const config = join(folder, 'config.json');
    const network = { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 32 }] };
    writeFileSync(config, JSON.stringify({ ...DEFAULT_SPEC, network, epochs: 1 }));
    const { code, stdout, stderr } = await train('--config', config);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Fashion-MNIST · 784-32-10 · deterministic · seed 1 · /);
    expect(stdout).toMatch(/\nepoch 1\/1 · train loss 0\.\d+ · validation error binary [\d.]+ %/);
    const error = Number(/test error ([\d.]+) % with binary weights\.\n$/.exec(stdout)?.[1]);
    // One epoch of a net of 32 hidden units: chance is 90 %.
    expect(error).toBeGreaterThan(5);
    expect(error).toBeLessThan(25);

    const changed = await train(
      '--link',
      '#v=1&data=moons&net=8&dropcon=0.5&changes=2.mode.none',
      '--steps',
      '3',
      '--json',
    );
    const lines = linesOf(changed.stdout);
    expect(lines[1]).toMatchObject({ type: 'change', step: 2, field: 'mode' });
    // A net with DropConnect is tested by moments too.
    const tested = lines.find((line) => line.type === 'result')?.last.testError;
    expect(Math.abs((tested?.moments ?? NaN) - (tested?.real ?? NaN))).toBeLessThan(30);
  });
});

describe('bad input gets one sentence:', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a mode', ['--mode', 'ternary'], /^--mode is "ternary"; allowed are none, det, stoch\.$/],
    ['a recipe', ['--recipe', 'nope'], /"nope".*mlp-small, mnist-paper, mnist-2048/],
    ['a number', ['--epochs', '1e3'], /^--epochs is "1e3"; allowed is a whole number from 1 to/],
    ['a number out of bounds', ['--steps', '0'], /^--steps is "0"; allowed is a whole number/],
    ['an option', ['--modes', 'det'], /--modes.*allowed is: npm run train/],
    ['a stray word', ['mnist'], /mnist.*allowed is: npm run train/],
    ['two sources', ['--recipe', 'mlp-small', '--link', '#v=1'], /--recipe and --link/],
    ['a link', ['--link', 'http://localhost/#v=1&net=9999999'], /^--link: .*net/],
    ['a newer link', ['--link', '#v=7'], /newer version/],
    ['no config', ['--config', '/no/such/file.json'], /^--config: the file .* cannot be read\.$/],
    ['a config that is not JSON', ['--config', 'LICENSE'], /^--config: "LICENSE" is not JSON\.$/],
    ['a config that is no spec', ['--config', 'package.json'], /^--config: The experiment/],
    ['kernels', ['--kernels', 'cube'], /^--kernels is "cube"; allowed is auto, tile, quad, or/],
    ['kernels and tuning', ['--kernels', 'tile', '--tune'], /--kernels and --tune were given/],
    ['an ensemble', ['--ensemble', '3'], /^--ensemble is "3"; allowed are 1, 2, 4, 8, 16\.$/],
    ['a batch', ['--link', '#v=1&batch=4097'], /batch.*1 to 4096/],
  ];
  for (const [name, args, sentence] of cases) {
    it(name, () => {
      const options = readTrainOptions(args);
      if (options.ok) throw new Error('this was to be refused');
      expect(options.error).toMatch(sentence);
      expect(options.error).not.toContain('\n');
    });
  }

  // What is found before anything is read, and what only reading shows.
  it.each([
    [['--mode', 'ternary'], /^--mode is "ternary"; allowed are none, det, stoch\.\n$/],
    [['--data-dir', '/no/such/folder'], /^[^\n]*\/no\/such\/folder[^\n]*\n$/],
  ])('the command says it on one line and ends with code 2: %j', async (args, line) => {
    const { code, stdout, stderr } = await train(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
  });
});
