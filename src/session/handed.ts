/** What a page may ask of a run to keep or to export: its state at a step, or the net as it predicts. */
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Frozen, FrozenWeights } from '../gpu/frozen.ts';
import type { Resumable } from './progress.ts';

export type { FrozenWeights };

/** The run's state; or its net with one kind of weights, batch norm measured for them. */
export type Wanted = 'state' | FrozenWeights;

/** What an export says of the data. */
export type FrozenData = Pick<Dataset, 'shape' | 'classNames' | 'scale' | 'offset'> & {
  /** False where examples are no bytes any more when the network reads them. */
  readonly bytes: boolean;
};

export type Handed =
  | { readonly kind: 'state'; readonly state: Resumable }
  | {
      readonly kind: 'frozen';
      readonly frozen: Frozen;
      readonly spec: ExperimentSpec;
      readonly data: FrozenData;
      readonly step: number;
      /** In percent, of the test examples, with these weights. */
      readonly testError: number;
    };
