/** What `npm run train` says and keeps. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../experiment/at.ts';
import { encodeLink } from '../experiment/link.ts';
import type { Run } from '../experiment/run.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { StepMetrics } from '../gpu/metrics.ts';
import { recordsBefore, rowsBefore } from './resumed-output.ts';
import type { Resumed } from './resumed.ts';
import type { TrainOptions } from './train-options.ts';

/** Something that went wrong with a sentence for a person and an exit code. */
export class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** Where result lines and sentences go. */
export interface Output {
  /** One JSON line: to stdout with --json, and to metrics.jsonl with --out, as soon as it is known. */
  line(record: Readonly<Record<string, unknown>>): void;
  /** For people: stdout without --json, nothing with it. */
  say(text: string): void;
}

/** Opens what --out asks for: metrics.jsonl, to which lines are added; nothing is lost where a run breaks off. */
export function openOutput({ out, json, resume }: TrainOptions): Output {
  const metrics = out === null ? null : join(out, 'metrics.jsonl');
  if (out !== null && metrics !== null) {
    try {
      mkdirSync(out, { recursive: true });
      writeFileSync(metrics, resume === null ? '' : recordsBefore(metrics, resume));
    } catch (error) {
      throw new CommandError(`--out: "${out}" cannot be written to (${reasonOf(error)}).`, 2);
    }
  }
  return {
    line(record) {
      const text = `${JSON.stringify(record)}\n`;
      if (json) process.stdout.write(text);
      if (metrics !== null) appendFileSync(metrics, text);
    },
    say(text) {
      if (!json) process.stdout.write(`${text}\n`);
    },
  };
}

/** What makes a run again: its spec (--config) and its link (--link), kernels and changes included. */
export function keepRun(out: string, run: Run): void {
  writeFileSync(join(out, 'spec.json'), `${JSON.stringify(run.spec, null, 2)}\n`);
  writeFileSync(join(out, 'link.txt'), `${encodeLink(run)}\n`);
}

/**
 * Opens steps.csv, a row a training step: loss, share of the minibatch misclassified in percent, and of
 * each layer the share of weights whose stored sign changed and of sampled weights that differ from
 * those of the step before (0 unless stochastic). A run that goes on keeps the rows of the steps before.
 */
export function stepsFile(
  out: string,
  { layers, spec }: { readonly layers: readonly LayerShape[]; readonly spec: ExperimentSpec },
  resume: Resumed | null,
): (metrics: StepMetrics) => void {
  const file = join(out, 'steps.csv');
  const columns = (kind: string) => layers.map(({ name }) => `${kind} ${name}`);
  const header = ['step', 'loss', 'error', ...columns('sign flips'), ...columns('sample flips')];
  const before = resume === null ? '' : rowsBefore(file, resume);
  writeFileSync(file, `${header.join(',')}\n${before}`);
  return ({ first, count, loss, mistakes, signFlips, sampleFlips }) => {
    const rows = Array.from({ length: count }, (_, k) => {
      const rates = (flips: Uint32Array) =>
        layers.map(({ I, O }, l) => at(flips, k * layers.length + l) / (I * O));
      return [
        ...[first + k, at(loss, k), (100 * at(mistakes, k)) / spec.batch],
        ...[...rates(signFlips), ...rates(sampleFlips)],
      ];
    });
    appendFileSync(file, rows.map((row) => `${row.join(',')}\n`).join(''));
  };
}

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
