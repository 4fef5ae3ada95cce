/** The options of `npm run export`, read and checked: a checkpoint and what to make of it, or one sentence. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { FrozenWeights } from '../gpu/frozen.ts';
import { EXPORTS, EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { type Resumed, readResumed } from './resumed.ts';
import { ownWeights } from './training.ts';

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly resumed: Resumed;
  /** Null where the format is made of the run itself. */
  readonly weights: FrozenWeights | null;
  readonly out: string;
  readonly dataDir: string | undefined;
  readonly split: string | undefined;
}

const USAGE = `npm run export -- ${EXPORT_FORMATS.join('|')} --checkpoint FILE --out FILE [--weights binary|real] [--data-dir DIR] [--split N,N,N]`;

const OPTIONS = {
  checkpoint: { type: 'string' },
  out: { type: 'string' },
  weights: { type: 'string' },
  'data-dir': { type: 'string' },
  split: { type: 'string' },
} as const;

/** The weights asked for, or those that the run's mode is tested with where the format holds them. */
function weightsFor(
  format: ExportFormat,
  { mode }: Checkpoint,
  asked: string | undefined,
): Result<FrozenWeights | null> {
  const made = EXPORTS[format];
  if (made.of === 'run') {
    return asked === undefined
      ? ok(null)
      : fail(`--weights is "${asked}"; ${format} is made of the run itself, and takes none.`);
  }
  const own = ownWeights(mode);
  const usual = made.weights.find((id) => id === own) ?? 'binary';
  const weights = made.weights.find((id) => id === (asked ?? usual));
  return weights === undefined
    ? fail(`--weights is "${asked ?? ''}"; allowed with ${format} is ${made.weights.join(' or ')}.`)
    : ok(weights);
}

function refusalOf(
  format: ExportFormat,
  spec: ExperimentSpec,
  weights: FrozenWeights | null,
): string | null {
  const made = EXPORTS[format];
  return made.of === 'run' ? made.refusal(spec) : made.refusal(spec, weights ?? 'binary');
}

/** Read the command line. The error is one sentence for stderr. */
export function readExportOptions(argv: readonly string[]): Result<ExportOptions> {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : '';
    return fail(`${reason}; allowed is: ${USAGE}`);
  }
  const { values, positionals } = parsed;
  const [named, ...more] = positionals;
  const format = EXPORT_FORMATS.find((id) => id === named);
  if (format === undefined || more.length > 0) {
    const what = named === undefined ? 'no format' : `"${positionals.join(' ')}"`;
    return fail(`The export is ${what}; allowed is one of ${EXPORT_FORMATS.join(', ')}: ${USAGE}`);
  }
  if (values.checkpoint === undefined || values.out === undefined) {
    return fail(`An export needs --checkpoint and --out: ${USAGE}`);
  }
  const resumed = readResumed(values.checkpoint);
  if (!resumed.ok) return fail(`--checkpoint: ${resumed.error}`);
  const { checkpoint } = resumed.value;
  const weights = weightsFor(format, checkpoint, values.weights);
  if (!weights.ok) return weights;
  const refusal = refusalOf(format, checkpoint.run.spec, weights.value);
  if (refusal !== null) return fail(refusal);
  return ok({
    ...{ format, weights: weights.value, resumed: resumed.value, out: values.out },
    ...{ dataDir: values['data-dir'], split: values.split },
  });
}
