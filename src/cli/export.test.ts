/** `npm run export` as a person runs it, on a checkpoint of a short run: what it writes predicts as it says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { writeCheckpoint } from '../export/checkpoint-file.ts';
import { readPacked } from '../export/reader/packed-reader.ts';
import { readSafetensors } from '../export/safetensors.ts';
import { compile, hasCompiler } from '../testing/c-program.ts';
import { SENTENCE } from '../testing/fuzz.ts';
import { zerosOf } from '../testing/small-checkpoint.ts';
import { readExportOptions } from './export-options.ts';
import { loadFromFolder } from './folder-source.ts';

let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const execute = promisify(execFile);
const run = async (command: string, ...args: string[]): Promise<string> =>
  (await execute(command, args, { maxBuffer: 2 ** 26 })).stdout;
const npm = (name: string, ...args: string[]) =>
  run(process.execPath, 'scripts/run.mjs', `src/cli/${name}.ts`, ...args);

describe('a checkpoint of Fashion-MNIST', () => {
  it('as one bit a weight, predicts all 10,000 test images as the engine; and as safetensors', async () => {
    const checkpoint = path('run.safetensors');
    const link = '#v=1&net=33-20&mode=stoch';
    await npm('train', '--link', link, '--steps', '120', '--save', checkpoint);
    const from = ['--checkpoint', checkpoint];
    const said = await npm('export', 'packed', ...from, '--out', path('net.bcp'));
    const bytes = readFileSync(path('net.bcp'));
    expect(said).toContain(
      `net.bcp: ${bytes.length} bytes, binary weights of step 120, test error`,
    );
    const mistakes = Number(/\((\d+) of 10000\)/.exec(said)?.[1]);
    // Chance is 9,000.
    expect(mistakes).toBeLessThan(4000);

    const model = readPacked(bytes, 'net.bcp');
    if (!model.ok) throw new Error(model.error);
    expect(model.value.classNames).toContain('Sneaker');
    const data = await loadFromFolder({ data: 'fashion-mnist', preprocessing: 'mean' });
    if (!data.ok) throw new Error(data.error);
    const { labels } = data.value.test;
    const images = Uint8Array.from(data.value.test.images);
    const predicted = Array.from({ length: 10_000 }, (_, n) =>
      model.value.predict(images.subarray(784 * n, 784 * (n + 1))),
    );
    const wrong = predicted.filter((c, n) => c !== at(labels, n)).length;
    // Two scores may be as good as equal.
    expect(Math.abs(wrong - mistakes)).toBeLessThanOrEqual(1);
    if (hasCompiler()) {
      compile('src/export/reader/bc_predict.c', path('bc_predict'));
      // The unpacked IDX file as it is: 16 bytes before the images.
      writeFileSync(path('images'), Buffer.concat([Buffer.alloc(16), images]));
      const lines = await run(path('bc_predict'), '--skip', '16', path('net.bcp'), path('images'));
      const names = model.value.classNames;
      expect(lines).toBe(predicted.map((c) => `${c} ${at(names, c)}\n`).join(''));
    }

    await npm('export', 'safetensors', ...from, '--out', path('w.safetensors'));
    const read = readSafetensors(new Uint8Array(readFileSync(path('w.safetensors'))), 'w');
    const saved = readSafetensors(new Uint8Array(readFileSync(checkpoint)), 'c');
    if (!read.ok || !saved.ok) throw new Error('not read');
    const { tensors, metadata } = read.value;
    expect([...tensors].map(([name, { shape }]) => [name, ...shape]).slice(0, 5)).toEqual([
      ['dense1.w', 784, 33],
      ...['gamma', 'beta', 'mean', 'variance'].map((part) => [`dense1.${part}`, 33]),
    ]);
    expect(tensors.get('output.w')).toEqual(saved.value.tensors.get('output.w'));
    // Stochastic nets are tested with real weights.
    expect(metadata.get('weights')).toBe('real');
    expect(metadata.get('magnitudes')).toBe('{"dense1":1,"dense2":1,"output":1}');
  });
});

describe('bad input gets one sentence:', () => {
  const checkpointOf = (spec: ExperimentSpec): string => {
    const counts = { train: 1, validation: 1, test: 1 };
    const standing = { step: 0, mode: spec.mode, momentsSince: 0, examples: counts };
    const run = { spec, kernels: 'auto', changes: [] };
    const bytes = writeCheckpoint({
      checkpoint: { run, ...standing, tensors: zerosOf(spec) },
      progress: null,
    });
    writeFileSync(path('small'), bytes);
    return path('small');
  };
  const from = (spec: ExperimentSpec) => ['--checkpoint', checkpointOf(spec), '--out', 'x'];
  const ternary: ExperimentSpec = {
    ...{ ...DEFAULT_SPEC, mode: 'none', retraining: { after: 5, signalLevels: 8 } },
  };
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    [
      'no format',
      () => [],
      /^The export is no format; allowed is one of safetensors, packed, onnx, /,
    ],
    ['another format', () => ['gguf'], /^The export is "gguf"; allowed/],
    ['two formats', () => ['packed', 'packed'], /^The export is "packed packed"; allowed/],
    ['an option', () => ['packed', '--from', 'x'], /--from.*; allowed is: npm run export/],
    ['no checkpoint', () => ['packed', '--out', 'x'], /^An export needs --checkpoint and --out: /],
    [
      'no file',
      () => ['packed', '--checkpoint', '/no', '--out', 'x'],
      /^--checkpoint: "\/no" cannot be read/,
    ],
    [
      'weights of more than a bit',
      () => ['packed', ...from(DEFAULT_SPEC), '--weights', 'real'],
      /^--weights is "real"; allowed with packed is binary\.$/,
    ],
    [
      'weights of what has none',
      () => ['pytorch', ...from(DEFAULT_SPEC), '--weights', 'real'],
      /^--weights is "real"; pytorch is made of the run itself/,
    ],
    ['ONNX with retraining', () => ['onnx', ...from(ternary)], /^An ONNX file has real or binary/],
    [
      'ternary weights',
      () => ['packed', ...from(ternary)],
      /^A packed file has one bit a weight, and/,
    ],
  ];
  for (const [name, args, wanted] of cases) {
    it(name, () => {
      const options = readExportOptions(args());
      if (options.ok) throw new Error('this was to be refused');
      expect(`${options.error.replace(/\.$/, '')}.`).toMatch(SENTENCE);
      expect(options.error).toMatch(wanted);
    });
  }

  it('signs for nets that are trained with signs, w for others', () => {
    const weightsOf = (format: string, spec: ExperimentSpec) => {
      const options = readExportOptions([format, ...from(spec)]);
      return options.ok ? options.value.weights : options.error;
    };
    expect(weightsOf('safetensors', DEFAULT_SPEC)).toBe('binary');
    expect(weightsOf('safetensors', { ...DEFAULT_SPEC, mode: 'none' })).toBe('real');
    expect(weightsOf('packed', { ...DEFAULT_SPEC, mode: 'none' })).toBe('binary');
  });
});
