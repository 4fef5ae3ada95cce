/**
 * What came of a run, as a link carries it beside the run: thinned curves, errors, and the signs of its
 * weights, one bit each, where they fit. All of it is a claim of whoever made the link: it is drawn and
 * compared, and no training reads it.
 *
 * As text: base64url of raw deflate of [version, checksum of the rest (4 bytes), length of JSON (2), JSON,
 * signs]. The signs are those of all layers in order, [I, O] each, without gaps, lowest bit first.
 */
import { deflateSync, inflateSync } from 'fflate';
import * as v from 'valibot';
import { shapeOf } from './datasets.ts';
import { parseJsonBytes } from './parse-json.ts';
import { fail, ok, type Result } from './result.ts';
import { MAX_STEP } from './run.ts';
import { layerShapes } from './shapes.ts';
import { BOUNDS, type ExperimentSpec } from './spec.ts';
import { FORMATS, upToDate } from './versions.ts';

/** Characters of a result in a link, at most: programs that pass links on cut longer ones. */
export const MAX_RESULT_LENGTH = 16_000;
/** Bytes it may unpack to: as many as are ever set aside. */
const MAX_BYTES = 1 << 16;
export const MAX_RESULT_POINTS = 64;
export const MAX_RESULT_EPOCHS = 24;
const HEAD = 7;

const number = v.pipe(v.number(), v.finite(), v.minValue(-1e30), v.maxValue(1e30));
const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_STEP));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const errors = v.strictObject({ b: number, r: number, t: v.optional(number) });
const percents = v.strictObject({ b: percent, r: percent, t: v.optional(percent) });
/** [first step, last step, mean of the values], from step 1. */
const curve = v.pipe(
  v.array(v.strictTuple([step, step, number])),
  v.maxLength(MAX_RESULT_POINTS),
  v.check((points) =>
    points.every(([from, to], k) => from >= 1 && from <= to && from > (points[k - 1]?.[1] ?? 0)),
  ),
);

const ResultSchema = v.strictObject({
  step: v.pipe(step, v.minValue(1)),
  perEpoch: v.pipe(step, v.minValue(1)),
  adapter: v.pipe(v.string(), v.maxLength(120)),
  loss: curve,
  error: curve,
  flips: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  epochs: v.pipe(
    v.array(
      v.strictObject({
        ...{ at: v.pipe(v.number(), v.minValue(0), v.maxValue(BOUNDS.epochs.max)), step },
        ...{ loss: number, vLoss: errors, vErr: percents, tErr: percents },
      }),
    ),
    v.maxLength(MAX_RESULT_EPOCHS),
  ),
  /** Whether signs follow. */
  signs: v.boolean(),
});

export type LinkResult = v.InferOutput<typeof ResultSchema>;
export interface CarriedResult {
  readonly result: Omit<LinkResult, 'signs'>;
  /** By layer: packed signs as a probe has them, [I, ceil(O / 32)]. Null: not carried. */
  readonly signs: readonly Uint32Array<ArrayBuffer>[] | null;
}

/** Weights whose signs a link of this run would carry. */
export const signCount = (spec: ExperimentSpec): number =>
  layerShapes(spec, shapeOf(spec.data)).reduce((sum, { I, O }) => sum + I * O, 0);

/** Three digits say what a curve shows. */
const short = (value: number): number => Number(value.toPrecision(4));

/** FNV-1a: a link that lost a character on its way is told from one that did not. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

/** The text of a result. With signs it may be longer than a link allows: see MAX_RESULT_LENGTH. */
export function encodeResult({ result, signs }: CarriedResult, spec: ExperimentSpec): string {
  const rounded = JSON.parse(
    JSON.stringify({ ...result, signs: signs !== null }, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? short(value) : value,
    ),
  ) as unknown;
  const json = new TextEncoder().encode(JSON.stringify(rounded));
  return sealResult(json, signs === null ? new Uint8Array() : packed(signs, spec));
}

/** Figures as JSON (65,535 bytes at most) and signs behind their checksum, whatever they are. */
export function sealResult(json: Uint8Array, bits: Uint8Array): string {
  const body = new Uint8Array(2 + json.length + bits.length);
  new DataView(body.buffer).setUint16(0, json.length, true);
  body.set(json, 2);
  body.set(bits, 2 + json.length);
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = FORMATS.result.version;
  new DataView(bytes.buffer).setUint32(1, checksum(body), true);
  bytes.set(body, 5);
  return toText(deflateSync(bytes, { level: 9 }));
}

/** Read a result that goes with `spec`. The error is one sentence. */
export function decodeResult(text: string, spec: ExperimentSpec): Result<CarriedResult> {
  const none = (what: string) => fail(`The link's result ${what}.`);
  if (text.length > MAX_RESULT_LENGTH) {
    return none(`is ${text.length} characters long; allowed are at most ${MAX_RESULT_LENGTH}`);
  }
  if (!/^[\w-]+$/.test(text))
    return none('has characters that none has; allowed are A-Z a-z 0-9 - _');
  const bytes = unpacked(fromText(text));
  if (bytes === null || bytes.length < HEAD) {
    return none('is damaged or cut off; ask for the link again');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint8(0);
  const body = bytes.subarray(5);
  // All versions have their checksum there: what is damaged is not taken for a version.
  if (checksum(body) !== view.getUint32(1, true)) {
    return none('is damaged or cut off; ask for the link again');
  }
  const jsonLength = view.getUint16(5, true);
  const figures = parseJsonBytes(body.subarray(2, 2 + jsonLength));
  const said = figures.ok ? figures.value : null;
  const current = upToDate<unknown>(FORMATS.result, "The link's result", version, said);
  if (!current.ok) return current;
  if (2 + jsonLength > body.length) return none('ends within its figures');
  const parsed = v.safeParse(ResultSchema, current.value);
  if (!parsed.success) return none('has figures that are not understood');
  const { signs, ...result } = parsed.output;
  const { step: end, perEpoch, epochs, loss, error } = result;
  const ends = [...loss, ...error].map(([, to]) => to);
  if (
    end > perEpoch * spec.epochs ||
    [...ends, ...epochs.map((epoch) => epoch.step)].some((at) => at > end)
  ) {
    return none(`is of steps behind its run's last one, ${Math.min(end, perEpoch * spec.epochs)}`);
  }
  if (epochs.some((epoch, k) => epoch.step <= (epochs[k - 1]?.step ?? 0))) {
    return none('has epochs that are not in their order');
  }
  const rest = body.subarray(2 + jsonLength);
  const wanted = signs ? Math.ceil(signCount(spec) / 8) : 0;
  if (rest.length !== wanted) {
    return none(`carries ${rest.length} bytes of signs; its network has ${wanted}`);
  }
  return ok({ result, signs: signs ? spread(rest, spec) : null });
}

/** At most MAX_BYTES; null where there are more, or it is no deflate. */
function unpacked(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  try {
    // What goes beyond the room that is set aside is not written.
    const out = inflateSync(bytes, { out: new Uint8Array(MAX_BYTES + 1) });
    return out.length > MAX_BYTES ? null : out;
  } catch {
    return null;
  }
}

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

function fromText(text: string): Uint8Array<ArrayBuffer> {
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Calls back with the index of each weight's sign among all, and where it lies in its layer's words. */
function eachSign(
  spec: ExperimentSpec,
  take: (index: number, layer: number, word: number, bit: number) => void,
): void {
  let index = 0;
  for (const [layer, { I, O }] of layerShapes(spec, shapeOf(spec.data)).entries()) {
    const words = Math.ceil(O / 32);
    for (let i = 0; i < I; i++) {
      for (let o = 0; o < O; o++) take(index++, layer, i * words + (o >>> 5), o & 31);
    }
  }
}

function packed(signs: readonly Uint32Array[], spec: ExperimentSpec): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(signCount(spec) / 8));
  eachSign(spec, (index, layer, word, bit) => {
    const isPlus = (((signs[layer]?.[word] ?? 0) >>> bit) & 1) === 1;
    if (isPlus) bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}

function spread(bytes: Uint8Array, spec: ExperimentSpec): Uint32Array<ArrayBuffer>[] {
  const layers = layerShapes(spec, shapeOf(spec.data)).map(
    ({ I, O }) => new Uint32Array(I * Math.ceil(O / 32)),
  );
  eachSign(spec, (index, layer, word, bit) => {
    const isPlus = (((bytes[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1;
    const words = layers[layer];
    if (isPlus && words !== undefined) words[word] = ((words[word] ?? 0) | (1 << bit)) >>> 0;
  });
  return layers;
}
