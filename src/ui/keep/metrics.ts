/** The figures of the run at hand as files for other programs. Pure. */
import type { PageState } from '../state/page-state.ts';
import { sharedRun } from '../state/share.ts';
import type { Streams } from '../state/streams.ts';

const KINDS = ['binary', 'real', 'ternary'] as const;
const HEADS = [
  ...['epoch', 'step', 'trainLoss', 'trainError', 'stepsPerSecond'],
  ...['validationLoss', 'validationError', 'testError'].flatMap((figure) =>
    KINDS.map((kind) => `${figure}.${kind}`),
  ),
];

/** A line an epoch that was measured; errors in percent. */
export function metricsCsv({ epochs }: Pick<Streams, 'epochs'>): string {
  const rows = epochs.map((record) => [
    ...[record.epoch, record.step, record.trainLoss, record.trainError, record.stepsPerSecond],
    ...[record.validationLoss, record.validationError, record.testError].flatMap((figures) =>
      KINDS.map((kind) => figures[kind] ?? ''),
    ),
  ]);
  return [HEADS, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

export function metricsJson(state: PageState, streams: Streams): string {
  const { spec, kernels } = sharedRun(state);
  const { epochs, loss, error } = streams;
  const curves = { loss: loss.points(), error: error.points() };
  const { step, applied: changes } = state;
  return `${JSON.stringify({ spec, kernels, changes, step, epochs, curves }, null, 1)}\n`;
}
