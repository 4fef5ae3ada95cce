/** Which runs the CPU takes where there is no graphics device. */
import { countsOf } from '../../experiment/counts.ts';
import { isToyId, shapeOf } from '../../experiment/datasets.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';

/** Multiply-accumulates of a step, forward and both gradients, at most: about half a second of float64 loops. */
const MOST_MACS = 1e8;

/** True for a toy task that learns by gradients, in one phase, with steps that are not too long. */
export function trainsOnCpu(spec: ExperimentSpec): boolean {
  if (!isToyId(spec.data) || spec.learning !== 'backprop' || spec.retraining !== undefined) {
    return false;
  }
  const { macs } = countsOf(layerShapes(spec, shapeOf(spec.data)));
  return 3 * macs * spec.batch <= MOST_MACS;
}
