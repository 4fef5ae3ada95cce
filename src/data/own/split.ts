/** Which of a person's examples are for training, validation and testing. */
import { randomWords, streamOf } from '../../experiment/random.ts';
import type { OwnData, Parts } from './own-data.ts';

/** `shuffled`: in a fixed random order; `in-order`: as they come; `given`: as the source has them. */
export const SPLITS = ['shuffled', 'in-order', 'given'] as const;
export type Split = (typeof SPLITS)[number];

/** Of every ten examples, so many for training and one each for the others. */
const TENTH = 0.1;
const SEED = 1;

export interface SplitPlan {
  readonly parts: Parts;
  /** Which example stands at each place; null: the one that stood there. */
  readonly order: Uint32Array<ArrayBuffer> | null;
}

/** The splits that make sense of a source, the likeliest first. */
export const splitsFor = ({ parts }: Pick<OwnData, 'parts'>): readonly Split[] =>
  parts === null ? ['shuffled', 'in-order'] : ['given', 'shuffled', 'in-order'];

const tenthOf = (count: number): number => Math.max(1, Math.round(TENTH * count));

/** 80, 10 and 10 of a hundred. */
function tenths(count: number): Parts {
  const tenth = tenthOf(count);
  return { train: count - 2 * tenth, validation: tenth, test: tenth };
}

/** A random order of `count` places: the same for everybody (Fisher and Yates, with Philox's words). */
export function shuffledOrder(count: number): Uint32Array<ArrayBuffer> {
  const words = randomWords(count, SEED, streamOf('split', 0), 0);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    // The bias of a 32-bit draw among at most 200,000 places is below 1 in 20,000.
    const j = Math.floor(((words[i] ?? 0) / 2 ** 32) * (i + 1));
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}

/**
 * As the source has them. A part it lacks is taken from its training examples in random order, as
 * these may well come class by class.
 */
function given({ train, validation, test }: Parts): SplitPlan | null {
  const tenth = tenthOf(train);
  const forValidation = validation === 0 ? tenth : 0;
  const forTest = test === 0 ? tenth : 0;
  const left = train - forValidation - forTest;
  if (left < 1) return null;
  const parts = { train: left, validation: validation + forValidation, test: test + forTest };
  if (left === train) return { parts, order: null };
  const count = train + validation + test;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const shuffled = shuffledOrder(train);
  order.set(shuffled.subarray(0, left + forValidation));
  // Behind what was taken for validation stand the source's own, then what was taken for testing.
  order.set(
    Uint32Array.from({ length: validation }, (_, i) => train + i),
    left + forValidation,
  );
  if (forTest > 0) order.set(shuffled.subarray(left + forValidation), count - forTest);
  return { parts, order };
}

/** Every part has at least one example, as long as there are three. */
export function planSplit(
  { count, parts }: Pick<OwnData, 'count' | 'parts'>,
  split: Split,
): SplitPlan {
  if (split === 'shuffled') return { parts: tenths(count), order: shuffledOrder(count) };
  const asGiven = split === 'given' && parts !== null ? given(parts) : null;
  return asGiven ?? { parts: tenths(count), order: null };
}

/** Examples in another order: a copy. */
export function reorder(
  { pixels, labels, count }: Pick<OwnData, 'pixels' | 'labels' | 'count'>,
  order: Uint32Array,
): Pick<OwnData, 'pixels' | 'labels'> {
  const inputs = pixels.length / count;
  const moved = new Uint8Array(pixels.length);
  for (let to = 0; to < count; to++) {
    const from = (order[to] ?? 0) * inputs;
    moved.set(pixels.subarray(from, from + inputs), to * inputs);
  }
  return { pixels: moved, labels: labels.map((_, to) => labels[order[to] ?? 0] ?? 0) };
}
