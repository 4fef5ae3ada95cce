/**
 * `npm run compare`: methods side by side on one experiment, each with the same seeds and so the same
 * order of examples. Ends in a table like the paper's.
 */
import { runOf } from '../experiment/run.ts';
import type { EnsembleSize } from '../experiment/ensemble.ts';
import { factsOf } from '../experiment/facts.ts';
import type { Method } from '../experiment/methods.ts';
import { publishedFor } from '../experiment/recipes.ts';
import { weightLayers } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Adapter } from '../gpu/device.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import type { EpochRecord, QuantisedRecord } from '../session/protocol.ts';
import { type CompareOptions, readCompareOptions } from './compare-options.ts';
import { type CompareResult, Results, tableOf } from './compare-results.ts';
import { loadFromFolder } from './folder-source.ts';
import { lastMeasures } from './last-measures.ts';
import { progressBar } from './progress-bar.ts';
import { CommandError } from './train-output.ts';
import { bestOf, exitCode, trainToStep, withDevice } from './training.ts';

/** A method's run with one seed. */
interface Job {
  readonly method: Method;
  readonly spec: ExperimentSpec;
}

/** Seeds first: after the first round every method has a result. */
const jobsOf = ({ base, methods, seeds }: CompareOptions): Job[] =>
  seeds.flatMap((seed) =>
    methods.map((method) => ({ method, spec: method.apply({ ...base, seed }) })),
  );

const errorsOf = (errors: EpochRecord['testError']) => ({ ...errors });

/** How good the quantised net was before retraining, beside its real net. */
const beforeOf = ({ epoch, testError, validationError }: QuantisedRecord) => ({
  epoch,
  testError: { ...testError },
  validationError: { ...validationError },
});

async function runJob(
  device: GPUDevice,
  adapter: Adapter,
  { method, spec }: Job,
  dataset: Dataset,
  ensemble: EnsembleSize | null,
  progress: (share: number, text: string) => void,
): Promise<CompareResult> {
  const run = runOf(spec);
  const profile = profileFor(adapter, run.kernels, weightLayers(spec));
  const trainer = await Trainer.create(device, profile, spec, dataset);
  try {
    const total = spec.epochs * trainer.stepsPerEpoch;
    const quantised: QuantisedRecord[] = [];
    const records = await trainToStep(trainer, run.changes, total, {
      onSteps({ first, count, loss }) {
        const done = first + count;
        progress(done / total, `step ${done}/${total} · loss ${(loss.at(-1) ?? NaN).toFixed(4)}`);
      },
      onEvaluating() {
        progress(trainer.step / total, 'evaluating');
      },
      onChange: () => undefined,
      onEpoch: () => undefined,
      onQuantising() {
        progress(trainer.step / total, 'quantising');
      },
      onQuantised: (record) => quantised.push(record),
    });
    const more = await lastMeasures(trainer, ensemble, () => undefined);
    const { tested, bits, multiplications } = factsOf(spec, trainer.layers);
    const chosen = bestOf(records, tested);
    const last = records.at(-1) ?? chosen;
    const seconds = records.reduce((sum, { stepsPerSecond }) => sum + 1 / stepsPerSecond, 0);
    const published = publishedFor(spec).find(({ weights }) => weights === tested);
    return {
      type: 'compare',
      method: method.id,
      seed: spec.seed,
      epoch: chosen.epoch,
      testError: errorsOf(chosen.testError),
      validationError: errorsOf(chosen.validationError),
      trainLoss: chosen.trainLoss,
      last: {
        epoch: last.epoch,
        testError: { ...errorsOf(last.testError), ...more.test },
        trainLoss: last.trainLoss,
      },
      ...(quantised[0] === undefined ? {} : { before: beforeOf(quantised[0]) }),
      tested,
      flipRate: last.flipRate,
      bits,
      multiplications,
      stepsPerSecond: records.length / seconds,
      published: published?.testError ?? null,
      adapter: adapter.name,
      kernels: profile.kernels,
      spec,
    };
  } finally {
    trainer.destroy();
  }
}

/** Seconds as a person says them: 40 s, 12 min, 3.5 h. */
function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

async function loadData({ base, dataDir }: CompareOptions): Promise<Dataset> {
  const bar = progressBar(process.stderr);
  const data = await loadFromFolder(base, dataDir, {
    onProgress({ file, loaded, total, preparing }) {
      bar.show(loaded / total, preparing ? `preparing: ${file}` : `reading ${file}`);
    },
  });
  bar.clear();
  if (!data.ok) throw new CommandError(data.error, 2);
  return data.value;
}

async function compare(options: CompareOptions): Promise<void> {
  const results = new Results(options.out);
  const jobs = jobsOf(options);
  const say = (text: string) => {
    if (!options.json) process.stdout.write(`${text}\n`);
  };
  const kept = ({ method, spec }: Job) => results.find(method.id, spec, options.ensemble);
  const known = () => jobs.flatMap((job) => kept(job) ?? []);
  const finish = () => {
    results.writeCsv(known());
    const titles = new Map(options.methods.map(({ id, title }) => [id, title]));
    if (known().length > 0) say(tableOf(titles, known()));
  };
  const emit = (result: CompareResult) => {
    if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  };

  for (const result of known()) emit(result);
  const open = jobs.filter((job) => kept(job) === undefined);
  if (open.length < jobs.length) {
    say(`${jobs.length - open.length} of ${jobs.length} runs are in ${results.file} already.`);
  }
  // What is done is in the file: leaving at once loses the run at hand only.
  const interrupt = () => {
    finish();
    process.stderr.write(
      `\nStopped: ${known().length} of ${jobs.length} runs are kept in ${results.file}; the same command goes on from there.\n`,
    );
    process.exit(130);
  };
  process.once('SIGINT', interrupt);
  try {
    if (open.length > 0) {
      const dataset = await loadData(options);
      say(`${dataset.title} · ${options.recipe} · ${options.base.epochs} epochs`);
      await withDevice(async (device, adapter) => {
        const bar = progressBar(process.stderr);
        const begun = performance.now();
        for (const [k, job] of open.entries()) {
          const name = `${job.method.id}, seed ${job.spec.seed}`;
          const result = await runJob(
            device,
            adapter,
            job,
            dataset,
            options.ensemble,
            (share, text) => {
              const done = (k + share) / open.length;
              const left = ((performance.now() - begun) / 1000 / done) * (1 - done);
              const time = done > 0.002 ? ` · ${timeText(left)} left` : '';
              bar.show(done, `run ${k + 1}/${open.length}: ${name} · ${text}${time}`);
            },
          );
          bar.clear();
          results.add(result);
          emit(result);
          const { tested, testError, epoch } = result;
          say(
            `${name}: test error ${(testError[tested] ?? NaN).toFixed(2)} % (${tested}, epoch ${epoch})`,
          );
        }
      });
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
  finish();
  say(
    `Test error at the epoch of lowest validation error, with each method's own weights. Kept in ${results.file} and results.csv.`,
  );
}

export async function main(argv: string[]): Promise<number> {
  const options = readCompareOptions(argv);
  if (!options.ok) {
    process.stderr.write(`${options.error}\n`);
    return 2;
  }
  return exitCode(() => compare(options.value));
}
