/** `npm run train`: the same engine and shaders as the page, headless on Dawn. */
import { shapeOf } from '../experiment/datasets.ts';
import { networkText } from '../experiment/link-values.ts';
import { parseKernels } from '../experiment/kernels.ts';
import type { Result } from '../experiment/result.ts';
import { weightLayers } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Adapter } from '../gpu/device.ts';
import { profileFor, type Profile } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { tune, tuneRequest, tuningKey } from '../gpu/tuner.ts';
import type { EpochRecord, QuantisedRecord, WeightErrors } from '../session/protocol.ts';
import { checkFolderOf, keepIn } from './checkpoints.ts';
import { loadFromFolder } from './folder-source.ts';
import { lastMeasures } from './last-measures.ts';
import { profileStep, profileTable } from './profile.ts';
import { progressBar } from './progress-bar.ts';
import { cachedKernels, keepKernels } from './tuning-cache.ts';
import { CommandError, keepRun, openOutput, stepsFile, type Output } from './train-output.ts';
import {
  bestOf,
  exitCode,
  type TrainingEvents,
  trainToStep,
  UNKEPT,
  weightsOf,
  withDevice,
} from './training.ts';
import { readTrainOptions, type TrainOptions } from './train-options.ts';

const percent = (value: number): string => `${value.toFixed(2)} %`;

function describeEpoch(record: EpochRecord, epochs: number): string {
  const { epoch, trainLoss, validationError: v, testError: t } = record;
  const shown = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
  const errorsOf = ({ binary, real, ternary }: WeightErrors) =>
    [
      `binary ${percent(binary)}, real ${percent(real)}`,
      ...(ternary === undefined ? [] : [`ternary ${percent(ternary)}`]),
    ].join(', ');
  return [
    `epoch ${shown}/${epochs}`,
    `train loss ${trainLoss.toFixed(4)}`,
    `validation error ${errorsOf(v)}`,
    `test error ${errorsOf(t)}`,
    `${record.stepsPerSecond.toFixed(1)} steps/s`,
  ].join(' · ');
}

function describeQuantised({ epoch, testError, steps }: QuantisedRecord): string {
  const deltas = Object.entries(steps).map(
    ([name, { delta }]) => `${name} ${delta.toPrecision(3)}`,
  );
  return `quantised after epoch ${epoch} · Delta ${deltas.join(', ')} · test error real ${percent(testError.real)}, ternary before retraining ${percent(testError.ternary)}`;
}

/** Train to the end of the run, or for `options.steps` steps. */
async function train(trainer: Trainer, options: TrainOptions, output: Output): Promise<void> {
  const { spec } = trainer;
  const bar = progressBar(process.stderr);
  const total = Math.min(options.steps ?? Infinity, spec.epochs * trainer.stepsPerEpoch);
  const keepSteps = options.out === null ? null : stepsFile(options.out, trainer, options.resume);
  const { run, save, resume } = options;
  const from = resume?.progress ?? null;
  const keeping = save === null ? { ...UNKEPT, from } : keepIn(save, trainer, from);
  const events: TrainingEvents = {
    onSteps(metrics) {
      const done = metrics.first + metrics.count;
      const loss = metrics.loss.at(-1) ?? NaN;
      bar.show(done / total, `step ${done}/${total} · loss ${loss.toFixed(4)}`);
      keepSteps?.(metrics);
    },
    onChange(change) {
      output.line({ type: 'change', ...change });
    },
    onEvaluating(done, of) {
      bar.show(done / of, 'evaluating');
    },
    onEpoch(record) {
      bar.clear();
      output.line({ type: 'epoch', ...record });
      output.say(describeEpoch(record, spec.epochs));
    },
    onQuantising(done, of) {
      bar.show(done / of, 'quantising');
    },
    onQuantised(record) {
      bar.clear();
      output.line({ type: 'quantised', ...record });
      output.say(describeQuantised(record));
    },
  };
  const records = await trainToStep(trainer, run.changes, total, events, keeping);
  bar.clear();
  const last = records.at(-1);
  if (last === undefined) throw new Error('a run without a record');
  const more = await lastMeasures(trainer, options.ensemble, (text) => {
    output.say(text);
  });
  const own = weightsOf(trainer);
  const best = bestOf(records, own);
  // The weights of earlier epochs are gone: only the last one's can be measured now.
  const withMore = (record: EpochRecord) =>
    record !== last
      ? record
      : {
          ...record,
          validationError: { ...record.validationError, ...more.validation },
          testError: { ...record.testError, ...more.test },
        };
  output.line({ type: 'result', last: withMore(last), best: withMore(best) });
  output.say(
    `Best validation error with ${own} weights: epoch ${best.epoch}, test error ${percent(best.testError[own] ?? NaN)} with ${own} weights.`,
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
  if (options.save !== null) checkFolderOf(options.save);
  const output = openOutput(options);
  const data = await loadData(options);
  if (!data.ok) throw new CommandError(data.error, 2);
  await withDevice(async (device, adapter) => {
    const profile = await chooseProfile(options, device, adapter);
    const trainer = await Trainer.create(device, profile, spec, data.value);
    if (options.out !== null) keepRun(options.out, { spec, changes, kernels: profile.kernels });
    const { resume } = options;
    try {
      if (resume !== null) await trainer.load(resume.checkpoint);
    } catch (error) {
      trainer.destroy();
      throw error;
    }
    output.line({
      type: 'start',
      spec,
      // Of a run that goes on, the steps it has done.
      ...(resume === null ? {} : { step: resume.checkpoint.step }),
      adapter: { name: adapter.name, software: adapter.software, kernels: profile.kernels },
      ...(data.value.note === null ? {} : { note: data.value.note }),
    });
    output.say(
      `${data.value.title} · ${networkText(spec)} · ${spec.mode} · seed ${spec.seed} · ${adapter.name}`,
    );
    if (data.value.note !== null) output.say(data.value.note);
    if (resume !== null) output.say(`Goes on from step ${resume.checkpoint.step}.`);
    try {
      if (options.profile) await profileRun(trainer, output);
      else await train(trainer, options, output);
    } finally {
      trainer.destroy();
    }
  });
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
  return exitCode(() => run(options.value));
}
