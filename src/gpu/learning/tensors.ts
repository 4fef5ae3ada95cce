/**
 * What a network keeps from one step to the next, by name, type and shape alone: a rule of learning finds
 * its buffers by this list, and a file is checked against it before anything is on a device.
 */
import type { DataShape } from '../../experiment/datasets.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import type { ExperimentSpec, LearningKind } from '../../experiment/spec.ts';
import { type LayerPart, layerTensors } from '../layers/parameters.ts';
import { STEP_WORDS } from '../ops/quantise.ts';
import { momentsOf } from '../optimizers/rates.ts';
import type { TensorShape } from '../state.ts';

/** A tensor, and which part of which layer it is. */
interface Kept<Part extends string> {
  readonly tensor: TensorShape;
  /** Its place among the layers; companions follow those in their order. */
  readonly layer: number;
  readonly part: Part;
}

type Shapes = readonly { readonly name: string; readonly I: number; readonly O: number }[];

const parametersOf = (shapes: Shapes, momentsPerWeight: number): Kept<LayerPart>[] =>
  shapes.flatMap((shape, layer) =>
    layerTensors(shape, momentsPerWeight).map(({ part, ...tensor }) => ({ tensor, layer, part })),
  );

/** Parameters of all layers and companions, and the steps of ternary weights where there is retraining. */
export function keptByBackprop(spec: ExperimentSpec, data: DataShape): Kept<LayerPart | 'steps'>[] {
  const layers = layerShapes(spec, data);
  const companions = layers.flatMap(({ companion }) => companion ?? []);
  const steps = layers.map(({ name }, layer) => ({
    tensor: { name: `${name}.steps`, dtype: 'F32' as const, shape: [STEP_WORDS] },
    ...{ layer, part: 'steps' as const },
  }));
  return [
    ...parametersOf([...layers, ...companions], momentsOf(spec.optimizer)),
    ...(spec.retraining === undefined ? [] : steps),
  ];
}

/** Parameters without moments, and what stands for each weight: its mean and its spread. */
export function keptByExpectation(
  spec: ExperimentSpec,
  data: DataShape,
): Kept<LayerPart | 'means' | 'spreads'>[] {
  return layerShapes(spec, data).flatMap((shape, layer) => [
    ...parametersOf([shape], 0).map((kept) => ({ ...kept, layer })),
    ...(['means', 'spreads'] as const).map((part) => ({
      tensor: { name: `${shape.name}.${part}`, dtype: 'F32' as const, shape: [shape.I, shape.O] },
      ...{ layer, part },
    })),
  ]);
}

const KEPT: Readonly<
  Record<LearningKind, (spec: ExperimentSpec, data: DataShape) => readonly Kept<string>[]>
> = { backprop: keptByBackprop, expectation: keptByExpectation };

/** The tensors of a checkpoint of a spec's network. */
export const tensorsOfNetwork = (spec: ExperimentSpec, data: DataShape): TensorShape[] =>
  KEPT[spec.learning](spec, data).map(({ tensor }) => tensor);
