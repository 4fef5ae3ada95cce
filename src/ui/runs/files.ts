/** Kept runs as files for other programs. Pure. */
import { lastSpec, ownError, type KeptRun } from './kept-run.ts';

/** A field of CSV: quoted where it must be, and never one that a spreadsheet takes for a formula. */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value.replace(/^([=+\-@\t\r])/, "'$1");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const COLUMNS = [
  ...['name', 'note', 'made', 'data', 'mode', 'seed', 'step', 'epochs', 'weights'],
  ...['testError', 'testErrorBinary', 'testErrorReal', 'validationError', 'trainLoss'],
  ...['flips', 'stepsPerSecond', 'adapter', 'link'],
];

/** A line a run, errors in percent after its last epoch. */
export function csvOf(runs: readonly KeptRun[]): string {
  const rows = runs.map((kept) => {
    const { run, epochs, weights } = kept;
    const last = epochs.at(-1);
    return [
      ...[kept.name, kept.note, new Date(kept.made).toISOString(), kept.data],
      ...[lastSpec(run).mode, run.spec.seed, kept.step, last?.epoch ?? 0, weights],
      last === undefined ? '' : ownError(last.testError, weights),
      ...[last?.testError.binary ?? '', last?.testError.real ?? ''],
      last === undefined ? '' : ownError(last.validationError, weights),
      ...[last?.trainLoss ?? '', kept.flips, kept.stepsPerSecond, kept.adapter, kept.link],
    ];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Everything that is kept: spec, curves and epochs. */
export const jsonOf = (runs: readonly KeptRun[]): string =>
  `${JSON.stringify(
    runs.map(({ run, ...kept }) => ({
      ...kept,
      ...{ weights: undefined, spec: run.spec, changes: run.changes },
    })),
    null,
    1,
  )}\n`;
