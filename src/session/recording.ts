/**
 * A recorded run as a file: what a page draws of a run, at some moments of it, to be played where nothing
 * can be trained. Read like any file, with bounds before anything is set aside; docs/formats.md has the layout.
 */
import { deflateSync, inflateSync } from 'fflate';
import * as v from 'valibot';
import { shapeOf } from '../experiment/datasets.ts';
import { decodeLink, encodeLink } from '../experiment/link.ts';
import { parseJsonBytes } from '../experiment/parse-json.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { layerShapes } from '../experiment/shapes.ts';
import { FORMATS, upToDate } from '../experiment/versions.ts';
import type { EpochRecord, LayerProbe, SessionEvent } from './protocol.ts';

type Opened = Extract<SessionEvent, { type: 'opened' }>;
export type RecordedFrame = Extract<SessionEvent, { type: 'frame' }> & {
  readonly probes: readonly LayerProbe[];
};

export interface Recording {
  readonly opened: Opened;
  /** A moment each, first to last; the first stands at step 0. */
  readonly frames: readonly RecordedFrame[];
  readonly epochs: readonly EpochRecord[];
}

/** Bytes of a file, and of what it unpacks to, at most. */
export const MAX_RECORDING = 300_000;
const MAX_UNPACKED = 1 << 22;
const BINS = 64;

const number = v.pipe(v.number(), v.finite());
const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const errors = v.strictObject({ binary: number, real: number });
const MAX_STEPS = 20_000;

const HeadSchema = v.strictObject({
  link: text(2000),
  title: text(80),
  note: v.nullable(text(400)),
  classNames: v.pipe(v.array(text(40)), v.maxLength(100)),
  train: whole(1e6),
  validation: whole(1e6),
  test: whole(1e6),
  adapter: v.strictObject({
    name: text(120),
    software: v.boolean(),
    kernels: text(200),
    bytes: number,
  }),
  stepsPerEpoch: v.pipe(whole(MAX_STEPS), v.minValue(1)),
  moments: v.pipe(
    v.array(
      v.strictObject({
        ...{ step: whole(MAX_STEPS), rate: number, seconds: v.pipe(number, v.minValue(0)) },
        layers: v.array(v.strictObject({ range: v.pipe(number, v.gtValue(0)), saturation: share })),
      }),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
  epochs: v.pipe(
    v.array(
      v.strictObject({
        ...{ epoch: number, step: whole(MAX_STEPS), trainLoss: number, trainError: number },
        ...{ validationLoss: errors, validationError: errors, testError: errors },
        flipRate: v.record(text(40), number),
        stepsPerSecond: number,
      }),
    ),
    v.maxLength(100),
  ),
});
type Head = v.InferOutput<typeof HeadSchema>;

/** 32-bit words a layer's packed signs take. */
const wordsOf = ({ I, O }: { readonly I: number; readonly O: number }): number =>
  I * Math.ceil(O / 32);

const padded = (length: number): number => 4 * Math.ceil(length / 4);

/** The file. Curves stand in it step by step, signs as what changed since the moment before. */
export function writeRecording({ opened, frames, epochs }: Recording): Uint8Array<ArrayBuffer> {
  const { run, data, adapter, stepsPerEpoch, layers } = opened;
  const head: Head = {
    ...{ link: encodeLink(run), title: data.title, note: data.note, stepsPerEpoch },
    ...{ classNames: [...data.classNames], train: data.train },
    ...{ validation: data.validation, test: data.test },
    adapter: {
      ...{ name: adapter.name, software: adapter.software },
      ...{ kernels: adapter.kernels, bytes: adapter.bytes },
    },
    moments: frames.map(({ step, rate, steps, probes }) => ({
      ...{ step, rate, seconds: steps.seconds },
      layers: probes.map(({ range, saturation }) => ({ range, saturation })),
    })),
    epochs: epochs.map(({ validationLoss, validationError, testError, ...record }) => ({
      ...{ ...record, flipRate: { ...record.flipRate } },
      ...{ validationLoss, validationError, testError },
    })),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const words: (Float32Array | Uint32Array)[] = [];
  for (const part of ['loss', 'error', 'signFlips', 'sampleFlips'] as const) {
    for (const { steps } of frames) words.push(steps[part]);
  }
  for (const { probes } of frames) words.push(...probes.map(({ histogram }) => histogram));
  layers.forEach((_, layer) => {
    let before: Uint32Array | undefined;
    for (const { probes } of frames) {
      const bits = probes[layer]?.bits ?? new Uint32Array();
      const known = before;
      words.push(known === undefined ? bits : bits.map((word, k) => word ^ (known[k] ?? 0)));
      before = bits;
    }
  });
  const start = 8 + padded(json.length);
  const bytes = new Uint8Array(start + words.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FORMATS.recording.version, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, 8);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of words) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return deflateSync(bytes, { level: 9 });
}

/** Read such a file. The error is one sentence. */
export function readRecording(file: Uint8Array<ArrayBuffer>): Result<Recording> {
  const none = (what: string) => fail(`The recorded run ${what}.`);
  if (file.length > MAX_RECORDING) {
    return none(`is ${file.length} bytes long; allowed are at most ${MAX_RECORDING}`);
  }
  const bytes = unpacked(file);
  if (bytes === null || bytes.length < 8) return none('is damaged or cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(0, true);
  const jsonLength = view.getUint32(4, true);
  const start = 8 + padded(jsonLength);
  const read = parseJsonBytes(bytes.subarray(8, 8 + jsonLength));
  const json = read.ok ? read.value : null;
  const current = upToDate<unknown>(FORMATS.recording, 'The recorded run', version, json);
  if (!current.ok) return current;
  if (start > bytes.length) return none('ends within its head');
  const parsed = v.safeParse(HeadSchema, current.value);
  if (!parsed.success) return none('has a head that is not understood');
  const head = parsed.output;
  const link = decodeLink(head.link);
  if (!link.ok || link.value === null) return none('names no run');
  const { run } = link.value;
  const layers = layerShapes(run.spec, shapeOf(run.spec.data));
  const { moments, epochs } = head;
  const steps = moments.at(-1)?.step ?? 0;
  const ascend = moments.every(({ step }, k) => step > (moments[k - 1]?.step ?? -1));
  if (!ascend || moments[0]?.step !== 0 || steps > head.stepsPerEpoch * run.spec.epochs) {
    return none('has moments that are not in their order');
  }
  if (moments.some((moment) => moment.layers.length !== layers.length)) {
    return none('is of another network than it says');
  }
  const signs = layers.reduce((sum, layer) => sum + wordsOf(layer), 0);
  const wanted = steps * (2 + 2 * layers.length) + moments.length * (BINS * layers.length + signs);
  if (bytes.length - start !== 4 * wanted) {
    return none(`holds ${bytes.length - start} bytes of numbers; its head says ${4 * wanted}`);
  }
  // Behind its start nothing is a multiple of four by itself.
  const numbers = bytes.slice(start).buffer;
  const { data, id } = { data: shapeOf(run.spec.data), id: run.spec.data };
  const { title, note, classNames, train, validation, test, adapter, stepsPerEpoch } = head;
  return ok({
    opened: {
      type: 'opened',
      ...{ run, layers, stepsPerEpoch },
      data: { id, title, note, shape: data, classNames, train, validation, test },
      adapter: { ...adapter, origin: 'given', asked: adapter.kernels, clock: false },
    },
    frames: framesOf(head, layers, numbers),
    epochs,
  });
}

function framesOf(
  { moments }: Head,
  layers: readonly { readonly I: number; readonly O: number }[],
  numbers: ArrayBuffer,
): RecordedFrame[] {
  const steps = moments.at(-1)?.step ?? 0;
  const L = layers.length;
  let at = 0;
  const floats = (count: number): Float32Array<ArrayBuffer> => {
    const part = new Float32Array(numbers, at, count);
    at += part.byteLength;
    return part;
  };
  const words = (count: number): Uint32Array<ArrayBuffer> => {
    const part = new Uint32Array(numbers, at, count);
    at += part.byteLength;
    return part;
  };
  const [loss, error] = [floats(steps), floats(steps)];
  const [signFlips, sampleFlips] = [floats(steps * L), floats(steps * L)];
  const histograms = moments.map(() => layers.map(() => words(BINS)));
  const signs = layers.map((layer) => {
    let before: Uint32Array | null = null;
    return moments.map(() => {
      const bits = words(wordsOf(layer));
      const known = before;
      if (known !== null) bits.forEach((word, k) => (bits[k] = word ^ (known[k] ?? 0)));
      before = bits;
      return bits;
    });
  });
  return moments.map(({ step, rate, seconds, layers: looks }, k) => {
    const first = moments[k - 1]?.step ?? 0;
    const count = step - first;
    return {
      type: 'frame',
      ...{ step, rate, stepsPerSecond: seconds > 0 ? count / seconds : 0 },
      steps: {
        ...{ first, count, seconds },
        loss: loss.slice(first, step),
        error: error.slice(first, step),
        signFlips: signFlips.slice(first * L, step * L),
        sampleFlips: sampleFlips.slice(first * L, step * L),
      },
      probes: looks.map(({ range, saturation }, layer) => ({
        ...{ range, saturation },
        histogram: histograms[k]?.[layer] ?? new Uint32Array(BINS),
        bits: signs[layer]?.[k] ?? new Uint32Array(),
      })),
    };
  });
}

/** At most MAX_UNPACKED bytes; null where there are more, or it is no deflate. */
function unpacked(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  try {
    const out = inflateSync(file, { out: new Uint8Array(MAX_UNPACKED + 1) });
    return out.length > MAX_UNPACKED ? null : out;
  } catch {
    return null;
  }
}
