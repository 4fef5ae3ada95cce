/**
 * What the page watches beside the curves: an example and what every layer makes of it, or how the
 * network divides the plane. Looked at between submits, and only as often as training hardly notices;
 * what has still to be compiled for it is compiled beside the run, not in its way.
 */
import { at } from '../experiment/at.ts';
import { type Dataset, type Examples, halfToNumber, preprocess } from '../data/dataset.ts';
import { type LookShape, NoRoom } from '../gpu/inspector.ts';
import type { Trainer } from '../gpu/trainer.ts';
import { isPlane, PLANE, planePoints } from './plane.ts';
import type { ExampleLook, PlaneLook, SessionEvent, Subject } from './protocol.ts';

type Kind = Subject['kind'];
const KINDS: readonly Kind[] = ['example', 'plane'];

/** Milliseconds between two looks at the same subject in training, at least. */
const PERIOD: Readonly<Record<Kind, number>> = { example: 500, plane: 250 };
/** The share of the time that a subject may take in training. The nets of the plane are tiny, and the picture is why they are trained. */
const SHARE: Readonly<Record<Kind, number>> = { example: 0.02, plane: 0.1 };

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
  /** What was compiled for a run (true), or is being compiled. */
  readonly #shapes = new WeakMap<Trainer, Map<string, boolean>>();
  /** How much is being compiled. */
  readonly #compiling = new WeakMap<Trainer, number>();
  readonly #onReady: () => void;

  /** @param onReady is called when something that was not compiled before can be looked at. */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

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
  due(subjects: Subjects): readonly Kind[] {
    const now = performance.now();
    return this.#kinds(subjects, ({ next }) => now >= next);
  }

  /** At rest: the kinds that were not seen since something changed. */
  stale(subjects: Subjects): readonly Kind[] {
    return this.#kinds(subjects, ({ stale }) => stale);
  }

  #kinds(subjects: Subjects, wanted: (watched: Watched) => boolean): readonly Kind[] {
    return KINDS.filter((kind) => {
      const watched = this.#watched.get(kind);
      return watched !== undefined && wanted(watched) && this.#isReady(watched.subject, subjects);
    });
  }

  isCompiling({ trainer }: Subjects): boolean {
    return (this.#compiling.get(trainer) ?? 0) > 0;
  }

  /** True where a look can be taken at once. Where something has to be compiled first, that begins. */
  #isReady(subject: Subject, { trainer, dataset }: Subjects): boolean {
    const shape = shapeOf(subject, dataset);
    if (shape === null) return false;
    // Ternary weights are there from a run's second phase on.
    if (!trainer.weights.includes(subject.weights)) return false;
    const key = JSON.stringify(shape);
    const known = this.#shapes.get(trainer) ?? new Map<string, boolean>();
    this.#shapes.set(trainer, known);
    const isReady = known.get(key);
    if (isReady !== undefined) return isReady;
    known.set(key, false);
    const compiling = (change: number) => {
      this.#compiling.set(trainer, (this.#compiling.get(trainer) ?? 0) + change);
    };
    compiling(1);
    void trainer
      .prepareLook(shape)
      // Where there is no room for it, it is never ready. Else the run was given up meanwhile, or its
      // device; if not, the look itself says what is wrong.
      .catch((error: unknown) => error instanceof NoRoom)
      .then((isLacking) => {
        known.set(key, isLacking !== true);
        compiling(-1);
        this.#onReady();
      });
    return false;
  }

  /**
   * Look at what is watched of a kind. Null where it is watched no more, or there is no room for it.
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
    const seen = await (
      subject.kind === 'example' ? lookAtExample(subjects, subject) : lookAtPlane(subjects, subject)
    ).catch((error: unknown) => {
      if (error instanceof NoRoom) return null;
      throw error;
    });
    // What was still training when it was asked for is not its own time.
    const ms = performance.now() - Math.max(started, since());
    watched.next = performance.now() + Math.max(PERIOD[kind], ms / SHARE[kind]);
    if (seen === null) return null;
    const maps = seen.kind === 'example' ? seen.maps.map(({ values }) => values.buffer) : [];
    const picture = seen.kind === 'example' ? [seen.picture.buffer] : [];
    return {
      event: { type: 'look', look: seen },
      transfer: [seen.scores.buffer, ...picture, ...maps],
    };
  }
}

/** What a look at a subject is compiled for; null where these data have no such example, or are no plane. */
function shapeOf(subject: Subject, { test, shape }: Dataset): LookShape | null {
  const { weights } = subject;
  if (subject.kind === 'example') {
    const { index } = subject;
    return index >= 0 && index < test.count ? { weights, examples: 1, withMaps: true } : null;
  }
  if (!isPlane(shape)) return null;
  return { weights, examples: PLANE.side ** 2 + test.count, withMaps: false };
}

/** Values of examples `from` up to `to` of a split. */
const valuesOf = (examples: Examples, inputs: number, from: number, to: number) =>
  examples.images.slice(from * inputs, to * inputs);

async function lookAtExample(
  { trainer, dataset }: Subjects,
  { index, weights }: Extract<Subject, { kind: 'example' }>,
): Promise<ExampleLook> {
  const { test, inputs } = dataset;
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
): Promise<PlaneLook> {
  const { test, inputs, classNames } = dataset;
  const grid = planePoints();
  const points = new Float32Array(grid.length + test.count * inputs);
  points.set(grid);
  points.set(preprocess(valuesOf(test, inputs, 0, test.count), dataset), grid.length);
  const { step } = trainer;
  const { scores } = await trainer.look({ weights, inputs: points, withMaps: false });
  const classes = classNames.length;
  const first = PLANE.side ** 2;
  let right = 0;
  for (let n = 0; n < test.count; n++) {
    const own = scores.subarray((first + n) * classes, (first + n + 1) * classes);
    if (own.indexOf(Math.max(...own)) === test.labels[n]) right += 1;
  }
  return {
    ...{ kind: 'plane', weights, step, scores: scores.slice(0, first * classes) },
    testError: 100 * (1 - right / test.count),
  };
}
