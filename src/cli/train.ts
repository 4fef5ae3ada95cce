/** `npm run train`: the same engine and shaders as the page, headless on Dawn. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../experiment/run.ts';
import { parseKernels } from '../experiment/kernels.ts';
import { layerShapes } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { LimitError } from '../gpu/buffers.ts';
import { requestDevice, type Adapter } from '../gpu/device.ts';
import { KernelError } from '../gpu/kernel.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { tune, tuningKey } from '../gpu/tuner.ts';
import type { EpochRecord } from '../session/protocol.ts';
import { Runner } from '../session/runner.ts';
import { loadFromFolder } from './folder-source.ts';
import { nodeGpu } from './node-gpu.ts';
import { profileStep, profileTable } from './profile.ts';
import { progressBar } from './progress-bar.ts';
import { cachedKernels, keepKernels } from './tuning-cache.ts';
import { readTrainOptions, type TrainOptions } from './train-options.ts';

/** Something that went wrong with a sentence for a person and an exit code. */
class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** Where result lines and sentences go. */
interface Output {
  /** One JSON line: to stdout with --json, and to metrics.jsonl with --out. */
  line(record: Readonly<Record<string, unknown>>): void;
  /** For people: stdout without --json, nothing with it. */
  say(text: string): void;
  /** Write what --out asked for. */
  close(): void;
}

function openOutput(options: TrainOptions): Output {
  const lines: string[] = [];
  if (options.out !== null) {
    try {
      mkdirSync(options.out, { recursive: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandError(`--out: the folder "${options.out}" cannot be made (${reason}).`, 2);
    }
  }
  return {
    line(record) {
      const text = JSON.stringify(record);
      lines.push(text);
      if (options.json) process.stdout.write(`${text}\n`);
    },
    say(text) {
      if (!options.json) process.stdout.write(`${text}\n`);
    },
    close() {
      if (options.out === null) return;
      writeFileSync(join(options.out, 'metrics.jsonl'), lines.map((line) => `${line}\n`).join(''));
      writeFileSync(
        join(options.out, 'spec.json'),
        `${JSON.stringify(options.run.spec, null, 2)}\n`,
      );
    },
  };
}

/** Validation error with the weights this mode is evaluated with: signs where deterministic, else w. */
const ownError = (spec: ExperimentSpec, record: EpochRecord): number =>
  spec.mode === 'deterministic' ? record.validationError.binary : record.validationError.real;

const percent = (value: number): string => `${value.toFixed(2)} %`;

function describeEpoch(record: EpochRecord, epochs: number): string {
  const { epoch, trainLoss, validationError: v, testError: t } = record;
  const shown = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
  return [
    `epoch ${shown}/${epochs}`,
    `train loss ${trainLoss.toFixed(4)}`,
    `validation error binary ${percent(v.binary)}, real ${percent(v.real)}`,
    `test error binary ${percent(t.binary)}, real ${percent(t.real)}`,
    `${record.stepsPerSecond.toFixed(1)} steps/s`,
  ].join(' · ');
}

async function openDevice(): Promise<{ device: GPUDevice; adapter: Adapter }> {
  const result = await requestDevice(nodeGpu());
  if (result.ok) return result;
  throw new CommandError(
    'No graphics adapter was found; a Vulkan, Metal or Direct3D 12 driver is needed, or Chromium, which brings a software adapter.',
    1,
  );
}

/** Train to the end of the run, or for `options.steps` steps. */
async function train(trainer: Trainer, options: TrainOptions, output: Output): Promise<void> {
  const { spec } = trainer;
  const bar = progressBar(process.stderr);
  const total = Math.min(options.steps ?? Infinity, spec.epochs * trainer.stepsPerEpoch);
  const records: EpochRecord[] = [];
  let loss = NaN;
  const runner = new Runner(trainer, options.run.changes, {
    onSteps(metrics) {
      const bad = metrics.loss.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new CommandError(
          `The loss is not a finite number since step ${metrics.first + bad}; a smaller learning rate usually helps.`,
          1,
        );
      }
      loss = metrics.loss.at(-1) ?? NaN;
      const done = metrics.first + metrics.count;
      bar.show(done / total, `step ${done}/${total} · loss ${loss.toFixed(4)}`);
    },
    onChange(change: Change) {
      output.line({ type: 'change', ...change });
    },
    onEvaluating(done, of) {
      bar.show(done / of, 'evaluating');
    },
    onEpoch(record) {
      records.push(record);
      bar.clear();
      output.line({ type: 'epoch', ...record });
      output.say(describeEpoch(record, spec.epochs));
    },
  });
  while (!runner.finished && trainer.step < total) {
    await runner.advance(total - trainer.step, () => true);
  }
  // Where the last epoch was whole, its record is made by going on once more.
  if (records.at(-1)?.step !== trainer.step) await runner.evaluateNow();
  bar.clear();
  const last = records.at(-1);
  if (last === undefined) throw new Error('a run without a record');
  // Of equal errors the latest epoch counts.
  const best = records.reduce((a, b) => (ownError(spec, b) <= ownError(spec, a) ? b : a));
  output.line({ type: 'result', last, best });
  const own = spec.mode === 'deterministic' ? 'binary' : 'real';
  output.say(
    `Best validation error with ${own} weights: epoch ${best.epoch}, test error ${percent(best.testError[own])} with ${own} weights.`,
  );
}

/** Kernels measured for this network on this adapter, now or by an earlier run. */
async function tuned(
  device: GPUDevice,
  adapter: Adapter,
  spec: ExperimentSpec,
  dataset: Dataset,
): Promise<string> {
  const shape = { inputs: dataset.inputs, classes: dataset.classNames.length };
  const request = {
    layers: layerShapes(spec, shape),
    B: spec.batch,
    binary: spec.mode !== 'none',
  };
  const key = `${adapter.name}:${tuningKey(request)}`;
  const known = cachedKernels(key);
  if (known !== null && parseKernels(known, request.layers.length).ok) return known;
  const bar = progressBar(process.stderr);
  const tuning = await tune(device, adapter, request, (done, of) => {
    bar.show(done / of, `measuring kernels ${done}/${of}`);
    return true;
  });
  bar.clear();
  if (tuning === null) throw new Error('tuning was given up');
  const problem = keepKernels(key, tuning.kernels);
  if (problem !== null) process.stderr.write(`The tuning was not kept for next time: ${problem}\n`);
  return tuning.kernels;
}

async function profileRun(trainer: Trainer, output: Output): Promise<void> {
  const bar = progressBar(process.stderr);
  const times = await profileStep(trainer, (done, of) => {
    bar.show(done / of, `timing step ${done}/${of}`);
  });
  bar.clear();
  if (times === null) {
    throw new CommandError('This adapter has no timestamp queries: kernels cannot be timed.', 1);
  }
  for (const time of times) output.line({ type: 'profile', ...time });
  output.say(profileTable(times));
}

async function run(options: TrainOptions): Promise<void> {
  const { spec, kernels } = options.run;
  const output = openOutput(options);
  const data = await loadFromFolder(spec.data, options.dataDir);
  if (!data.ok) throw new CommandError(data.error, 2);
  const { device, adapter } = await openDevice();
  const problem: { first: string | null } = { first: null };
  device.addEventListener('uncapturederror', ({ error }) => {
    problem.first ??= error.message;
  });
  const layers = spec.network.hidden.length + 1;
  const chosen = options.tune ? await tuned(device, adapter, spec, data.value) : kernels;
  const profile = profileFor(adapter, chosen, layers);
  const trainer = await Trainer.create(device, profile, spec, data.value);
  output.line({
    type: 'start',
    spec,
    adapter: { name: adapter.name, software: adapter.software, kernels: profile.kernels },
  });
  output.say(
    `${data.value.title} · ${trainer.layers.map(({ I }) => I).join('-')}-${trainer.dataShape.classes} · ${spec.mode} · seed ${spec.seed} · ${adapter.name}`,
  );
  try {
    if (options.profile) await profileRun(trainer, output);
    else await train(trainer, options, output);
    output.close();
  } finally {
    trainer.destroy();
    device.destroy();
  }
  if (problem.first !== null) throw new CommandError(`The device reported: ${problem.first}`, 1);
}

export async function main(argv: string[]): Promise<number> {
  const options = readTrainOptions(argv);
  if (!options.ok) {
    process.stderr.write(`${options.error}\n`);
    return 2;
  }
  try {
    await run(options.value);
    return 0;
  } catch (error) {
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      return error.code;
    }
    if (
      error instanceof LimitError ||
      error instanceof KernelError ||
      error instanceof RangeError
    ) {
      process.stderr.write(`${error.message}\n`);
      return error instanceof RangeError ? 2 : 1;
    }
    throw error;
  }
}
