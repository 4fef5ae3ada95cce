/** In what two runs differ, and what came of each. Pure. */
import type { Run } from '../../experiment/run.ts';
import { figures } from '../../experiment/digits.ts';
import { flipsText, percent, whole } from '../common/format.ts';
import { changeText } from '../text.ts';
import { fieldsOf } from './fields.ts';
import { bestEpoch, type KeptEpoch, type KeptRun, ownError, type Weights } from './kept-run.ts';
import { WEIGHTS_SAID } from './text.ts';

export interface Difference {
  readonly field: string;
  /** In words; a dash where a run lacks the field. */
  readonly here: string;
  readonly there: string;
}

const NONE = '–';

/** Steps at which something changed, in words. */
const changesText = ({ changes }: Run): string =>
  changes.length === 0
    ? 'none'
    : changes.map((change) => `${changeText(change)} at step ${change.step}`).join('; ');

export function differences(here: Run, there: Run): Difference[] {
  const [own, other] = [new Map(fieldsOf(here.spec)), new Map(fieldsOf(there.spec))];
  const rows = [...new Set([...own.keys(), ...other.keys()])].map((field) => ({
    ...{ field, here: own.get(field) ?? NONE, there: other.get(field) ?? NONE },
  }));
  const kernels = { field: 'Kernels', here: here.kernels, there: there.kernels };
  const changes = {
    ...{ field: 'Changes on the way', here: changesText(here), there: changesText(there) },
  };
  return [...rows, kernels, changes].filter(({ here: a, there: b }) => a !== b);
}

type Figures = Pick<KeptEpoch, 'testError' | 'validationError'>;

/** An error of a run's own weights, and which those are. */
const errorText = (
  epoch: Figures | null | undefined,
  of: keyof Figures,
  weights: Weights,
): string =>
  epoch ? `${percent(ownError(epoch[of], weights))} ${WEIGHTS_SAID[weights]}` : 'not measured';

/** What came of a run, in the order of the table of runs. */
function resultsOf(kept: KeptRun): [field: string, text: string][] {
  const { step, stepsPerEpoch, run, weights, epochs } = kept;
  const last = epochs.at(-1);
  return [
    ['Epochs trained', `${figures(step / stepsPerEpoch, 3)} of ${run.spec.epochs}`],
    ['Test error, last epoch', errorText(last, 'testError', weights)],
    ['Test error, best epoch', errorText(bestEpoch(kept), 'testError', weights)],
    ['Validation error, last epoch', errorText(last, 'validationError', weights)],
    ['Train loss, last epoch', last === undefined ? 'not measured' : figures(last.trainLoss)],
    ['Flips a step', flipsText(kept.flips)],
    ['Steps/s', kept.stepsPerSecond > 0 ? whole(kept.stepsPerSecond) : 'not measured'],
    ['Adapter', kept.adapter === '' ? 'without a name' : kept.adapter],
  ];
}

/** What came of both; null: nothing yet. */
export function results(here: KeptRun | null, there: KeptRun): Difference[] {
  const own = new Map(here === null ? [] : resultsOf(here));
  return resultsOf(there).map(([field, text]) => ({
    ...{ field, here: own.get(field) ?? 'not trained yet', there: text },
  }));
}
