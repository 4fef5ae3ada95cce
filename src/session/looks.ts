/**
 * What the page watches beside the curves: an example and what every layer makes of it, or how the
 * network divides the plane. Looked at between submits, and only as often as training hardly notices.
 */
import { at } from '../experiment/at.ts';
import { type Dataset, type Examples, halfToNumber, preprocess } from '../data/dataset.ts';
import type { Trainer } from '../gpu/trainer.ts';
import { isPlane, PLANE, planePoints } from './plane.ts';
import type { ExampleLook, PlaneLook, SessionEvent, Subject } from './protocol.ts';

type Kind = Subject['kind'];
const KINDS: readonly Kind[] = ['example', 'plane'];

/** Milliseconds between two looks at the same subject in training, at least. */
const PERIOD: Readonly<Record<Kind, number>> = { example: 500, plane: 250 };
/** The share of the time that a subject may take in training: slow adapters look less often. */
const SHARE = 0.02;

interface Watched {
  readonly subject: Subject;
  /** When it may be looked at again in training. */
  next: number;
  /** True until it was looked at as the weights stand now. */
  stale: boolean;
}

export interface Subjects {
  readonly trainer: Trainer;
  readonly dataset: Dataset;
}

export class Looks {
  readonly #watched = new Map<Kind, Watched>();
  /** Runs that were looked at: the first look also pays for compiling its kernels. */
  readonly #warm = new WeakSet<Trainer>();

  watch(subject: Subject): void {
    this.#watched.set(subject.kind, { subject, next: -Infinity, stale: true });
  }

  unwatch(kind: Kind): void {
    this.#watched.delete(kind);
  }

  /** The weights are other ones: what was seen is past. */
  outdate(): void {
    for (const watched of this.#watched.values()) watched.stale = true;
  }

  /** In training: the kinds whose turn it is. */
  get due(): readonly Kind[] {
    const now = performance.now();
    return this.#kinds(({ next }) => now >= next);
  }

  /** At rest: the kinds that were not seen since something changed. */
  get stale(): readonly Kind[] {
    return this.#kinds(({ stale }) => stale);
  }

  #kinds(wanted: (watched: Watched) => boolean): readonly Kind[] {
    return KINDS.filter((kind) => {
      const watched = this.#watched.get(kind);
      return watched !== undefined && wanted(watched);
    });
  }

  /**
   * Look at what is watched of a kind. Null where there is nothing to see: another data set has no
   * such example, or is no plane.
   * @param since tells when the device last finished what was asked of it before.
   */
  async look(
    kind: Kind,
    subjects: Subjects,
    since: () => number,
  ): Promise<{ readonly event: SessionEvent; readonly transfer: ArrayBuffer[] } | null> {
    const watched = this.#watched.get(kind);
    if (watched === undefined) return null;
    const { subject } = watched;
    const started = performance.now();
    watched.stale = false;
    const seen =
      subject.kind === 'example'
        ? await lookAtExample(subjects, subject)
        : await lookAtPlane(subjects, subject);
    // What was still training when it was asked for is not its own time.
    const ms = performance.now() - Math.max(started, since());
    const isWarm = this.#warm.has(subjects.trainer);
    this.#warm.add(subjects.trainer);
    watched.next = performance.now() + Math.max(PERIOD[kind], isWarm ? ms / SHARE : ms);
    if (seen === null) return null;
    const maps = seen.kind === 'example' ? seen.maps.map(({ values }) => values.buffer) : [];
    const picture = seen.kind === 'example' ? [seen.picture.buffer] : [];
    return {
      event: { type: 'look', look: seen },
      transfer: [seen.scores.buffer, ...picture, ...maps],
    };
  }
}

/** Values of examples `from` up to `to` of a split. */
const valuesOf = (examples: Examples, inputs: number, from: number, to: number) =>
  examples.images.slice(from * inputs, to * inputs);

async function lookAtExample(
  { trainer, dataset }: Subjects,
  { index, weights }: Extract<Subject, { kind: 'example' }>,
): Promise<ExampleLook | null> {
  const { test, inputs } = dataset;
  if (!(index >= 0 && index < test.count)) return null;
  const values = valuesOf(test, inputs, index, index + 1);
  const { step } = trainer;
  const { scores, maps } = await trainer.look({
    weights,
    inputs: new Float32Array(preprocess(values, dataset)),
    withMaps: true,
  });
  const isRaw = values instanceof Uint8Array;
  const picture = isRaw ? values : stretched(Float32Array.from(values, halfToNumber));
  const label = at(test.labels, index);
  return { kind: 'example', index, weights, step, label, picture, isRaw, scores, maps };
}

/** Numbers as bytes, the least as 0 and the greatest as 255. */
function stretched(values: Float32Array): Uint8Array<ArrayBuffer> {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const scale = greatest > least ? 255 / (greatest - least) : 0;
  return Uint8Array.from(values, (value) => Math.round((value - least) * scale));
}

async function lookAtPlane(
  { trainer, dataset }: Subjects,
  { weights }: Extract<Subject, { kind: 'plane' }>,
): Promise<PlaneLook | null> {
  if (!isPlane(dataset.shape)) return null;
  const { test, inputs, classNames } = dataset;
  const grid = planePoints();
  const inputsOfAll = new Float32Array(grid.length + test.count * inputs);
  inputsOfAll.set(grid);
  inputsOfAll.set(preprocess(valuesOf(test, inputs, 0, test.count), dataset), grid.length);
  const { step } = trainer;
  const { scores } = await trainer.look({ weights, inputs: inputsOfAll, withMaps: false });
  const classes = classNames.length;
  const points = PLANE.side ** 2;
  let right = 0;
  for (let n = 0; n < test.count; n++) {
    const own = scores.subarray((points + n) * classes, (points + n + 1) * classes);
    if (own.indexOf(Math.max(...own)) === test.labels[n]) right += 1;
  }
  return {
    ...{ kind: 'plane', weights, step, scores: scores.slice(0, points * classes) },
    testError: 100 * (1 - right / test.count),
  };
}
