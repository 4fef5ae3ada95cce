/**
 * What the page watches beside the curves: an example and what every layer makes of it, or how the
 * network divides the plane. Looked at between submits, and only as often as training hardly notices;
 * what has still to be compiled for it is compiled beside the run, not in its way.
 */
import { at } from '../experiment/at.ts';
import { type Dataset, preprocess } from '../data/dataset.ts';
import { prepareOne } from '../data/prepare-one.ts';
import { type LookShape, NoRoom } from '../gpu/inspector.ts';
import type { Trainer } from '../gpu/trainer.ts';
import type { UnitShape } from '../gpu/unit.ts';
import { pictureOf, shownTest, valuesOf } from './pictures.ts';
import { isPlane, PLANE, planePoints } from './plane.ts';
import type {
  ExampleLook,
  ExampleRefusal,
  PlaneLook,
  SessionEvent,
  Subject,
  UnitLook,
} from './protocol.ts';

/** What is seen at a glance; looking for mistakes takes a test (see mistakes.ts). */
export type Glance = Exclude<Subject, { kind: 'mistakes' }>;
export type Kind = Glance['kind'];
const KINDS: readonly Kind[] = ['example', 'plane', 'unit'];

/** Milliseconds between two looks at the same subject in training, at least. */
const PERIOD: Readonly<Record<Kind, number>> = { example: 500, plane: 250, unit: 1000 };
/** The share of the time that a subject may take in training. The nets of the plane are tiny, and the picture is why they are trained. */
const SHARE: Readonly<Record<Kind, number>> = { example: 0.05, plane: 0.1, unit: 0.02 };

interface Watched {
  readonly subject: Glance;
  /** When it may be looked at again in training. */
  next: number;
  /** True until it was looked at as the weights stand now. */
  stale: boolean;
}

/** What looks of one shape need, and take. */
interface Prepared {
  /** False while it is being compiled, or where there is no room for it. */
  isReady: boolean;
  /** The fewest milliseconds that a look took; null before the first. */
  cost: number | null;
}

export interface Subjects {
  readonly trainer: Trainer;
  readonly dataset: Dataset;
}

/** Who can be asked what the network makes of something, on the graphics device or on the CPU. */
export type Seer = Pick<Trainer, 'step' | 'layers' | 'look' | 'lookAtUnit' | 'shownExamples'>;

interface Seers {
  readonly trainer: Seer;
  readonly dataset: Dataset;
}

export class Looks {
  readonly #watched = new Map<Kind, Watched>();
  /** What was compiled for a run, or is being compiled, by its shape. */
  readonly #shapes = new WeakMap<Trainer, Map<string, Prepared>>();
  /** How much is being compiled. */
  readonly #compiling = new WeakMap<Trainer, number>();
  readonly #onReady: () => void;

  /** @param onReady is called when something that was not compiled before can be looked at. */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  watch(subject: Glance): void {
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
  #isReady(subject: Glance, { trainer, dataset }: Subjects): boolean {
    const shape = shapeOf(subject, trainer, dataset);
    if (shape === null) return false;
    // Ternary weights are there from a run's second phase on.
    if (!trainer.weights.includes(subject.weights)) return false;
    const key = JSON.stringify(shape);
    const known = this.#shapes.get(trainer) ?? new Map<string, Prepared>();
    this.#shapes.set(trainer, known);
    const before = known.get(key);
    if (before !== undefined) return before.isReady;
    const prepared: Prepared = { isReady: false, cost: null };
    known.set(key, prepared);
    const compiling = (change: number) => {
      this.#compiling.set(trainer, (this.#compiling.get(trainer) ?? 0) + change);
    };
    compiling(1);
    void ('layer' in shape ? trainer.prepareUnit(shape) : trainer.prepareLook(shape))
      // Where there is no room for it, it is never ready. Else the run was given up meanwhile, or its
      // device; if not, the look itself says what is wrong.
      .catch((error: unknown) => error instanceof NoRoom)
      .then((isLacking) => {
        prepared.isReady = isLacking !== true;
        compiling(-1);
        this.#onReady();
      });
    return false;
  }

  /**
   * Milliseconds that a look like the one which just took `ms` takes by itself: what was in its way once
   * is no reason to look seldom. Null after the first, in which a driver may still have compiled.
   */
  #costOf(subject: Glance, { trainer, dataset }: Subjects, ms: number): number | null {
    const shape = shapeOf(subject, trainer, dataset);
    const prepared = this.#shapes.get(trainer)?.get(JSON.stringify(shape));
    if (prepared === undefined) return null;
    const { cost } = prepared;
    prepared.cost = Math.min(cost ?? Infinity, ms);
    return cost === null ? null : prepared.cost;
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
    const seen = await glance(subjects, subject).catch((error: unknown) => {
      if (error instanceof NoRoom) return null;
      throw error;
    });
    // What was still training when it was asked for is not its own time.
    const ms = performance.now() - Math.max(started, since());
    const cost = this.#costOf(subject, subjects, ms);
    watched.next = performance.now() + Math.max(PERIOD[kind], (cost ?? 0) / SHARE[kind]);
    if (seen === null) return null;
    return { event: { type: 'look', look: seen }, transfer: buffersOf(seen) };
  }
}

type Seen = ExampleLook | ExampleRefusal | PlaneLook | UnitLook;

/** Look at a subject of which there is such a thing; see canLook. */
export function glance(subjects: Seers, subject: Glance): Promise<Seen> {
  switch (subject.kind) {
    case 'example':
      return lookAtExample(subjects, subject);
    case 'plane':
      return lookAtPlane(subjects, subject);
    case 'unit':
      return lookAtUnit(subjects, subject);
  }
}

/** What is handed over, not copied, on the way to the page. */
export function buffersOf(seen: Seen): ArrayBuffer[] {
  switch (seen.kind) {
    case 'example':
      return [seen.scores, seen.picture, ...seen.maps.map(({ values }) => values)].map(
        ({ buffer }) => buffer,
      );
    case 'example-refusal':
      return [];
    case 'plane':
      return [seen.scores.buffer];
    case 'unit':
      return [seen.stored.buffer, ...seen.excited.map(({ picture }) => picture.buffer)];
  }
}

/** True where these data and this net have such a thing. */
export const canLook = (subject: Glance, { trainer, dataset }: Seers): boolean =>
  shapeOf(subject, trainer, dataset) !== null;

/** What a look at a subject is compiled for; null where these data or this net have no such thing. */
function shapeOf(
  subject: Glance,
  trainer: Seer,
  { test, inputs, shape }: Dataset,
): LookShape | UnitShape | null {
  const { weights } = subject;
  switch (subject.kind) {
    case 'example': {
      const { of } = subject;
      const isThere = typeof of === 'number' ? of >= 0 && of < test.count : of.length === inputs;
      return isThere ? { weights, examples: 1, withMaps: true } : null;
    }
    case 'plane':
      return isPlane(shape)
        ? { weights, examples: PLANE.side ** 2 + test.count, withMaps: false }
        : null;
    case 'unit': {
      const { layer, unit } = subject;
      const O = trainer.layers[layer]?.O ?? 0;
      const isThere = unit >= 0 && unit < O;
      return isThere ? { weights, layer, examples: trainer.shownExamples(test.count) } : null;
    }
  }
}

async function lookAtExample(
  { trainer, dataset }: Seers,
  { of, weights }: Extract<Subject, { kind: 'example' }>,
): Promise<ExampleLook | ExampleRefusal> {
  const { test, inputs } = dataset;
  const { step } = trainer;
  if (typeof of === 'number') {
    const values = valuesOf(test, inputs, of, of + 1);
    const fed = new Float32Array(preprocess(values, dataset));
    const { scores, maps } = await trainer.look({ weights, inputs: fed, withMaps: true });
    const [isRaw, label] = [values instanceof Uint8Array, at(test.labels, of)];
    const picture = pictureOf(values);
    return { kind: 'example', index: of, weights, step, label, picture, isRaw, scores, maps };
  }
  const fed = prepareOne(of, dataset);
  if (!fed.ok) return { kind: 'example-refusal', sentence: fed.error };
  const isRaw = dataset.preparation === undefined;
  const picture = isRaw ? of.slice() : pictureOf(fed.value);
  const { scores, maps } = await trainer.look({ weights, inputs: fed.value, withMaps: true });
  return { kind: 'example', index: null, weights, step, label: null, picture, isRaw, scores, maps };
}

/** Examples shown of those that a unit answers to most. */
const EXCITED = 8;

async function lookAtUnit(
  { trainer, dataset }: Seers,
  { layer, unit, weights }: Extract<Subject, { kind: 'unit' }>,
): Promise<UnitLook> {
  const { test, inputs } = dataset;
  const examples = trainer.shownExamples(test.count);
  const fed = new Float32Array(examples * inputs);
  for (let n = 0; n < examples; n++) {
    fed.set(preprocess(valuesOf(test, inputs, n, n + 1), dataset), n * inputs);
  }
  const { step } = trainer;
  const { stored, activations } = await trainer.lookAtUnit({ weights, layer, unit, inputs: fed });
  const order = Array.from(activations.keys()).sort(
    (a, b) => at(activations, b) - at(activations, a),
  );
  const excited = order
    .slice(0, EXCITED)
    // What a unit is silent to does not excite it.
    .filter((index) => at(activations, index) > 0)
    .map((index) => ({ ...shownTest(dataset, index), activation: at(activations, index) }));
  return { kind: 'unit', layer, unit, weights, step, stored, excited, examples };
}

async function lookAtPlane(
  { trainer, dataset }: Seers,
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
