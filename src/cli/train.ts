/** `npm run train`: the same engine and shaders as the page, headless on Dawn. */
import { shapeOf } from '../experiment/datasets.ts';
import { networkText } from '../experiment/link-values.ts';
import type { Change } from '../experiment/run.ts';
import { parseKernels } from '../experiment/kernels.ts';
import type { Result } from '../experiment/result.ts';
import { weightLayers } from '../experiment/shapes.ts';
import type { ExperimentSpec, Mode } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { LimitError } from '../gpu/buffers.ts';
import { requestDevice, type Adapter } from '../gpu/device.ts';
import { KernelError } from '../gpu/kernel.ts';
import { profileFor, type Profile } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { tune, tuneRequest, tuningKey } from '../gpu/tuner.ts';
import type { EpochRecord } from '../session/protocol.ts';
import { Runner } from '../session/runner.ts';
import { loadFromFolder } from './folder-source.ts';
import { nodeGpu } from './node-gpu.ts';
import { profileStep, profileTable } from './profile.ts';
import { progressBar } from './progress-bar.ts';
import { cachedKernels, keepKernels } from './tuning-cache.ts';
import { CommandError, keepRun, openOutput, type Output } from './train-output.ts';
import { readTrainOptions, type TrainOptions } from './train-options.ts';

/** The weights a mode is evaluated with: signs where deterministic, else w. */
const ownWeights = (mode: Mode): 'binary' | 'real' =>
  mode === 'deterministic' ? 'binary' : 'real';

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
    `${result.message} Needed is a Vulkan, Metal or Direct3D 12 driver, or Chromium, which brings a software adapter.`,
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
    // Nobody changes anything on the way here: what is replayed was allowed.
    onRefused: () => undefined,
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
  const own = ownWeights(trainer.mode);
  // Of equal errors the latest epoch counts.
  const best = records.reduce((a, b) => (b.validationError[own] <= a.validationError[own] ? b : a));
  output.line({ type: 'result', last, best });
  output.say(
    `Best validation error with ${own} weights: epoch ${best.epoch}, test error ${percent(best.testError[own])} with ${own} weights.`,
  );
}

/** Kernels measured for this network on this adapter, now or by an earlier run. */
async function tuned(device: GPUDevice, adapter: Adapter, spec: ExperimentSpec): Promise<string> {
  const request = tuneRequest(spec, shapeOf(spec.data));
  const key = tuningKey(adapter, request);
  const known = cachedKernels(key);
  if (known !== null && parseKernels(known, request.layers.length).ok) return known;
  const bar = progressBar(process.stderr);
  const tuning = await tune(device, adapter, request, (done, of) => {
    bar.show(done / of, `measuring kernels ${done}/${of}`);
    return true;
  });
  bar.clear();
  if (tuning === null) {
    throw new CommandError(
      'The adapter has too little free memory to measure kernels; without --tune it trains with the defaults.',
      1,
    );
  }
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

async function loadData({ run: { spec }, dataDir, split }: TrainOptions): Promise<Result<Dataset>> {
  const bar = progressBar(process.stderr);
  const data = await loadFromFolder(spec, dataDir, {
    ...(split === undefined ? {} : { split }),
    onProgress({ file, loaded, total, preparing }) {
      bar.show(loaded / total, preparing ? `preparing: ${file}` : `reading ${file}`);
    },
  });
  bar.clear();
  return data;
}

async function run(options: TrainOptions): Promise<void> {
  const { spec, changes } = options.run;
  const output = openOutput(options);
  const data = await loadData(options);
  if (!data.ok) throw new CommandError(data.error, 2);
  const { device, adapter } = await openDevice();
  // The first thing the device reports is the reason of all that follows.
  const problem: { first: string | null } = { first: null };
  device.addEventListener('uncapturederror', ({ error }) => {
    problem.first ??= `The graphics device reported: ${error.message}`;
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') problem.first ??= `The graphics device was lost: ${message}`;
  });
  try {
    const profile = await chooseProfile(options, device, adapter);
    const trainer = await Trainer.create(device, profile, spec, data.value);
    if (options.out !== null) keepRun(options.out, { spec, changes, kernels: profile.kernels });
    output.line({
      type: 'start',
      spec,
      adapter: { name: adapter.name, software: adapter.software, kernels: profile.kernels },
      ...(data.value.note === null ? {} : { note: data.value.note }),
    });
    output.say(
      `${data.value.title} · ${networkText(spec)} · ${spec.mode} · seed ${spec.seed} · ${adapter.name}`,
    );
    if (data.value.note !== null) output.say(data.value.note);
    try {
      if (options.profile) await profileRun(trainer, output);
      else await train(trainer, options, output);
    } finally {
      trainer.destroy();
    }
  } catch (error) {
    throw problem.first === null ? error : new CommandError(problem.first, 1);
  } finally {
    device.destroy();
  }
  if (problem.first !== null) throw new CommandError(problem.first, 1);
}

/** The kernels asked for, or measured ones with --tune. What this adapter cannot run is refused. */
async function chooseProfile(
  options: TrainOptions,
  device: GPUDevice,
  adapter: Adapter,
): Promise<Profile> {
  const { spec, kernels } = options.run;
  const layers = weightLayers(spec);
  const chosen = options.tune ? await tuned(device, adapter, spec) : kernels;
  const profile = profileFor(adapter, chosen, layers);
  if (chosen !== 'auto' && profile.kernels !== chosen) {
    throw new CommandError(
      `The run asks for the kernels "${chosen}", which need subgroups of four lanes; ${adapter.name} has none, and --kernels auto fits it.`,
      2,
    );
  }
  return profile;
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
