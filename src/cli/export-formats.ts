/** What a checkpoint can be made into for other programs. A format is an entry here. */
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { packNetwork } from '../export/packed.ts';
import { writeWeights } from '../export/weights-file.ts';
import type { Frozen, FrozenWeights } from '../gpu/frozen.ts';

export const EXPORT_FORMATS = ['safetensors', 'packed'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface Export {
  /** Kinds of weights it can hold. */
  readonly weights: readonly FrozenWeights[];
  /** Why a run cannot be written so, in one sentence; null where it can. */
  readonly refusal: (spec: ExperimentSpec) => string | null;
  readonly write: (frozen: Frozen, spec: ExperimentSpec, data: Dataset) => Uint8Array<ArrayBuffer>;
}

export const EXPORTS: Readonly<Record<ExportFormat, Export>> = {
  safetensors: {
    weights: ['binary', 'real'],
    refusal: () => null,
    write: writeWeights,
  },
  packed: {
    weights: ['binary'],
    refusal: ({ retraining }) =>
      retraining === undefined
        ? null
        : 'A packed file has one bit a weight, and ternary weights take two; allowed with retraining is safetensors.',
    write: (frozen, spec, data) =>
      packNetwork(frozen, spec, { ...data, bytes: data.train.images instanceof Uint8Array }),
  },
};
