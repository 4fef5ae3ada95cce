/**
 * The test examples that a net takes for another class. Found with the weights that are watched: behind
 * each evaluation, whose scores are heard on the way; once while it trains, where nothing was found yet;
 * and at rest, where the weights have gone on since. Of an example only its class and its margin are kept.
 */
import type { Dataset } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import type { Trainer } from '../gpu/trainer.ts';
import { MISTAKES_SHOWN } from './mistakes-shown.ts';
import { shownTest } from './pictures.ts';
import type { MistakesLook, MistakesSubject, SessionEvent } from './protocol.ts';
import type { Hearing } from './runner.ts';

/** Milliseconds between two words on how far it is. */
const PROGRESS_EVERY = 100;

interface Tested {
  readonly trainer: Trainer;
  readonly weights: MistakesSubject['weights'];
  readonly step: number;
  /** [test examples] */
  readonly predicted: Uint8Array<ArrayBuffer>;
  /** [test examples]: by how much the predicted class outdoes the true one; 0 where they are the same. */
  readonly margins: Float32Array<ArrayBuffer>;
}

export interface TestedRun {
  readonly trainer: Trainer;
  readonly dataset: Dataset;
}

export class Mistakes {
  readonly #post: (event: SessionEvent) => void;
  #subject: MistakesSubject | null = null;
  #tested: Tested | null = null;
  /** What was tested has not been shown as the subject stands now. */
  #isNew = false;

  constructor(post: (event: SessionEvent) => void) {
    this.#post = post;
  }

  watch(subject: MistakesSubject): void {
    this.#subject = subject;
    this.#isNew = true;
  }

  unwatch(): void {
    this.#subject = null;
    this.#tested = null;
  }

  /** What is known of this run with the weights that are watched; whether it is past does not matter. */
  #known({ trainer }: TestedRun): Tested | null {
    const tested = this.#tested;
    const isOurs = tested?.trainer === trainer && tested.step <= trainer.step;
    return isOurs && tested.weights === this.#subject?.weights ? tested : null;
  }

  /** In training: whether there is something to be done now. */
  due(run: TestedRun): boolean {
    if (this.#subject === null || !run.trainer.weights.includes(this.#subject.weights))
      return false;
    return this.#known(run) === null || this.#isNew;
  }

  /** At rest: the same, where what is known must be of the weights as they stand. */
  stale(run: TestedRun): boolean {
    if (this.#subject === null || !run.trainer.weights.includes(this.#subject.weights))
      return false;
    return this.#known(run)?.step !== run.trainer.step || this.#isNew;
  }

  /**
   * Test what has to be tested, and show it. Given up where `proceed`, asked between batches, says no,
   * or nobody watches any more.
   * @param atRest what is known must be of the weights as they stand.
   */
  async look(run: TestedRun, proceed: () => boolean, atRest: boolean): Promise<void> {
    const subject = this.#subject;
    if (subject === null) return;
    const { trainer, dataset } = run;
    const known = this.#known(run);
    if (known === null || (atRest && known.step !== trainer.step)) {
      // What is known is shown meanwhile, with its step.
      if (known !== null && this.#isNew) this.#show(run);
      const tested = begin(run, subject.weights);
      let told = -Infinity;
      const isWhole = await trainer.test(
        subject.weights,
        (done, of) => {
          const now = performance.now();
          if (now - told >= PROGRESS_EVERY) {
            told = now;
            this.#post({ type: 'testing', done, of });
          }
          return proceed() && this.#subject?.weights === subject.weights;
        },
        hearInto(tested, dataset),
      );
      this.#post({ type: 'testing', done: 0, of: 0 });
      if (!isWhole) return;
      this.#tested = tested;
    }
    this.#show(run);
  }

  /** Hears an evaluation that is made anyway. */
  hears(run: TestedRun, weights: MistakesSubject['weights']): Hearing | null {
    if (this.#subject?.weights !== weights) return null;
    const tested = begin(run, weights);
    return {
      hear: hearInto(tested, run.dataset),
      end: (isWhole) => {
        if (!isWhole || this.#subject?.weights !== weights) return;
        this.#tested = tested;
        this.#show(run);
      },
    };
  }

  #show(run: TestedRun): void {
    const [subject, tested] = [this.#subject, this.#known(run)];
    if (subject === null || tested === null) return;
    this.#isNew = false;
    this.#post({ type: 'look', look: lookOf(tested, run.dataset, subject) });
  }
}

const begin = ({ trainer, dataset }: TestedRun, weights: MistakesSubject['weights']): Tested => ({
  ...{ trainer, weights, step: trainer.step },
  predicted: new Uint8Array(dataset.test.count),
  margins: new Float32Array(dataset.test.count),
});

/** Of equal scores the first is the predicted class, as where errors are counted. */
function hearInto({ predicted, margins }: Tested, { test, classNames }: Dataset): Hearing['hear'] {
  const classes = classNames.length;
  return (scores, start, count) => {
    for (let n = 0; n < count; n++) {
      let best = 0;
      const at0 = n * classes;
      for (let k = 1; k < classes; k++) {
        if (at(scores, at0 + k) > at(scores, at0 + best)) best = k;
      }
      predicted[start + n] = best;
      const own = at(scores, at0 + at(test.labels, start + n));
      margins[start + n] = at(scores, at0 + best) - own;
    }
  };
}

function lookOf(
  { weights, step, predicted, margins }: Tested,
  dataset: Dataset,
  { cell, from }: MistakesSubject,
): MistakesLook {
  const { test, classNames } = dataset;
  const classes = classNames.length;
  const confusion = new Uint32Array(classes * classes);
  const wrong: number[] = [];
  for (let n = 0; n < test.count; n++) {
    const [label, said] = [at(test.labels, n), at(predicted, n)];
    const place = label * classes + said;
    confusion[place] = at(confusion, place) + 1;
    const isAsked = cell === null || (cell.label === label && cell.predicted === said);
    if (label !== said && isAsked) wrong.push(n);
  }
  // Of equal margins the earlier example comes first: sorting keeps their order.
  wrong.sort((a, b) => at(margins, b) - at(margins, a));
  const first = from < wrong.length ? from : 0;
  return {
    ...{ kind: 'mistakes', weights, step, examples: test.count, confusion, cell },
    ...{ from: first, count: wrong.length },
    shown: wrong.slice(first, first + MISTAKES_SHOWN).map((index) => ({
      ...shownTest(dataset, index),
      predicted: at(predicted, index),
      margin: at(margins, index),
    })),
  };
}
