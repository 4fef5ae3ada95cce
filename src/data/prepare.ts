/** From bytes to what a network is fed: a run's preprocessing, applied to a data set. */
import { ok } from '../experiment/result.ts';
import type { Preprocessing } from '../experiment/spec.ts';
import { LocalContrast, normaliseContrast } from './contrast.ts';
import { type Dataset, numberToHalf, type Preparation } from './dataset.ts';
import {
  newPrepared,
  openPrepared,
  preparedName,
  type PreparedSplits,
  type PreparedStore,
  seal,
} from './prepared-file.ts';
import type { ByteExamples, RawDataset } from './raw.ts';
import { applyZca, fitZca, type Rows, type Zca } from './whiten/zca.ts';
import { type Load, Work, type WorkOptions } from './work.ts';

export interface PrepareOptions extends WorkOptions {
  /** Where what took long is kept for next time. */
  readonly store?: PreparedStore | undefined;
}

/**
 * Norm of an image after global contrast normalisation. ZCA's bias of 0.1 and CIFAR-10's published
 * recipes go with 55; SVHN's, and local contrast normalisation's floor of 1e-4, with 1.
 */
export const contrastScale = (id: string, preprocessing: Preprocessing): number =>
  preprocessing === 'gcn-lcn' || (preprocessing === 'gcn' && id === 'svhn') ? 1 : 55;

/**
 * A data set as `preprocessing` makes it:
 * - `mean`: x = byte / 255 - the training mean, pixel by pixel;
 * - `symmetric`: x = 2 byte / 255 - 1;
 * - `gcn`: each image minus its mean, brought to a norm of `contrastScale`;
 * - `gcn-zca`: then whitened, fitted on the training part; CIFAR-10's on all 50,000 training images,
 *   validation included, as the published recipes do;
 * - `gcn-lcn`: then local contrast normalisation.
 *
 * The first two leave bytes, whose scale and offset the device applies; the others give half floats.
 */
export async function prepare(
  raw: RawDataset,
  preprocessing: Preprocessing,
  options: PrepareOptions = {},
): Promise<Load<Dataset>> {
  switch (preprocessing) {
    case 'mean':
      return ok({ ...raw, scale: 1 / 255, offset: meanOf(raw.train, raw.inputs) });
    case 'symmetric':
      return ok({ ...raw, scale: 2 / 255, offset: new Float32Array(raw.inputs).fill(1) });
    case 'gcn':
    case 'gcn-lcn': {
      const { splits } = newPrepared(raw);
      const done = await normalise(raw, preprocessing, splits, new Work(options));
      const scale = contrastScale(raw.id, preprocessing);
      const isLocal = preprocessing === 'gcn-lcn';
      return done ? ok(withHalves(raw, splits, { kind: 'contrast', scale, isLocal })) : 'cancelled';
    }
    case 'gcn-zca': {
      const whitened = await whiten(raw, options);
      if (whitened === null) return 'cancelled';
      const { splits, zca } = whitened;
      const scale = contrastScale(raw.id, preprocessing);
      return ok(withHalves(raw, splits, { kind: 'whitening', scale, zca }));
    }
  }
}

/**
 * Mean of byte / 255 over all examples, pixel by pixel: `inputs` numbers in 0..1. Bytes are summed
 * in float64, where the sums are exact, so only the last division rounds.
 */
export function meanOf(examples: ByteExamples, inputs: number): Float32Array<ArrayBuffer> {
  const { images, count } = examples;
  const sums = new Float64Array(inputs);
  for (let start = 0; start < count * inputs; start += inputs) {
    for (let j = 0; j < inputs; j++) sums[j] = (sums[j] ?? 0) + (images[start + j] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / (255 * count));
}

const splitsOf = (raw: RawDataset): readonly ByteExamples[] => [
  raw.train,
  raw.validation,
  raw.test,
];

const withHalves = (
  raw: RawDataset,
  [train, validation, test]: PreparedSplits,
  preparation: Preparation,
): Dataset => ({
  ...raw,
  preparation,
  train: { ...raw.train, images: train },
  validation: { ...raw.validation, images: validation },
  test: { ...raw.test, images: test },
  scale: 1,
  offset: new Float32Array(raw.inputs),
});

/** Examples of several splits, one after the other, after global contrast normalisation. */
export function contrastRows(splits: readonly ByteExamples[], inputs: number, scale: number): Rows {
  const count = splits.reduce((sum, split) => sum + split.count, 0);
  return {
    count,
    inputs,
    fill(target, start, n) {
      let before = 0;
      for (const split of splits) {
        const first = Math.max(start, before);
        const last = Math.min(start + n, before + split.count);
        for (let row = first; row < last; row++) {
          const from = (row - before) * inputs;
          const image = split.images.subarray(from, from + inputs);
          normaliseContrast(image, scale, target, (row - start) * inputs);
        }
        before += split.count;
      }
    },
  };
}

const BLOCK = 64;

async function normalise(
  raw: RawDataset,
  preprocessing: 'gcn' | 'gcn-lcn',
  targets: PreparedSplits,
  work: Work,
): Promise<boolean> {
  const { inputs } = raw;
  const block = new Float32Array(BLOCK * inputs);
  const local = preprocessing === 'gcn-lcn' ? new LocalContrast(raw.shape) : null;
  const splits = splitsOf(raw);
  const total = splits.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const [s, split] of splits.entries()) {
    const rows = contrastRows([split], inputs, contrastScale(raw.id, preprocessing));
    for (let start = 0; start < split.count; start += BLOCK) {
      if (!(await work.goOn('contrast', done + start, total))) return false;
      const n = Math.min(BLOCK, split.count - start);
      rows.fill(block, start, n);
      for (let row = 0; row < n; row++) local?.normalise(block, row * inputs);
      toHalves(block, targets[s], start * inputs, n * inputs);
    }
    done += split.count;
  }
  return true;
}

interface Whitened {
  readonly splits: PreparedSplits;
  /** Null where the splits were kept from an earlier visit. */
  readonly zca: Zca | null;
}

async function whiten(raw: RawDataset, options: PrepareOptions): Promise<Whitened | null> {
  const { store, signal = new AbortController().signal } = options;
  const name = store === undefined ? null : await preparedName(raw, 'gcn-zca');
  if (store !== undefined && name !== null) {
    const kept = await store.get(name, raw.id, signal);
    const splits = kept && (await openPrepared(kept, name, raw));
    if (signal.aborted) return null;
    if (splits !== null) return { splits, zca: null };
  }
  const { inputs } = raw;
  const work = new Work(options);
  const scale = contrastScale(raw.id, 'gcn-zca');
  const fitted = raw.id === 'cifar-10' ? [raw.train, raw.validation] : [raw.train];
  const zca = await fitZca(contrastRows(fitted, inputs, scale), work);
  if (zca === null) return null;
  const { bytes, splits } = newPrepared(raw);
  // All splits lie one after the other.
  const values = new Uint16Array(bytes.buffer, splits[0].byteOffset);
  const rows = contrastRows(splitsOf(raw), inputs, scale);
  const done = await applyZca(
    zca,
    rows,
    (block, start, n) => {
      toHalves(block, values, start * inputs, n * inputs);
    },
    work,
  );
  if (!done) return null;
  if (store !== undefined && name !== null) {
    await seal(bytes, name);
    await store.put(name, raw.id, bytes);
  }
  return { splits, zca };
}

function toHalves(
  values: Float32Array,
  target: Uint16Array | undefined,
  start: number,
  count: number,
): void {
  if (target === undefined) return;
  for (let i = 0; i < count; i++) target[start + i] = numberToHalf(values[i] ?? 0);
}
