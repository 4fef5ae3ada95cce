/**
 * One training step with the numbers of one weight: a step like any other, to the bit, whose buffers are
 * read in the middle. Copies stand between its dispatches; they write nothing that a step reads.
 */
import { at } from '../experiment/at.ts';
import { philox, signedUnit, streamOf } from '../experiment/random.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { Mode, OptimizerSpec } from '../experiment/spec.ts';
import { Arena } from './buffers.ts';
import { type Dispatch, record } from './kernel.ts';
import type { LayerParameters } from './layers/parameters.ts';
import type { LearningNetwork, Traced } from './learning/learning.ts';
import { advance } from './optimizers/rates.ts';

/** Which weight: row 0 .. I - 1, column 0 .. O - 1 of a layer's [I, O]. */
export interface WeightPlace {
  /** From 0. */
  readonly layer: number;
  readonly row: number;
  readonly column: number;
}

/** What became of one weight in one training step. What was not computed from others was read on the device. */
export interface StepTrace extends WeightPlace {
  /** Training steps done before it. */
  readonly step: number;
  readonly name: string;
  readonly mode: Mode;
  /** 1 in retraining, else 0. */
  readonly phase: number;
  readonly H: number;

  /** The stored weight before the step. */
  readonly stored: number;
  /** Stochastic: P(+H) = hs(w / H), and the number in [0, 1) drawn for it; +H where that is smaller. Else null. */
  readonly chance: number | null;
  readonly drawn: number | null;
  /** What propagated, forward and back. */
  readonly propagated: number;

  /** What the weight was multiplied by in the minibatch's first example; null in a convolution, which has a number a place. */
  readonly input: number | null;
  /** Of the minibatch, mean. */
  readonly loss: number;

  /** dL/dwb: the gradient at what propagated, handed to the stored weight unchanged. */
  readonly gradient: number;

  /** The rate with which the optimiser steps, ADAM's bias correction included. */
  readonly rate: number;
  /** The layer's factor on the optimiser's step. */
  readonly scale: number;
  /** What of the weight its gradient gets. */
  readonly decay: number;
  /** Before and after: none of SGD, a velocity, ADAM's two. */
  readonly momentsBefore: readonly number[];
  readonly momentsAfter: readonly number[];
  /** Computed here from the numbers above, in float64: what is added to the stored weight, before the clip. */
  readonly change: number;
  /** [-H, H] bounds what is stored; false with real weights. */
  readonly clips: boolean;
  /** The stored weight after the step. */
  readonly after: number;
  /** Its bit (+H is 1) in this minibatch and the next: in mode none the signs. */
  readonly bit: number;
  readonly nextBit: number;
}

/** What a step is taken with. */
export interface TracedStep {
  readonly step: number;
  readonly seed: number;
  readonly mode: Mode;
  readonly phase: number;
  readonly optimizer: OptimizerSpec;
  readonly rate: number;
  readonly momentum: number;
  readonly scale: number;
  readonly decay: number;
}

/** Why a weight cannot be traced, in one sentence; null where it can. */
export function placeRefusal(layers: readonly LayerShape[], place: WeightPlace): string | null {
  const { layer, row, column } = place;
  const shape = layers[layer];
  if (shape === undefined) {
    return `There is no layer ${layer + 1}; allowed are 1 to ${layers.length}.`;
  }
  const within = (n: number, count: number) => Number.isInteger(n) && n >= 0 && n < count;
  const { I, O } = shape;
  if (!within(row, I)) return `There is no row ${row}; allowed are 0 to ${I - 1}.`;
  if (!within(column, O)) return `There is no column ${column}; allowed are 0 to ${O - 1}.`;
  return null;
}

/** Words read, in the order in which they lie in the staging buffer. */
interface Slot {
  readonly buffer: GPUBuffer;
  /** Which word of it. */
  readonly word: number;
  readonly integer?: boolean;
}

/** Copies recorded into an encoder; ask for them once it is submitted, and once only. */
export interface RecordedTrace {
  read(loss: () => Promise<number>): Promise<StepTrace>;
}

/**
 * Record a step's dispatches in order, with copies before the first, before the update of the weight's
 * layer, and behind the last.
 * @param prepare sets group 0 on each pass.
 */
export function recordTraced(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  network: LearningNetwork & { readonly traced: Traced },
  program: readonly Dispatch[],
  place: WeightPlace,
  taken: TracedStep,
  prepare: (pass: GPUComputePassEncoder) => void,
): RecordedTrace {
  const { traced } = network;
  const layer = at(network.layers, place.layer);
  const { shape, momentsPerWeight, words, w, moments, wBits } = layer;
  const { I, O, name, kind } = shape;
  const { row, column } = place;
  const e = row * O + column;
  const update = program.findIndex(({ label }) => label === `${name}.update`);
  if (update < 0) throw new RangeError(`${name} has no update to read in front of`);

  const held: Slot[] = [
    { buffer: w, word: e },
    { buffer: wBits, word: row * words + (column >>> 5), integer: true },
    ...Array.from({ length: momentsPerWeight }, (_, k) => ({
      buffer: moments,
      word: k * I * O + e,
    })),
  ];
  const other =
    taken.mode === 'none' && taken.phase === 0
      ? undefined
      : traced.propagates(place.layer, taken.phase);
  const middle: Slot[] = [
    { buffer: traced.dwb, word: e },
    { buffer: at(traced.inputs, place.layer), word: kind === 'dense' ? row : 0 },
    ...(other === undefined ? [] : [{ buffer: other.buffer, word: other.each ? e : 0 }]),
  ];
  const slots = [...held, ...middle, ...held];
  const arena = new Arena(device);
  const staging = arena.staging('trace.staging', slots.length);
  let offset = 0;
  const copy = (wanted: readonly Slot[]): void => {
    for (const { buffer, word } of wanted) {
      encoder.copyBufferToBuffer(buffer, 4 * word, staging, offset, 4);
      offset += 4;
    }
  };
  const run = (dispatches: readonly Dispatch[]): void => {
    const pass = encoder.beginComputePass({ label: 'traced' });
    prepare(pass);
    record(pass, dispatches);
    pass.end();
  };
  copy(held);
  run(program.slice(0, update));
  copy(middle);
  run(program.slice(update));
  copy(held);

  return {
    read: async (loss) => {
      try {
        const [measured] = await Promise.all([loss(), staging.mapAsync(GPUMapMode.READ)]);
        const bytes = staging.getMappedRange().slice(0, 4 * slots.length);
        const view = new DataView(bytes);
        const numbers = slots.map(({ integer }, k) =>
          integer === true ? view.getUint32(4 * k, true) : view.getFloat32(4 * k, true),
        );
        const before = numbers.slice(0, held.length);
        const between = numbers.slice(held.length, held.length + middle.length);
        const after = numbers.slice(held.length + middle.length);
        const multiplier =
          other === undefined ? undefined : { value: at(between, 2), each: other.each };
        return traceOf(layer, place, taken, { before, between, after, multiplier, loss: measured });
      } finally {
        arena.destroy();
      }
    },
  };
}

interface Read {
  /** w, word of bits, moments. */
  readonly before: readonly number[];
  /** dwb, input. */
  readonly between: readonly number[];
  readonly after: readonly number[];
  /** What propagates instead of +-H: itself, or what signs are multiplied by. */
  readonly multiplier: { readonly value: number; readonly each: boolean } | undefined;
  readonly loss: number;
}

function traceOf(
  { shape, index }: LayerParameters,
  place: WeightPlace,
  taken: TracedStep,
  { before, between, after, multiplier, loss }: Read,
): StepTrace {
  const { H, O, name, kind } = shape;
  const { row, column } = place;
  const { step, mode, phase, rate, scale, decay, optimizer, momentum } = taken;
  const [stored = NaN, bits = 0, ...momentsBefore] = before;
  const [end = NaN, nextBits = 0, ...momentsAfter] = after;
  const [gradient = NaN, input = NaN] = between;
  const bitOf = (word: number): number => (word >>> (column & 31)) & 1;
  const sign = bitOf(bits) === 1 ? 1 : -1;
  const magnitude = multiplier === undefined ? H : multiplier.value;
  const isBinary = mode !== 'none';
  const propagated =
    multiplier?.each === true ? multiplier.value : isBinary ? sign * magnitude : stored;
  const samples = mode === 'stochastic';
  const moved = advance(optimizer, gradient + decay * stored, momentsBefore, { rate, momentum });
  return {
    ...place,
    ...{ step, name, mode, phase, H, stored, propagated, loss, gradient, rate, scale, decay },
    chance: samples ? Math.min(Math.max((stored / H + 1) / 2, 0), 1) : null,
    drawn: samples
      ? (drawnFor(row * 32 * Math.ceil(O / 32) + column, step, taken.seed, index) + 1) / 2
      : null,
    input: kind === 'dense' ? input : null,
    ...{ momentsBefore, momentsAfter, after: end },
    change: scale * moved,
    clips: isBinary,
    bit: bitOf(bits),
    nextBit: bitOf(nextBits),
  };
}

/** The number in [-1, 1) that binarise.wgsl draws for weight `e` of rows padded to whole words. */
function drawnFor(e: number, step: number, seed: number, layer: number): number {
  const words = new Uint32Array(4);
  philox(words, 0, [e >>> 2, step, 0, 0], [seed, streamOf('binarise', layer)]);
  return signedUnit(at(words, e & 3));
}
