/** Results of a comparison: kept in a file as they come, and put together as a table. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { EnsembleSize } from '../experiment/ensemble.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { CommandError, reasonOf } from './train-output.ts';

const Errors = v.object({
  binary: v.number(),
  real: v.number(),
  /** Where the net was retrained so. */
  ternary: v.optional(v.number()),
});
const QuantisedErrors = v.object({ ternary: v.number(), real: v.number() });
const LastErrors = v.object({
  ...Errors.entries,
  /** Of a net with DropConnect, its units drawn by their moments. */
  moments: v.optional(v.number()),
  /** Of the mean of the outputs of so many sampled nets. */
  ensemble: v.optional(v.record(v.string(), v.number())),
});
const ResultSchema = v.object({
  type: v.literal('compare'),
  method: v.string(),
  seed: v.number(),
  /** Of lowest validation error with the method's own weights; of equal ones the latest. */
  epoch: v.number(),
  /** Its errors, in percent. */
  testError: Errors,
  validationError: Errors,
  trainLoss: v.number(),
  /** After the last epoch. */
  last: v.object({ epoch: v.number(), testError: LastErrors, trainLoss: v.number() }),
  /** Before retraining: the net so quantised, and the real one it was made of. */
  before: v.optional(
    v.object({
      epoch: v.number(),
      testError: QuantisedErrors,
      validationError: QuantisedErrors,
    }),
  ),
  /** The weights it is tested with. */
  tested: v.picklist(['binary', 'real', 'ternary']),
  /** Mean share of signs that change in a step of the last epoch, by layer. */
  flipRate: v.record(v.string(), v.number()),
  /** A weight's, when training is over. */
  bits: v.number(),
  /** Of the matrix products, per example. */
  multiplications: v.object({ training: v.number(), test: v.number() }),
  stepsPerSecond: v.number(),
  /** Published for exactly this experiment; in percent. */
  published: v.nullable(v.number()),
  adapter: v.string(),
  kernels: v.string(),
  spec: v.unknown(),
});
export type CompareResult = v.InferOutput<typeof ResultSchema>;

/** A folder of results: results.jsonl, a line each, which a later call goes on from; and results.csv. */
export class Results {
  readonly #folder: string;
  readonly #all: CompareResult[] = [];

  /** Reads what the folder holds already. A line that breaks off (a full disk, a power cut) counts as not there. */
  constructor(folder: string) {
    this.#folder = folder;
    let text: string;
    try {
      mkdirSync(folder, { recursive: true });
      appendFileSync(this.file, '');
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      throw new CommandError(`--out: "${folder}" cannot be written to (${reasonOf(error)}).`, 2);
    }
    const lines = text.split('\n').filter((line) => line !== '');
    for (const [k, line] of lines.entries()) {
      const result = readResult(line);
      if (result !== null) this.#all.push(result);
      else if (k < lines.length - 1) {
        throw new CommandError(
          `--out: line ${k + 1} of "${this.file}" is no result of a comparison; allowed is a folder that this command made, or a new one.`,
          2,
        );
      }
    }
    // What broke off would run into the next line.
    if (text !== '' && !text.endsWith('\n')) {
      writeFileSync(this.file, this.#all.map((result) => `${JSON.stringify(result)}\n`).join(''));
    }
  }

  get file(): string {
    return join(this.#folder, 'results.jsonl');
  }

  /** The result of a method's run of `spec`, with an ensemble of that size where one is asked for, or undefined. */
  find(
    method: string,
    spec: ExperimentSpec,
    ensemble: EnsembleSize | null = null,
  ): CompareResult | undefined {
    const wanted = JSON.stringify(spec);
    return this.#all.find(
      (result) =>
        result.method === method &&
        JSON.stringify(result.spec) === wanted &&
        (ensemble === null || result.last.testError.ensemble?.[ensemble] !== undefined),
    );
  }

  add(result: CompareResult): void {
    this.#all.push(result);
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }

  /** Write the results given as results.csv. */
  writeCsv(results: readonly CompareResult[]): void {
    writeFileSync(join(this.#folder, 'results.csv'), csvOf(results));
  }
}

function readResult(line: string): CompareResult | null {
  try {
    const parsed = v.safeParse(ResultSchema, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** A line a run; columns as in the JSON, flips as the mean over layers. */
export function csvOf(results: readonly CompareResult[]): string {
  const header = [
    ...['method', 'seed', 'epoch', 'tested', 'testErrorBinary', 'testErrorReal'],
    ...['validationErrorBinary', 'validationErrorReal', 'trainLoss'],
    ...['lastTestErrorBinary', 'lastTestErrorReal', 'lastTrainLoss', 'flipRate'],
    ...['bits', 'trainingMultiplications', 'testMultiplications', 'stepsPerSecond'],
    ...['testErrorTernary', 'beforeTestErrorReal', 'beforeTestErrorTernary'],
  ];
  const rows = results.map((r) => [
    ...[r.method, r.seed, r.epoch, r.tested, r.testError.binary, r.testError.real],
    ...[r.validationError.binary, r.validationError.real, r.trainLoss],
    ...[r.last.testError.binary, r.last.testError.real, r.last.trainLoss, meanFlips(r)],
    ...[r.bits, r.multiplications.training, r.multiplications.test, r.stepsPerSecond],
    // Empty where there was no retraining.
    ...[r.testError.ternary, r.before?.testError.real, r.before?.testError.ternary],
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample: divided by one less than there are; 0 for a single one. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1),
  );
}

const meanFlips = ({ flipRate }: CompareResult): number => mean(Object.values(flipRate));

const withDeviation = (values: readonly number[]): string =>
  values.length === 1
    ? mean(values).toFixed(2)
    : `${mean(values).toFixed(2)} ± ${deviation(values).toFixed(2)}`;

const counted = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(2)}M`
    : value >= 1e3
      ? `${(value / 1e3).toFixed(1)}k`
      : String(value);

interface LastColumn {
  readonly name: string;
  readonly of: (result: CompareResult) => number | undefined;
}

/** What some of the runs were measured by once more at their end. */
function lastColumns(results: readonly CompareResult[]): LastColumn[] {
  const errors = results.map(({ last }) => last.testError);
  const sizes = new Set(errors.flatMap(({ ensemble }) => Object.keys(ensemble ?? {})));
  const byMoments: LastColumn = {
    name: 'last, by moments %',
    of: ({ last }) => last.testError.moments,
  };
  const before: LastColumn[] = [
    { name: 'before retraining, real %', of: (result) => result.before?.testError.real },
    { name: 'ternary %', of: (result) => result.before?.testError.ternary },
  ];
  return [
    ...(results.some((result) => result.before !== undefined) ? before : []),
    ...(errors.some(({ moments }) => moments !== undefined) ? [byMoments] : []),
    ...[...sizes].map((size): LastColumn => ({
      name: `last, ensemble(${size}) %`,
      of: ({ last }) => last.testError.ensemble?.[size],
    })),
  ];
}

/** A row a method, as the paper's tables: mean ± standard deviation over the seeds that are done. */
export function tableOf(
  titles: ReadonlyMap<string, string>,
  results: readonly CompareResult[],
): string {
  const more = lastColumns(results);
  const header = [
    ...['method', 'seeds', 'test error %', 'with', 'other weights %', 'train loss'],
    ...['flips a step', 'bits', 'mult. training', 'mult. test', 'steps/s', 'published %'],
    ...more.map(({ name }) => name),
  ];
  const rows = [...titles].flatMap(([method, title]) => {
    const own = results.filter((result) => result.method === method);
    const first = own[0];
    if (first === undefined) return [];
    const other = first.tested === 'real' ? 'binary' : 'real';
    return [
      [
        title,
        own.map(({ seed }) => seed).join(' '),
        withDeviation(own.map(({ testError, tested }) => testError[tested] ?? NaN)),
        first.tested,
        withDeviation(own.map(({ testError }) => testError[other])),
        mean(own.map(({ trainLoss }) => trainLoss)).toFixed(4),
        mean(own.map(meanFlips)).toExponential(1),
        String(first.bits),
        counted(first.multiplications.training),
        counted(first.multiplications.test),
        mean(own.map(({ stepsPerSecond }) => stepsPerSecond)).toFixed(1),
        first.published === null ? '' : first.published.toFixed(2),
        ...more.map(({ of }) => {
          const values = own.flatMap((result) => of(result) ?? []);
          return values.length === 0 ? '' : withDeviation(values);
        }),
      ],
    ];
  });
  const widths = header.map((name, k) =>
    Math.max(name.length, ...rows.map((row) => row[k]?.length ?? 0)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, k) => cell.padEnd(widths[k] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
