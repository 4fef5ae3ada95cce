/** What a recipe is: an experiment with a name, and what was published for it. */
import type { ExperimentSpec, Mode } from './spec.ts';

/** A test error that was published for exactly this configuration in exactly this mode. */
export interface PublishedFigure {
  readonly mode: Mode;
  /** The weights the figure was measured with. */
  readonly weights: 'binary' | 'real';
  /** In percent. */
  readonly testError: number;
  readonly source: string;
}

export interface Recipe {
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /**
   * Which of the two published configurations the parts come from. `rebuttal`: H = c, SGD, hinge
   * summed over classes. `final`: H = 1, ADAM with steps times 1/c, hinge averaged over classes. Or
   * `neighbour`: another method's, which the tables set beside BinaryConnect.
   */
  readonly configuration: 'final' | 'rebuttal' | 'neighbour';
  readonly spec: ExperimentSpec;
  /** Empty where nobody published this configuration. */
  readonly published: readonly PublishedFigure[];
}
