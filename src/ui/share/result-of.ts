/** What a link takes along of the finished run at hand. */
import { shapeOf } from '../../experiment/datasets.ts';
import {
  type CarriedResult,
  encodeResult,
  MAX_RESULT_EPOCHS,
  MAX_RESULT_LENGTH,
  MAX_RESULT_POINTS,
  signCount,
} from '../../experiment/link-result.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Handed } from '../../session/handed.ts';

import { thinned } from '../charts/lines.ts';
import type { PageState } from '../state/page-state.ts';
import { type KeptEpoch, takeRun } from '../runs/kept-run.ts';
import type { sharedRun } from '../state/share.ts';
import type { Streams } from '../state/streams.ts';

const shortErrors = ({ binary: b, real: r, ternary }: KeptEpoch['testError']) => ({
  ...{ b, r },
  ...(ternary !== undefined && { t: ternary }),
});

/** Signs a link has room for, if all else were nothing: three bytes are four characters. */
const MOST_SIGNS = 6 * MAX_RESULT_LENGTH;

/** Whether it is worth asking the worker for the weights. */
export const mayCarrySigns = (spec: ExperimentSpec): boolean => signCount(spec) <= MOST_SIGNS;

/** The signs of the stored weights, as probes have them; null where the run has no such weights. */
export function signsOf(handed: Handed | null): Uint32Array<ArrayBuffer>[] | null {
  if (handed?.kind !== 'state') return null;
  const { run, tensors } = handed.state.checkpoint;
  const all: Uint32Array<ArrayBuffer>[] = [];
  for (const { name, I, O } of layerShapes(run.spec, shapeOf(run.spec.data))) {
    const tensor = tensors.get(`${name}.w`);
    if (tensor?.dtype !== 'F32' || tensor.data.length !== I * O) return null;
    const words = Math.ceil(O / 32);
    const bits = new Uint32Array(I * words);
    tensor.data.forEach((w, k) => {
      const [i, o] = [Math.floor(k / O), k % O];
      const at = i * words + (o >>> 5);
      // Zero propagates as +H.
      if (w >= 0) bits[at] = ((bits[at] ?? 0) | (1 << (o & 31))) >>> 0;
    });
    all.push(bits);
  }
  return all;
}

/** Curves and errors of the run at hand; null where no step was taken. */
export function resultOf(state: PageState, streams: Streams): CarriedResult['result'] | null {
  const kept = takeRun(state, streams, { id: '', made: 0, slot: 0 });
  if (kept === null) return null;
  const { step, stepsPerEpoch, adapter, loss, error, flips, epochs } = kept;
  return {
    ...{ step, perEpoch: stepsPerEpoch, adapter: adapter.slice(0, 120), flips },
    loss: thinned(loss, MAX_RESULT_POINTS),
    error: thinned(error, MAX_RESULT_POINTS),
    epochs: thinned(epochs, MAX_RESULT_EPOCHS).map((record) => ({
      ...{ at: record.epoch, step: record.step, loss: record.trainLoss },
      vLoss: shortErrors(record.validationLoss),
      vErr: shortErrors(record.validationError),
      tErr: shortErrors(record.testError),
    })),
  };
}

export interface ResultText {
  readonly text: string;
  /** Weights whose signs it carries; 0: they do not fit. */
  readonly signs: number;
}

/** The result as a link carries it, with signs where they fit; null where it is too long without them. */
export function resultText(
  result: CarriedResult['result'],
  signs: CarriedResult['signs'],
  { spec }: ReturnType<typeof sharedRun>,
): ResultText | null {
  if (signs !== null) {
    const text = encodeResult({ result, signs }, spec);
    if (text.length <= MAX_RESULT_LENGTH) return { text, signs: signCount(spec) };
  }
  const text = encodeResult({ result, signs: null }, spec);
  return text.length <= MAX_RESULT_LENGTH ? { text, signs: 0 } : null;
}
