/** The options of `npm run export`, read and checked: a checkpoint and what to make of it, or one sentence. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { FrozenWeights } from '../gpu/frozen.ts';
import { EXPORTS, EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { type Resumed, readResumed } from './resumed.ts';
import { ownWeights } from './training.ts';

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly resumed: Resumed;
  readonly weights: FrozenWeights;
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
  const refusal = EXPORTS[format].refusal(checkpoint.run.spec);
  if (refusal !== null) return fail(refusal);
  const allowed = EXPORTS[format].weights;
  const own = ownWeights(checkpoint.mode);
  const usual = allowed.find((id) => id === own) ?? 'binary';
  const weights = allowed.find((id) => id === (values.weights ?? usual));
  if (weights === undefined) {
    return fail(
      `--weights is "${values.weights ?? ''}"; allowed with ${format} is ${allowed.join(' or ')}.`,
    );
  }
  return ok({
    ...{ format, weights, resumed: resumed.value, out: values.out },
    ...{ dataDir: values['data-dir'], split: values.split },
  });
}
