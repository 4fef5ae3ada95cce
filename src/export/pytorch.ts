/**
 * An experiment as one PyTorch script, for those who outgrow one GPU: pytorch/experiment.py with the
 * spec and what follows from it for each layer written into it. The script has the rest: network,
 * recipe, the counted random numbers, files, and PyTorch's own distributed engine.
 */
import type { Run } from '../experiment/run.ts';
import {
  biasScaleOf,
  evaluationBatch,
  initialRange,
  type LayerShape,
  layerShapes,
  longestFilter,
  lrScaleOf,
  type PoolShape,
  switchFactor,
} from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { type Dataset, halfToNumber } from '../data/dataset.ts';
import type { ExampleCounts } from '../gpu/checkpoint.ts';
import template from './pytorch/experiment.py?raw';
import { type FileTensor, writeSafetensors } from './safetensors.ts';

/** Why a run cannot be written so, in one sentence; null where it can. */
export function pytorchRefusal({ learning, retraining, network }: ExperimentSpec): string | null {
  const no = (what: string) =>
    `The PyTorch script does not know ${what}; allowed are runs without.`;
  if (learning === 'expectation') return no('Expectation BackPropagation');
  if (retraining !== undefined) return no('retraining with ternary weights');
  if (network.companions !== undefined) return no('companions');
  return network.dropConnect === undefined ? null : no('DropConnect');
}

/** What the script must know of the data. */
export type ScriptData = Pick<Dataset, 'id' | 'shape' | 'classNames'>;

const poolOf = ({ kind, height, width, stride, from, to }: PoolShape) => ({
  ...{ kind, height, width, stride },
  // Where a window hangs over the edge, rounding up made it.
  ceil:
    (to.height - 1) * stride + height > from.height || (to.width - 1) * stride + width > from.width,
});

const layerOf = (spec: ExperimentSpec, layer: LayerShape) => ({
  ...{ name: layer.name, kind: layer.kind, I: layer.I, O: layer.O },
  ...{ kernel: layer.kernel, stride: layer.stride, padding: layer.padding },
  channels: layer.from.channels,
  pools: layer.pools.map(poolOf),
  ...{ relu: layer.relu, pieces: layer.pieces, dropout: layer.dropout, H: layer.H },
  range: initialRange(spec, layer),
  // A run may go from real weights to binary ones on its way, which have shares of the rate of their own.
  scale: { real: lrScaleOf(spec, 'none', layer), binary: lrScaleOf(spec, 'deterministic', layer) },
  biasScale: biasScaleOf(spec, layer),
  /** What brings binary weights to the scale of real ones. */
  real: switchFactor(spec, 'deterministic', 'none', layer),
  /** Of real filters. */
  longest: longestFilter(spec, 'none', layer),
});

/**
 * The script, ASCII, of the run from its first step, with the changes on its way.
 * @throws RangeError, one sentence, where the run is one that pytorchRefusal refuses.
 */
export function writePytorch(
  { spec, changes }: Run,
  { id, shape, classNames }: ScriptData,
  counts: ExampleCounts,
): string {
  const refusal = pytorchRefusal(spec);
  if (refusal !== null) throw new RangeError(refusal);
  const layers = layerShapes(spec, { ...shape, classes: classNames.length });
  const { height, width, channels } = shape;
  const experiment = {
    ...{ spec, changes },
    data: { id, height, width, channels, classNames, ...counts },
    stepsPerEpoch: Math.floor(counts.train / spec.batch),
    evaluationBatch: evaluationBatch(layers, Math.min(10_000, counts.train)),
    layers: layers.map((layer) => layerOf(spec, layer)),
  };
  // JSON escapes quotes within texts, so that three of them never follow each other; the rest is made ASCII.
  const json = JSON.stringify(experiment, null, 1).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A function: what it gives is taken as it is.
  return template.replace('@EXPERIMENT@', () => json);
}

/** Training and test examples as the script reads them: bytes, or prepared numbers, and what prepares them. */
export function writeExamples(data: Dataset): Uint8Array<ArrayBuffer> {
  const { height, width, channels } = data.shape;
  const images = ({ images: values, count }: Dataset['train']): FileTensor => {
    const shape = [count, height, width, channels];
    return values instanceof Uint8Array
      ? { dtype: 'U8', shape, data: values }
      : { dtype: 'F32', shape, data: Float32Array.from(values, halfToNumber) };
  };
  const tensors = new Map<string, FileTensor>();
  for (const part of ['train', 'test'] as const) {
    const { count, labels } = data[part];
    tensors.set(`${part}.images`, images(data[part]));
    tensors.set(`${part}.labels`, { dtype: 'U8', shape: [count], data: labels });
  }
  tensors.set('offset', { dtype: 'F32', shape: [height, width, channels], data: data.offset });
  const metadata = new Map([
    ['format', 'binaryconnect-examples'],
    ['version', '1'],
    ['data', data.id],
    ['scale', String(data.scale)],
    ['classes', JSON.stringify(data.classNames)],
  ]);
  return writeSafetensors({ metadata, tensors });
}
