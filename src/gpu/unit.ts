/**
 * One unit (or output channel) by itself: its stored weights, and how strongly it answers to examples.
 * With its own buffers, between training's submits.
 */
import { at } from '../experiment/at.ts';
import { countsOf } from '../experiment/counts.ts';
import { Arena } from './buffers.ts';
import { programOf, roomFor } from './inspector.ts';
import { record } from './kernel.ts';
import type { EvaluationWeights, LearningNetwork } from './learning/learning.ts';
import type { Builder } from './ops/builder.ts';
import { peak } from './ops/peak.ts';
import { Readback } from './readback.ts';
import { STILL, StepRing } from './steps.ts';

/** What a unit is shown, at most and at least, and the multiply-accumulates that this may take. */
const EXAMPLES = { most: 1000, least: 32, macs: 5e8 } as const;

/** How many examples a unit of this net is shown of so many. */
export function shownExamples({ layers }: Pick<LearningNetwork, 'layers'>, there: number): number {
  const macs = countsOf(layers.map(({ shape }) => shape)).macs;
  const fitting = Math.floor(EXAMPLES.macs / macs);
  return Math.min(there, Math.max(EXAMPLES.least, Math.min(EXAMPLES.most, fitting)));
}

/** What a look at a unit is compiled for. */
export interface UnitShape {
  readonly weights: EvaluationWeights;
  readonly examples: number;
  readonly layer: number;
}

export interface UnitRequest {
  readonly weights: EvaluationWeights;
  readonly layer: number;
  readonly unit: number;
  /** [examples, inputs], preprocessed as the training examples were. */
  readonly inputs: Float32Array<ArrayBuffer>;
}

export interface UnitSeen {
  /** [I] stored weights */
  readonly stored: Float32Array<ArrayBuffer>;
  /** [examples]: behind norm, activation and pooling; of a map, where it is greatest. */
  readonly activations: Float32Array<ArrayBuffer>;
}

/** Compile what a look at a unit of a layer needs. @throws NoRoom where there is no memory for it. */
export async function prepareUnit(
  device: GPUDevice,
  builder: Builder,
  network: LearningNetwork,
  shape: UnitShape,
): Promise<void> {
  const arena = new Arena(device);
  try {
    await roomFor(device, () => unitProgram(arena, builder, network, shape));
  } finally {
    arena.destroy();
  }
}

/**
 * Look at a unit, with batch norm measured for the weights as for a look at an example.
 * @throws NoRoom where the adapter has no memory for it beside the run.
 */
export async function lookAtUnit(
  device: GPUDevice,
  builder: Builder,
  network: LearningNetwork,
  { weights, layer, unit, inputs }: UnitRequest,
): Promise<UnitSeen> {
  const { data, layers } = network;
  const { shape, w } = at(layers, layer);
  const examples = inputs.length / data.inputs;
  const arena = new Arena(device);
  try {
    const asked = { weights, examples, layer };
    const program = await roomFor(device, () => unitProgram(arena, builder, network, asked));
    const { own, measured, before, answered, peaks } = program;
    device.queue.writeBuffer(own(0).buffer, 0, inputs);
    const stored = arena.storage('unit.stored', shape.I);
    const readback = new Readback(device, arena, 'unit.staging', shape.I + examples, 1);
    const ring = new StepRing(device, builder.kernels, arena, 'unit.steps', 2);
    ring.set(0, { ...STILL, count: measured });
    // A maxout unit is the largest of its pieces, which lie a whole row of units apart.
    ring.set(1, { ...STILL, start: unit % shape.out.channels });
    ring.send(0, 2);
    const encoder = device.createCommandEncoder({ label: 'unit' });
    const pass = encoder.beginComputePass({ label: 'unit' });
    ring.use(pass, 0);
    for (const part of before) record(pass, part);
    ring.use(pass, 1);
    record(pass, [answered]);
    pass.end();
    // A column of w [I, O]: a number in every row.
    for (let i = 0; i < shape.I; i++) {
      encoder.copyBufferToBuffer(w, 4 * (i * shape.O + unit), stored, 4 * i, 4);
    }
    const read = await readback.read(encoder, [
      { buffer: stored, words: shape.I },
      { buffer: peaks, words: examples },
    ]);
    const numbers = new Float32Array(read.buffer);
    return { stored: numbers.slice(0, shape.I), activations: numbers.slice(shape.I) };
  } finally {
    arena.destroy();
  }
}

async function unitProgram(
  arena: Arena,
  builder: Builder,
  network: LearningNetwork,
  { weights, examples, layer }: UnitShape,
) {
  const peaks = arena.storage('unit.peaks', examples);
  const { own, measured, ahead, forward } = await programOf(arena, builder, network, {
    ...{ weights, examples, withMaps: false },
  });
  const answered = await peak(builder, {
    ...{ label: 'unit.peak', examples, maps: at(network.layers, layer).shape.out },
    ...{ values: own(at(forward.outputs, layer)).buffer, peaks },
  });
  // What comes after this layer would write over what it made.
  const through = forward.dispatches.slice(0, at(forward.ends, layer));
  return { own, measured, before: [...ahead, through], answered, peaks };
}
