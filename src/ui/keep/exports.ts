/**
 * What the run at hand can be saved as: each file's name, its sentence, about how large it is, why there is
 * none, and how it is made. Loaded with the panel that shows them.
 */
import { onnxRefusal, writeOnnxNetwork } from '../../export/onnx.ts';
import { packNetwork, packedRefusal } from '../../export/packed.ts';
import { pytorchRefusal, writePytorch } from '../../export/pytorch.ts';
import { writeWeights } from '../../export/weights-file.ts';

import type { FrozenWeights, Handed } from '../../session/handed.ts';
import { keeper, playground } from '../page.ts';
import type { PageState } from '../state/page-state.ts';
import { metricsCsv, metricsJson } from './metrics.ts';
import { KEEP } from './text.ts';

type Contents = string | Uint8Array<ArrayBuffer>;

export interface ExportRow {
  readonly title: string;
  readonly help: string;
  readonly file: string;
  readonly type: string;
  /** Bytes, as far as they are known before it is made. */
  readonly size: (state: PageState) => number;
  /** Why there is none, in a sentence; null where there is. */
  readonly refusal: (state: PageState) => string | null;
  /** Null where the run does not stand here any more. */
  readonly make: () => Promise<Contents | null>;
}

const BINARY = 'application/octet-stream';
const layersOf = ({ opened }: PageState) => opened?.layers ?? [];
const sum = (state: PageState, of: (I: number, O: number) => number): number =>
  layersOf(state).reduce((total, { I, O }) => total + of(I, O), 0);
const weightsSize = (state: PageState): number => sum(state, (I, O) => 4 * I * O + 16 * O);
const inputsOf = ({ opened }: PageState): number => {
  if (opened === null) return 0;
  const { height, width, channels } = opened.data.shape;
  return height * width * channels;
};

/** Moments a weight that the optimiser holds. */
const momentsOf = ({ run }: PageState): number =>
  ({ sgd: 0, nesterov: 1, momentum: 1, adam: 2 })[run.spec.optimizer.kind];

type Frozen = Extract<Handed, { kind: 'frozen' }>;
async function frozen(
  weights: FrozenWeights,
  write: (handed: Frozen) => Contents,
): Promise<Contents | null> {
  const handed = await playground.ask(weights);
  return handed?.kind === 'frozen' ? write(handed) : null;
}

/** The weights that the run is judged by. */
const ownWeights = ({ mode }: PageState): FrozenWeights =>
  mode === 'deterministic' ? 'binary' : 'real';

const scriptOf = (state: PageState): string | null => {
  const { opened, run } = state;
  if (opened === null || pytorchRefusal(run.spec) !== null) return null;
  const { train, validation, test } = opened.data;
  return writePytorch(run, opened.data, { train, validation, test });
};

/** What is handed over by a device. */
const onCpu = ({ opened }: PageState): string | null => (opened?.adapter.cpu ? KEEP.cpu : null);

const noEpoch = (): string | null => (playground.streams.epochs.length === 0 ? KEEP.noEpoch : null);

export const EXPORTS: readonly ExportRow[] = [
  {
    ...{ title: 'Checkpoint', help: KEEP.checkpoint },
    ...{ file: 'run.safetensors', type: BINARY },
    size: (state) => {
      const numbers = 1 + momentsOf(state);
      return sum(state, (I, O) => 4 * numbers * I * O + 24 * O + 4 * I * Math.ceil(O / 32));
    },
    refusal: onCpu,
    make: () => keeper.file(),
  },
  {
    ...{ title: 'Weights (safetensors)', help: KEEP.safetensors },
    ...{ file: 'weights.safetensors', type: BINARY },
    size: weightsSize,
    refusal: onCpu,
    make: () =>
      frozen(ownWeights(playground.state), (handed) => writeWeights(handed.frozen, handed.spec)),
  },
  {
    ...{ title: 'One bit a weight', help: KEEP.packed, file: 'net.bcp', type: BINARY },
    size: (state) => sum(state, (I, O) => I * Math.ceil(O / 8) + 8 * O) + 4 * inputsOf(state),
    refusal: (state) => onCpu(state) ?? packedRefusal(state.run.spec),
    make: () => frozen('binary', ({ frozen: net, spec, data }) => packNetwork(net, spec, data)),
  },
  ...(['binary', 'real'] as const).map((weights): ExportRow => ({
    title: `ONNX, ${weights} weights`,
    help: weights === 'binary' ? KEEP.onnxBinary : KEEP.onnxReal,
    ...{ file: `net-${weights}.onnx`, type: BINARY },
    size: (state) => weightsSize(state) + 4 * inputsOf(state),
    refusal: (state) => onCpu(state) ?? onnxRefusal(state.run.spec, weights),
    make: () => frozen(weights, ({ frozen: net, spec, data }) => writeOnnxNetwork(net, spec, data)),
  })),
  {
    ...{ title: 'PyTorch script', help: KEEP.pytorch },
    ...{ file: 'experiment.py', type: 'text/x-python' },
    size: (state) => scriptOf(state)?.length ?? 0,
    refusal: ({ run }) => pytorchRefusal(run.spec),
    make: () => Promise.resolve(scriptOf(playground.state)),
  },
  {
    ...{ title: 'Metrics (CSV)', help: KEEP.csv, file: 'metrics.csv', type: 'text/csv' },
    size: () => metricsCsv(playground.streams).length,
    refusal: noEpoch,
    make: () => Promise.resolve(metricsCsv(playground.streams)),
  },
  {
    ...{ title: 'Metrics (JSON)', help: KEEP.json, file: 'metrics.json', type: 'application/json' },
    size: (state) => metricsJson(state, playground.streams).length,
    refusal: () => null,
    make: () => Promise.resolve(metricsJson(playground.state, playground.streams)),
  },
];
