/** Which fields of a spec a group of settings holds, and what it says while it is folded. Pure. */
import { isToyId } from '../../experiment/datasets.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { figures } from '../../experiment/digits.ts';
import { sameData } from '../state/drafts.ts';
import { OPTIONS } from '../text.ts';

interface Fields {
  readonly own: readonly (keyof ExperimentSpec)[];
  readonly network: readonly (keyof ExperimentSpec['network'])[];
  readonly says: (spec: ExperimentSpec) => string;
}

export const SETTINGS = {
  Learning: {
    own: [
      'learning',
      'loss',
      'optimizer',
      'rate',
      'lrScale',
      'biasRate',
      'weightDecay',
      'retraining',
    ],
    network: [],
    says: ({ learning, optimizer, rate }) =>
      learning === 'expectation'
        ? OPTIONS.learning.expectation
        : `${OPTIONS.optimizer[optimizer.kind]}, ${figures(rate.start, 1)}`,
  },
  'Weights and layers': {
    own: ['h', 'magnitude', 'initialisation', 'initialRange'],
    network: ['batchNorm', 'pooling', 'dropout', 'dropConnect', 'companions'],
    says: ({ learning, h }) => (learning === 'expectation' ? '' : OPTIONS.h[h]),
  },
  Data: {
    own: ['preprocessing', 'augmentation'],
    network: [],
    says: ({ data, preprocessing }) => (isToyId(data) ? '' : OPTIONS.preprocessing[preprocessing]),
  },
  Schedule: {
    own: ['batch', 'epochs', 'evaluateEvery', 'shuffleEvery', 'seed'],
    network: [],
    says: ({ batch, epochs }) => `${batch} × ${epochs} epochs`,
  },
} as const satisfies Record<string, Fields>;

export type SettingsGroup = keyof typeof SETTINGS;

/** True where an edit differs from what trains in a field of the group. */
export function isEdited(
  group: SettingsGroup,
  draft: ExperimentSpec,
  spec: ExperimentSpec,
): boolean {
  const { own, network }: Fields = SETTINGS[group];
  return (
    own.some((key) => !sameData(draft[key], spec[key])) ||
    network.some((key) => !sameData(draft.network[key], spec.network[key]))
  );
}
