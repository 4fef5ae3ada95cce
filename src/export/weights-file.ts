/**
 * The weights of a run by themselves, as safetensors for other programs (docs/formats.md): stored weights,
 * and batch norm with the statistics that were measured for one kind of weights.
 */
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Frozen } from '../gpu/frozen.ts';
import type { Tensor } from '../gpu/state.ts';
import { writeSafetensors } from './safetensors.ts';

const FORMAT = 'binaryconnect-weights';
const VERSION = 1;

export function writeWeights(
  { weights, mode, layers }: Frozen,
  spec: ExperimentSpec,
): Uint8Array<ArrayBuffer> {
  const tensors = layers.flatMap(({ shape, w, gamma, beta, statistics }) => {
    const { name, I, O } = shape;
    const row = (part: string, data: Float32Array<ArrayBuffer>): [string, Tensor] => [
      `${name}.${part}`,
      { dtype: 'F32', shape: [O], data },
    ];
    const stored: [string, Tensor] = [`${name}.w`, { dtype: 'F32', shape: [I, O], data: w }];
    return statistics === null
      ? [stored, row('bias', beta)]
      : [
          stored,
          ...[row('gamma', gamma), row('beta', beta)],
          ...[row('mean', statistics.mean), row('variance', statistics.variance)],
        ];
  });
  const magnitudes = layers.map(({ shape, magnitude }) => [shape.name, magnitude] as const);
  const metadata = new Map([
    ['format', FORMAT],
    ['version', String(VERSION)],
    ['weights', weights],
    ['mode', mode],
    ['magnitudes', JSON.stringify(Object.fromEntries(magnitudes))],
    ['spec', JSON.stringify(spec)],
  ]);
  return writeSafetensors({ metadata, tensors: new Map(tensors) });
}
