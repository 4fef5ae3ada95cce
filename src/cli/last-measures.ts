/** What is measured once, at the end of a run, beside signs and real weights. */
import type { EnsembleSize } from '../experiment/ensemble.ts';
import { GAUSSIAN_SAMPLES } from '../experiment/drop-connect.ts';
import type { Progress, SplitScores } from '../gpu/scores.ts';
import type { Trainer } from '../gpu/trainer.ts';
import { progressBar } from './progress-bar.ts';
import { ownWeights } from './training.ts';

/** Errors in percent. */
export interface LastErrors {
  /** Of the mean of the outputs of so many sampled nets. */
  readonly ensemble?: Readonly<Record<string, number>>;
  /** Of a net with DropConnect, with the mode's own weights, its units drawn by their moments. */
  readonly moments?: number;
}

export interface LastMeasures {
  readonly validation: LastErrors;
  readonly test: LastErrors;
}

const percent = (value: number): string => `${value.toFixed(2)} %`;

const said = (what: string, { validation, test }: SplitScores): string =>
  `${what}: validation error ${percent(validation.error)}, test error ${percent(test.error)}.`;

/** Measures with a progress bar. */
async function measured<T>(
  name: string,
  measure: (progress: Progress) => Promise<T | null>,
): Promise<T> {
  const bar = progressBar(process.stderr);
  const scores = await measure((done, of) => {
    bar.show(done / of, `evaluating ${name}`);
    return true;
  });
  bar.clear();
  if (scores === null) throw new Error('an evaluation that nobody gave up');
  return scores;
}

/**
 * By moments where the net has DropConnect, and by ensembles of up to `members` nets where asked; `say`
 * hears a sentence about each.
 */
export async function lastMeasures(
  trainer: Trainer,
  members: EnsembleSize | null,
  say: (text: string) => void,
): Promise<LastMeasures> {
  const own = ownWeights(trainer.mode);
  const moments =
    trainer.spec.network.dropConnect === undefined
      ? null
      : await measured('by moments', (progress) => trainer.evaluateByMoments(own, progress));
  if (moments !== null) {
    const how = `Units drawn ${GAUSSIAN_SAMPLES} times by their moments, ${own} weights`;
    say(said(how, moments));
  }
  const ensemble =
    members === null
      ? null
      : await measured(`an ensemble of ${members}`, (progress) =>
          trainer.evaluateEnsemble(members, progress),
        );
  for (const scores of ensemble ?? []) {
    say(said(`Mean of ${scores.members} sampled nets`, scores));
  }
  const errorsOf = (split: keyof SplitScores): LastErrors => ({
    ...(moments === null ? {} : { moments: moments[split].error }),
    ...(ensemble === null
      ? {}
      : { ensemble: Object.fromEntries(ensemble.map((of) => [of.members, of[split].error])) }),
  });
  return { validation: errorsOf('validation'), test: errorsOf('test') };
}
