/** `npm run train` saved, stopped and resumed: as a person does it, with processes of their own. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { writeCheckpoint } from '../export/checkpoint-file.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { Progress } from '../session/progress.ts';
import { SENTENCE } from '../testing/fuzz.ts';
import { zerosOf } from '../testing/small-checkpoint.ts';
import { readTrainOptions } from './train-options.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND = ['scripts/run.mjs', 'src/cli/train.ts'];

function train(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...COMMAND, ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** The same, stopped as Ctrl-C does once it has written its first epoch record. */
function stopped(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...COMMAND, ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      stdout += String(data);
      if (stdout.includes('"epoch"')) child.kill('SIGINT');
    });
    child.stderr.on('data', (data: Buffer) => (stderr += String(data)));
    child.on('close', (code) => {
      resolve({ code: code ?? NaN, stdout, stderr });
    });
  });
}

const Line = v.looseObject({ type: v.string(), step: v.optional(v.number()) });

/** Records of a run but for the first line, which says what and where; times differ. */
const recordsOf = (text: string) =>
  text
    .replaceAll(/"stepsPerSecond":[^,}]*/g, '"stepsPerSecond":0')
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(Line, JSON.parse(line)))
    .filter(({ type }) => type !== 'start');

let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resume-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** 25 steps an epoch, and changes before and behind where it is saved. */
const RUN = '#v=1&data=moons&net=12&mode=stoch&batch=80&epochs=2&changes=10.rate.0.02_40.mode.det';

describe('a run that was saved and resumed', () => {
  it('gives the records that it would have given, in one folder or two', async () => {
    const whole = await train('--link', RUN, '--json', '--out', path('whole'));
    expect(whole.stderr).toBe('');
    const records = recordsOf(whole.stdout);
    expect(records.map(({ type }) => type)).toEqual([
      'change',
      'epoch',
      'change',
      'epoch',
      'result',
    ]);

    const file = path('run.safetensors');
    const out = ['--json', '--out', path('parts')];
    const first = await train('--link', RUN, '--steps', '31', '--save', file, ...out);
    expect(first.stderr).toBe('');
    expect(recordsOf(first.stdout)[2]).toMatchObject({ type: 'epoch', step: 31 });
    // Not a trace of how it was written.
    expect(existsSync(`${file}.part`)).toBe(false);
    const second = await train('--resume', file, ...out);
    expect(second.stderr).toBe('');
    expect(second.stdout).toMatch(/^\{"type":"start",.*"step":31/);
    expect(recordsOf(second.stdout)).toEqual(records.slice(2));
    // In the folder there is no record that only the end of the first command asked for.
    const kept = readFileSync(join(path('parts'), 'metrics.jsonl'), 'utf8');
    expect(recordsOf(kept)).toEqual(records);
    const steps = (of: string) => readFileSync(join(path(of), 'steps.csv'), 'utf8');
    expect(steps('parts')).toBe(steps('whole'));
    const link = (of: string) => readFileSync(join(path(of), 'link.txt'), 'utf8');
    expect(link('parts')).toBe(link('whole'));
  });

  it('goes on where Ctrl-C stopped it', async () => {
    const file = path('stopped.safetensors');
    const args = ['--link', '#v=1&data=moons&net=12&batch=80&epochs=2000', '--json'];
    const first = await stopped(...args, '--save', file);
    expect(first.code).toBe(130);
    const step = Number(
      /^Stopped at step (\d+); --resume ".*" goes on\.\n$/.exec(first.stderr)?.[1],
    );
    expect(step).toBeGreaterThanOrEqual(25);
    const end = ['--steps', String(step + 7)];
    const second = await train('--resume', file, ...end, '--json');
    const whole = await train(...args, ...end);
    const records = recordsOf(whole.stdout);
    const before = recordsOf(first.stdout).length;
    expect(recordsOf(first.stdout)).toEqual(records.slice(0, before));
    expect(recordsOf(second.stdout)).toEqual(records.slice(before));
    expect(records.at(-1)).toMatchObject({ type: 'result', last: { step: step + 7 } });
  });
});

describe('bad input gets one sentence:', () => {
  const refused = (...args: string[]): string => {
    const options = readTrainOptions(args);
    if (options.ok) throw new Error('this was to be refused');
    expect(options.error).toMatch(SENTENCE);
    return options.error;
  };
  const four = { type: 'dense', units: 4 } as const;
  const network = { ...DEFAULT_SPEC.network, hidden: [four, four] };
  const spec: ExperimentSpec = { ...DEFAULT_SPEC, network, epochs: 2 };
  const checkpoint: Checkpoint = {
    run: { spec, kernels: 'quad', changes: [{ step: 3, field: 'rate', value: 0.1 }] },
    ...{ step: 7, mode: 'deterministic', momentsSince: 0, tensors: zerosOf(spec) },
    examples: { train: 50_000, validation: 10_000, test: 10_000 },
  };
  const errors = { binary: 1, real: NaN };
  const record = {
    ...{ epoch: 0.1, step: 7, trainLoss: 1, trainError: 2, flipRate: {}, stepsPerSecond: Infinity },
    ...{ validationLoss: errors, validationError: errors, testError: errors },
  };
  const progress: Progress = {
    tally: { steps: 5, loss: 0.1, mistakes: 3, flips: [1, 2, 3], seconds: 0.5 },
    evaluationDue: false,
    pending: [{ step: 9, field: 'mode', value: 'none' }],
    records: [record],
  };
  const saved = (changed: Partial<Progress> | null = {}): string => {
    const file = path('by-hand.safetensors');
    const along = changed === null ? null : { ...progress, ...changed };
    writeFileSync(file, writeCheckpoint({ checkpoint, progress: along }));
    return file;
  };

  it('a good file has none, and all of its run', () => {
    const options = readTrainOptions(['--resume', saved(), '--kernels', 'tile']);
    if (!options.ok) throw new Error(options.error);
    const { run, resume } = options.value;
    // JSON knows no infinity.
    const figures = { ...record, stepsPerSecond: NaN };
    expect(resume).toEqual({ checkpoint, progress: { ...progress, records: [figures] } });
    expect(run.spec).toEqual(spec);
    expect(run.kernels).toBe('tile');
    expect(run.changes).toEqual([...checkpoint.run.changes, ...progress.pending]);
    // Without what goes along, records begin where it goes on.
    expect(readTrainOptions(['--resume', saved(null)])).toMatchObject({ ok: true });
  });

  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    [
      'no file',
      () => ['--resume', '/no/such/file'],
      /^--resume: "\/no\/such\/file" cannot be read \(ENOENT\)\.$/,
    ],
    [
      'another file',
      () => ['--resume', 'package.json'],
      /^--resume: "package\.json" is no safetensors file/,
    ],
    [
      'a recipe',
      () => ['--resume', 'x', '--recipe', 'mlp-small'],
      /^--resume and --recipe were given; allowed/,
    ],
    ['a mode', () => ['--resume', 'x', '--mode', 'det'], /^--resume and --mode were given; /],
    ['epochs', () => ['--resume', 'x', '--epochs', '3'], /^--resume and --epochs were given; /],
    [
      'few steps',
      () => ['--resume', saved(), '--steps', '7'],
      /^--steps is 7; the checkpoint is at step 7, and allowed are more\.$/,
    ],
    [
      "another network's progress",
      () => ['--resume', saved({ tally: { ...progress.tally, flips: [1] } })],
      /^--resume: ".*": the progress that goes along is of another network\.$/,
    ],
    [
      'later records',
      () => ['--resume', saved({ records: [{ ...record, step: 8 }] })],
      /is of steps behind the checkpoint's, 7\.$/,
    ],
    [
      'changes that were to be taken',
      () => ['--resume', saved({ pending: [{ step: 6, field: 'mode', value: 'none' }] })],
      /has changes that are not understood, or not to come\.$/,
    ],
    [
      'nothing that is understood',
      () => ['--resume', saved({ evaluationDue: 1 as unknown as boolean })],
      /is not understood; allowed is what this version/,
    ],
  ];
  for (const [name, args, wanted] of cases) {
    it(name, () => {
      expect(refused(...args())).toMatch(wanted);
    });
  }

  it('nowhere to save, before anything is read', async () => {
    const { code, stdout, stderr } = await train('--save', '/no/such/folder/x', '--steps', '1');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^--save: "\/no\/such\/folder\/x" cannot be written \(ENOENT\)\.\n$/);
  });

  it('tensors of another network', async () => {
    const file = path('other.safetensors');
    const tensors = zerosOf({ ...spec, network: { ...spec.network, hidden: [] } });
    writeFileSync(file, writeCheckpoint({ checkpoint: { ...checkpoint, tensors }, progress }));
    const { code, stdout, stderr } = await train('--resume', file);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^--resume: ".*": The checkpoint lacks the tensor dense1\.w; allowed is F32 \[784, 4\]\.\n$/,
    );
  });

  it('a header made to harm', () => {
    const file = path('harm.safetensors');
    for (const dtype of [
      '{"toString":1,"valueOf":1}',
      `${'['.repeat(16_000)}${']'.repeat(16_000)}`,
    ]) {
      const header = Buffer.from(`{"a":{"dtype":${dtype}}}`);
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(file, Buffer.concat([length, header]));
      expect(refused('--resume', file)).toMatch(
        /^--resume: ".*"(?:: the tensor "a" is of type an object| is no safetensors)/,
      );
    }
  });

  it('records that are out of order, or of other layers', () => {
    const earlier = { ...record, step: 6 };
    expect(refused('--resume', saved({ records: [record, earlier] }))).toMatch(
      /not in their order/,
    );
    const foreign = { ...record, flipRate: { '\u202e': 1 } };
    expect(refused('--resume', saved({ records: [foreign] }))).toMatch(/is of another network/);
    expect(refused('--resume', saved({ records: [{ ...record, epoch: NaN }] }))).toMatch(
      /is not understood/,
    );
  });
});
