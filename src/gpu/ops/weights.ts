/** What is done to a layer's weights: initialise, binarise, update, rescale, look at. */
import binariseText from '../../shaders/binarise.wgsl?raw';
import extentText from '../../shaders/extent.wgsl?raw';
import histogramText from '../../shaders/histogram.wgsl?raw';
import affineText from '../../shaders/initialise_affine.wgsl?raw';
import initialiseText from '../../shaders/initialise.wgsl?raw';
import maxNormText from '../../shaders/max_norm.wgsl?raw';
import rescaleText from '../../shaders/rescale.wgsl?raw';
import updateText from '../../shaders/update.wgsl?raw';
import { type Purpose, streamOf } from '../../experiment/random.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import type { OptimizerConstants } from '../optimizers/rates.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const INITIALISE: KernelSource = {
  name: 'initialise',
  parts: [LIB.step, LIB.philox, { file: 'initialise.wgsl', text: initialiseText }],
  bindings: ['write', 'write'],
};
export const INITIALISE_AFFINE: KernelSource = {
  name: 'initialise_affine',
  parts: [{ file: 'initialise_affine.wgsl', text: affineText }],
  bindings: ['write'],
};
export const BINARISE: KernelSource = {
  name: 'binarise',
  parts: [LIB.step, LIB.philox, LIB.binarise, { file: 'binarise.wgsl', text: binariseText }],
  bindings: ['read', 'write'],
};
export const UPDATE: KernelSource = {
  name: 'update',
  parts: [
    LIB.step,
    LIB.philox,
    LIB.sign,
    LIB.optimizer,
    LIB.binarise,
    { file: 'update.wgsl', text: updateText },
  ],
  bindings: ['read', 'write', 'write', 'write', 'write'],
};
export const MAX_NORM: KernelSource = {
  name: 'max_norm',
  parts: [LIB.step, LIB.philox, LIB.binarise, { file: 'max_norm.wgsl', text: maxNormText }],
  bindings: ['write', 'write', 'write'],
};
export const RESCALE: KernelSource = {
  name: 'rescale',
  parts: [{ file: 'rescale.wgsl', text: rescaleText }],
  bindings: ['write', 'write'],
};
export const EXTENT: KernelSource = {
  name: 'extent',
  parts: [{ file: 'extent.wgsl', text: extentText }],
  bindings: ['read', 'write'],
};
export const HISTOGRAM: KernelSource = {
  name: 'histogram',
  parts: [{ file: 'histogram.wgsl', text: histogramText }],
  bindings: ['read', 'write'],
};

/** w ~ U(-range, range), moments zero. */
export function initialise(
  { kernels }: Builder,
  layer: LayerParameters,
  range: number,
): Promise<Dispatch> {
  const { I, O } = layer.shape;
  return kernels.dispatch({
    label: `${layer.shape.name}.w`,
    source: INITIALISE,
    constants: { I, O, RANGE: range, LAYER: layer.index, MOMENTS: layer.momentsPerWeight },
    buffers: [layer.w, layer.moments],
    grid: [groups(O, 64), I],
  });
}

/** gamma = 1, beta = 0, moments zero. */
export function initialiseAffine({ kernels }: Builder, layer: LayerParameters): Promise<Dispatch> {
  const { O, name } = layer.shape;
  return kernels.dispatch({
    label: `${name}.affine`,
    source: INITIALISE_AFFINE,
    constants: { O },
    buffers: [layer.affine],
    grid: [groups(6 * O, 64)],
  });
}

/** Whose random numbers a sample is drawn by, and what stored weights are multiplied by for it. */
export interface Draw {
  readonly purpose: Purpose;
  readonly factor: number;
}

const TRAINING: Draw = { purpose: 'binarise', factor: 1 };

/** Bits of the stored weights into `bits`: their signs, or one sample for the step's number. */
export function binarise(
  { kernels }: Builder,
  layer: LayerParameters,
  stochastic: boolean,
  bits: GPUBuffer,
  { purpose, factor }: Draw = TRAINING,
): Promise<Dispatch> {
  const { I, O, H, name } = layer.shape;
  return kernels.dispatch({
    label: `${name}.wBits`,
    source: BINARISE,
    constants: {
      I,
      O,
      WORDS: layer.words,
      STOCHASTIC: stochastic,
      INVERSE_H: factor / H,
      STREAM: streamOf(purpose, layer.index),
    },
    buffers: [layer.w, bits],
    grid: [groups(I * layer.words, 64)],
  });
}

export interface UpdateRequest {
  readonly dwb: GPUBuffer;
  readonly scale: number;
  /** Weight decay. */
  readonly decay: number;
  readonly clip: boolean;
  readonly stochastic: boolean;
  readonly optimizer: OptimizerConstants;
  readonly metrics: GPUBuffer;
  readonly stride: number;
  /** Words of the metrics row where this layer's flips are counted. */
  readonly signFlips: number;
  readonly sampleFlips: number;
  /** Longest a filter may be; null: any length. */
  readonly longest: number | null;
}

/** Optimiser step, rate scale, clip, max-norm, binarise for the next step, count flips. */
export function update(
  builder: Builder,
  layer: LayerParameters,
  r: UpdateRequest,
): Promise<Dispatch[]> {
  const stepped = step(builder, layer, r);
  if (r.longest === null) return Promise.all([stepped]);
  return Promise.all([stepped, limitFilters(builder, layer, r, r.longest)]);
}

/** All but max-norm, in one pass; where that follows, binarising is left to it. */
function step({ kernels }: Builder, layer: LayerParameters, r: UpdateRequest): Promise<Dispatch> {
  const { I, O, H, name } = layer.shape;
  return kernels.dispatch({
    label: `${name}.update`,
    source: UPDATE,
    constants: {
      I,
      O,
      WORDS: layer.words,
      SCALE: r.scale,
      DECAY: r.decay,
      CLIP: r.clip,
      H,
      METRICS: r.stride,
      SIGN_FLIPS: r.signFlips,
      SAMPLE_FLIPS: r.sampleFlips,
      DERIVE: r.longest === null,
      STOCHASTIC: r.stochastic,
      INVERSE_H: 1 / H,
      STREAM: streamOf('binarise', layer.index),
      ...r.optimizer,
    },
    buffers: [r.dwb, layer.w, layer.moments, layer.wBits, r.metrics],
    grid: [groups(I * layer.words, 64)],
  });
}

/** Filters no longer than `longest`, and the bits for the next step. */
function limitFilters(
  { kernels }: Builder,
  layer: LayerParameters,
  r: UpdateRequest,
  longest: number,
): Promise<Dispatch> {
  const { I, O, H, name } = layer.shape;
  return kernels.dispatch({
    label: `${name}.maxnorm`,
    source: MAX_NORM,
    constants: {
      I,
      O,
      WORDS: layer.words,
      LONGEST: longest,
      METRICS: r.stride,
      SAMPLE_FLIPS: r.sampleFlips,
      STOCHASTIC: r.stochastic,
      INVERSE_H: 1 / H,
      STREAM: streamOf('binarise', layer.index),
    },
    buffers: [layer.w, layer.wBits, r.metrics],
    grid: [layer.words],
  });
}

/** w <- w * factor, clipped to [-H, H] where asked; moments to zero where asked. */
export function rescale(
  { kernels }: Builder,
  layer: LayerParameters,
  change: { readonly factor: number; readonly clip: boolean; readonly clearMoments: boolean },
): Promise<Dispatch> {
  const { I, O, H, name } = layer.shape;
  return kernels.dispatch({
    label: `${name}.rescale`,
    source: RESCALE,
    constants: {
      COUNT: I * O,
      FACTOR: change.factor,
      CLIP: change.clip,
      H,
      MOMENTS: change.clearMoments ? layer.momentsPerWeight : 0,
    },
    buffers: [layer.w, layer.moments],
    grid: [Math.min(groups(I * O, 64), 4096)],
  });
}

/** Words of a layer's probe: largest |w| (bits), saturated, 64 bins. */
export const PROBE_WORDS = 66;

/** Histogram and saturation into `probe` (cleared beforehand), over [-H, H] or the layer's own range. */
export function histogram(
  { kernels }: Builder,
  layer: LayerParameters,
  ownRange: boolean,
  probe: GPUBuffer,
): Promise<Dispatch[]> {
  const { I, O, H, name } = layer.shape;
  const grid = [Math.min(groups(I * O, 64), 256)] as const;
  const label = `${name}.histogram`;
  return Promise.all([
    kernels.dispatch({
      label,
      source: EXTENT,
      constants: { COUNT: I * O },
      buffers: [layer.w, probe],
      grid,
    }),
    kernels.dispatch({
      label,
      source: HISTOGRAM,
      constants: { COUNT: I * O, H, OWN_RANGE: ownRange },
      buffers: [layer.w, probe],
      grid,
    }),
  ]);
}
