/** Weights of three levels and signals of a few, by steps that the device holds. */
import quantiseText from '../../shaders/quantise.wgsl?raw';
import ternariseText from '../../shaders/ternarise.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { groups, type Builder } from './builder.ts';

export const TERNARISE: KernelSource = {
  name: 'ternarise',
  parts: [{ file: 'ternarise.wgsl', text: ternariseText }],
  bindings: ['read', 'read', 'write'],
};
export const QUANTISE: KernelSource = {
  name: 'quantise',
  parts: [{ file: 'quantise.wgsl', text: quantiseText }],
  bindings: ['read', 'write'],
};

/** Words of a layer's steps: Delta of its weights, the step of its signals, and 1 / that. */
export const STEP_WORDS = 3;

/** What a layer's buffer of steps holds; a layer whose signals stay as they are has none. */
export const stepsOf = (delta: number, signal: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(delta, signal, signal === 0 ? 0 : 1 / Math.fround(signal));

export interface TernariseRequest {
  readonly label: string;
  /** [count] */
  readonly w: GPUBuffer;
  readonly wq: GPUBuffer;
  readonly count: number;
  readonly steps: GPUBuffer;
}

/** wq = -Delta, 0 or +Delta. */
export const ternarise = ({ kernels }: Builder, r: TernariseRequest): Promise<Dispatch> =>
  kernels.dispatch({
    ...{ label: r.label, source: TERNARISE, constants: { COUNT: r.count } },
    buffers: [r.w, r.steps, r.wq],
    grid: [Math.min(groups(r.count, 64), 4096)],
  });

export interface QuantiseRequest {
  readonly label: string;
  /** [count], none negative. */
  readonly a: GPUBuffer;
  readonly count: number;
  readonly levels: number;
  readonly steps: GPUBuffer;
}

/** a to its nearest level, in place. */
export const quantise = ({ kernels }: Builder, r: QuantiseRequest): Promise<Dispatch> =>
  kernels.dispatch({
    ...{ label: r.label, source: QUANTISE, constants: { COUNT: r.count, TOP: r.levels - 1 } },
    buffers: [r.steps, r.a],
    grid: [Math.min(groups(r.count, 64), 4096)],
    bytes: 8 * r.count,
  });
