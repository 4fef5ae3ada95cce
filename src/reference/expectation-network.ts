/**
 * A run by Expectation BackPropagation in plain float64 (see expectation.ts): the oracle of the
 * device's. It has no rate and no moments, and takes no changes.
 */
import { at } from '../experiment/at.ts';
import type { DataShape } from '../experiment/datasets.ts';
import { type LayerShape, layerShapes } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { expectedRange } from '../experiment/learning.ts';
import { flipRate } from './binarise.ts';
import type { Evaluation, EvaluationWeights } from './evaluation.ts';
import { expectedPass, likelihoodLoss, readout } from './expectation.ts';
import { el, type Floats, floats, toFloats } from './floats.ts';
import type { StepReport } from './network.ts';
import { initialWeights } from './random.ts';

export interface ExpectedState {
  readonly shape: LayerShape;
  readonly I: number;
  readonly O: number;
  /** [I, O]: h. */
  readonly w: Floats;
  /** [O] */
  readonly bias: Floats;
}

export class ExpectationNetwork {
  readonly layers: readonly ExpectedState[];

  /** At step 0. */
  constructor(spec: ExperimentSpec, data: DataShape) {
    this.layers = layerShapes(spec, data).map((shape, l) => {
      const { I, O } = shape;
      const w = initialWeights(I, O, expectedRange(I), spec.seed, l);
      return { shape, I, O, w, bias: floats(O) };
    });
  }

  /** One training step on minibatch x [B, inputs]. */
  step(x: ArrayLike<number>, labels: ArrayLike<number>): StepReport {
    const { loss, errors, layers } = expectedPass(this.layers, toFloats(x), labels);
    const signFlips = this.layers.map(({ w, bias }, l) => {
      const ascent = at(layers, l);
      const before = w.slice();
      for (let e = 0; e < w.length; e++) w[e] = el(w, e) + el(ascent.w, e);
      for (let o = 0; o < bias.length; o++) bias[o] = el(bias, o) + el(ascent.bias, o);
      return flipRate(before, w);
    });
    const sampleFlips = this.layers.map(() => 0);
    return { loss, error: (100 * errors) / labels.length, signFlips, sampleFlips };
  }

  /** Scores [N, classes] of x [N, inputs]: `real` by the means (EBP-P), `binary` by the signs (EBP-D). */
  scores(weights: EvaluationWeights, x: ArrayLike<number>): Floats {
    return readout(this.layers, weights, toFloats(x));
  }

  evaluate(
    weights: EvaluationWeights,
    x: ArrayLike<number>,
    labels: ArrayLike<number>,
  ): Evaluation {
    const { O } = at(this.layers, this.layers.length - 1);
    const { loss, errors } = likelihoodLoss(this.scores(weights, x), labels, O);
    return { loss, error: (100 * errors) / labels.length };
  }
}
