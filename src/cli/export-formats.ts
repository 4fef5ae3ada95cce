/** What a checkpoint can be made into for other programs. A format is an entry here. */
import type { Run } from '../experiment/run.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { onnxRefusal, writeOnnxNetwork } from '../export/onnx.ts';
import { packNetwork, packedRefusal } from '../export/packed.ts';
import { pytorchRefusal, writeExamples, writePytorch } from '../export/pytorch.ts';
import { writeWeights } from '../export/weights-file.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { Frozen, FrozenWeights } from '../gpu/frozen.ts';

export const EXPORT_FORMATS = ['safetensors', 'packed', 'onnx', 'pytorch', 'examples'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Made of the weights of one kind, with batch norm measured for them. */
interface FrozenExport {
  readonly of: 'weights';
  /** Kinds of weights it can hold. */
  readonly weights: readonly FrozenWeights[];
  /** Why a run cannot be written so, in one sentence; null where it can. */
  readonly refusal: (spec: ExperimentSpec, weights: FrozenWeights) => string | null;
  readonly write: (frozen: Frozen, spec: ExperimentSpec, data: Dataset) => Uint8Array<ArrayBuffer>;
}

/** Made of the run itself, with the changes taken and to come: nothing is measured. */
interface RunExport {
  readonly of: 'run';
  readonly refusal: (spec: ExperimentSpec) => string | null;
  readonly write: (run: Run, at: Checkpoint, data: Dataset) => Uint8Array<ArrayBuffer>;
}

export type Export = FrozenExport | RunExport;

const packable = (data: Dataset) => ({ ...data, bytes: data.train.images instanceof Uint8Array });

export const EXPORTS: Readonly<Record<ExportFormat, Export>> = {
  safetensors: {
    of: 'weights',
    weights: ['binary', 'real'],
    refusal: () => null,
    write: writeWeights,
  },
  packed: {
    of: 'weights',
    weights: ['binary'],
    refusal: packedRefusal,
    write: (frozen, spec, data) => packNetwork(frozen, spec, packable(data)),
  },
  onnx: {
    of: 'weights',
    weights: ['binary', 'real'],
    refusal: onnxRefusal,
    write: (frozen, spec, data) => writeOnnxNetwork(frozen, spec, packable(data)),
  },
  pytorch: {
    of: 'run',
    refusal: pytorchRefusal,
    write: (run, { examples }, data) => new TextEncoder().encode(writePytorch(run, data, examples)),
  },
  examples: {
    of: 'run',
    refusal: () => null,
    write: (_run, _at, data) => writeExamples(data),
  },
};
