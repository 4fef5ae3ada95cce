/**
 * What the network makes of examples that a person picked or drew, or of a grid of points: scores,
 * and where asked what every layer makes of them. With its own buffers, between training's submits.
 */
import { at } from '../experiment/at.ts';
import { countsOf } from '../experiment/counts.ts';
import { type Maps, sizeOf } from '../experiment/datasets.ts';
import { evaluationBatch } from '../experiment/shapes.ts';
import { type Activation, Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';
import {
  type EvaluationWeights,
  extentOf,
  type ForwardOptions,
  type LearningNetwork,
} from './learning/learning.ts';
import type { Builder } from './ops/builder.ts';
import { gather } from './ops/gather.ts';
import { Readback } from './readback.ts';
import { STILL, StepRing } from './steps.ts';

/** Multiply-accumulates that measuring batch norm's statistics for a look may take. */
const CALIBRATION_MACS = 5e8;
/** Examples it takes at least. */
const CALIBRATION_EXAMPLES = 50;

/** What one layer made of the first example: its maps behind norm, activation and pooling. */
export interface LayerMaps extends Maps {
  readonly layer: string;
  /** [height, width, channels] */
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Look {
  /** [examples, classes] */
  readonly scores: Float32Array<ArrayBuffer>;
  /** By layer, of the first example; empty where they were not asked for. */
  readonly maps: readonly LayerMaps[];
}

export interface LookRequest {
  readonly weights: EvaluationWeights;
  /** [examples, inputs], preprocessed as the training examples were. */
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly withMaps: boolean;
}

/** How many examples are looked at, and how: what the kernels of a look depend on. */
export interface LookShape extends Pick<LookRequest, 'weights' | 'withMaps'> {
  readonly examples: number;
}

/**
 * Compile what a look needs, which takes seconds on some adapters; the look itself then takes none.
 * @throws NoRoom where the adapter has no memory for it beside the run.
 */
export async function prepareLook(
  device: GPUDevice,
  builder: Builder,
  network: LearningNetwork,
  shape: LookShape,
): Promise<void> {
  const arena = new Arena(device);
  try {
    await roomFor(device, () => programOf(arena, builder, network, shape));
  } finally {
    arena.destroy();
  }
}

/**
 * Batch norm is measured for the weights as they stand on the first training examples, all at once.
 * @throws NoRoom where the adapter has no memory for it beside the run.
 */
export async function look(
  device: GPUDevice,
  builder: Builder,
  network: LearningNetwork,
  { weights, inputs, withMaps }: LookRequest,
): Promise<Look> {
  const { data, layers } = network;
  const examples = inputs.length / data.inputs;
  const arena = new Arena(device);
  try {
    const shape = { weights, examples, withMaps };
    const program = await roomFor(device, () => programOf(arena, builder, network, shape));
    const { own, measured, ahead, forward } = program;
    device.queue.writeBuffer(own(0).buffer, 0, inputs);

    const outputs = layers.map(({ shape: { name, out } }, l) => ({
      ...{ name, out, words: sizeOf(out) },
      buffer: own(at(forward.outputs, l)).buffer,
    }));
    const scores = { buffer: own(forward.turn).buffer, words: examples * data.classes };
    const wanted = [scores, ...(withMaps ? outputs : [])];
    const words = wanted.reduce((sum, part) => sum + part.words, 0);
    const readback = new Readback(device, arena, 'look.staging', words, 1);
    const ring = new StepRing(device, builder.kernels, arena, 'look.steps', 1);
    ring.set(0, { ...STILL, count: measured });
    ring.send(0, 1);
    const encoder = device.createCommandEncoder({ label: 'look' });
    const pass = encoder.beginComputePass({ label: 'look' });
    ring.use(pass, 0);
    for (const part of [...ahead, forward.dispatches]) record(pass, part);
    pass.end();
    const read = new Float32Array((await readback.read(encoder, wanted)).buffer);

    let offset = scores.words;
    const maps = (withMaps ? outputs : []).map(({ name, out, words: length }): LayerMaps => {
      const values = read.slice(offset, offset + length);
      offset += length;
      return { layer: name, ...out, values };
    });
    return { scores: read.slice(0, scores.words), maps };
  } finally {
    arena.destroy();
  }
}

/** A look is no reason for a run to end: it is left out where there is no memory for it. */
export class NoRoom extends Error {}

/** What `make` makes; the buffers it asks for before it first waits must all be had. */
export async function roomFor<T>(device: GPUDevice, make: () => Promise<T>): Promise<T> {
  device.pushErrorScope('out-of-memory');
  const made = make();
  const lack = device.popErrorScope();
  const result = await made;
  if ((await lack) !== null) throw new NoRoom('The adapter has no memory for a look.');
  return result;
}

/** The dispatches of a look, in order, and where they read and write. */
export async function programOf(
  arena: Arena,
  builder: Builder,
  network: LearningNetwork,
  { weights, examples, withMaps }: LookShape,
) {
  const { data, layers, asked } = network;
  const shapes = layers.map(({ shape }) => shape);
  const fitting = Math.floor(CALIBRATION_MACS / countsOf(shapes).macs);
  const most = evaluationBatch(shapes, data.train.count);
  const measured = Math.min(most, Math.max(CALIBRATION_EXAMPLES, fitting));
  const signs = layers.map(({ shape, words }) => arena.storage('look.signs', shape.I * words));
  const stats = shapes.map(({ O }) => arena.storage('look.stats', 2 * O));
  const own = valuesOf(arena, network, examples, withMaps);

  const shared = { weights, signs, stats };
  const [prepared, measure, forward] = await Promise.all([
    asked.prepare(weights, signs),
    asked.measures ? measuring(arena, builder, network, { ...shared, B: measured }) : [],
    asked.forward({
      ...{ ...shared, B: examples, statistics: { of: 'collected' } },
      scratch: asked.scratch(arena, 'look', examples),
      valuesAt: own,
    }),
  ]);
  const ahead: readonly (readonly Dispatch[])[] = [prepared, ...measure];
  return { own, measured, ahead, forward };
}

/** Batch norm's statistics of the first B training examples, all at once. */
async function measuring(
  arena: Arena,
  builder: Builder,
  { asked, data, order }: LearningNetwork,
  shared: Pick<ForwardOptions, 'weights' | 'signs' | 'stats' | 'B'>,
): Promise<(readonly Dispatch[])[]> {
  const { B } = shared;
  const { numbers, channels } = extentOf(asked.maps());
  const y = arena.storage('look.y', B);
  const unwritten = arena.storage('look.unwritten', 1);
  const pair = [0, 1].map(() => arena.activation('look.measured', B * numbers, channels));
  const [fetched, measure] = await Promise.all([
    gather(builder, {
      ...{ label: 'look.x', B, data, split: data.train, augmentation: null },
      ...{ order, shuffled: false, keep: 1 },
      ...{ x: at(pair, 0).buffer, y, metrics: unwritten, clear: 0 },
    }),
    asked.forward({
      ...{ ...shared, statistics: { of: 'batch-collected', share: 1 } },
      scratch: asked.scratch(arena, 'look.measured', B),
      valuesAt: (turn) => at(pair, turn % 2),
    }),
  ]);
  return [fetched, measure.dispatches];
}

/** Where a forward pass over `examples` puts what it makes: two buffers in turn, or one for each where all are kept. */
function valuesOf(
  arena: Arena,
  { asked }: LearningNetwork,
  examples: number,
  kept: boolean,
): (turn: number) => Activation {
  const maps = asked.maps();
  const { numbers, channels } = extentOf(maps);
  const make = () => arena.activation('look.values', examples * numbers, channels);
  if (!kept) {
    const pair = [make(), make()];
    return (turn) => at(pair, turn % 2);
  }
  const all = maps.map((one) =>
    arena.activation('look.values', examples * sizeOf(one), one.channels),
  );
  return (turn) => at(all, turn);
}
