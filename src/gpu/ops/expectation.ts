/** The operations of Expectation BackPropagation around its products (see learning/expectation.ts). */
import biasText from '../../shaders/expect_bias.wgsl?raw';
import signsText from '../../shaders/expect_signs.wgsl?raw';
import unitsText from '../../shaders/expect_units.wgsl?raw';
import weightsText from '../../shaders/expect_weights.wgsl?raw';
import likelihoodText from '../../shaders/likelihood.wgsl?raw';
import multiplyText from '../../shaders/multiply.wgsl?raw';
import squareText from '../../shaders/square.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import type { LayerParameters } from '../layers/parameters.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const SQUARE: KernelSource = {
  name: 'square',
  parts: [{ file: 'square.wgsl', text: squareText }],
  bindings: ['read', 'write'],
};
export const MULTIPLY: KernelSource = {
  name: 'multiply',
  parts: [{ file: 'multiply.wgsl', text: multiplyText }],
  bindings: ['read', 'write'],
};
export const EXPECT_UNITS: KernelSource = {
  name: 'expect_units',
  parts: [LIB.normal, { file: 'expect_units.wgsl', text: unitsText }],
  bindings: ['read', 'read', 'write', 'write', 'write'],
};
export const EXPECT_SIGNS: KernelSource = {
  name: 'expect_signs',
  parts: [{ file: 'expect_signs.wgsl', text: signsText }],
  bindings: ['read', 'read', 'write'],
};
export const LIKELIHOOD: KernelSource = {
  name: 'likelihood',
  parts: [LIB.step, LIB.normal, { file: 'likelihood.wgsl', text: likelihoodText }],
  bindings: ['read', 'read', 'write', 'write'],
};
export const EXPECT_WEIGHTS: KernelSource = {
  name: 'expect_weights',
  parts: [LIB.step, LIB.sign, { file: 'expect_weights.wgsl', text: weightsText }],
  bindings: ['read', 'write', 'write', 'write', 'write', 'write'],
};
export const EXPECT_BIAS: KernelSource = {
  name: 'expect_bias',
  parts: [{ file: 'expect_bias.wgsl', text: biasText }],
  bindings: ['read', 'write'],
};

/** Workgroups of kernels that walk `count` numbers by strides of the grid. */
const strided = (count: number): readonly [number] => [Math.min(groups(count, 64), 4096)];

/** squares [count] = x^2. */
export const square = (
  { kernels }: Builder,
  label: string,
  x: GPUBuffer,
  squares: GPUBuffer,
  count: number,
): Promise<Dispatch> =>
  kernels.dispatch({
    ...{ label, source: SQUARE, constants: { COUNT: count } },
    ...{ buffers: [x, squares], grid: strided(count) },
  });

/** a [count] <- a b. */
export const multiply = (
  { kernels }: Builder,
  label: string,
  a: GPUBuffer,
  b: GPUBuffer,
  count: number,
): Promise<Dispatch> =>
  kernels.dispatch({
    ...{ label, source: MULTIPLY, constants: { COUNT: count } },
    ...{ buffers: [b, a], grid: strided(count) },
  });

export interface UnitsRequest {
  readonly B: number;
  readonly training: boolean;
  /** [B, O]: products of squares. */
  readonly spreads: GPUBuffer;
  /** [B, O]: products of means. In training they give way to what the way back multiplies by. */
  readonly sums: GPUBuffer;
  /** [B, O]: means of units, or scores in the last layer. */
  readonly units: GPUBuffer;
  /** [B, O]: squares of those means, unless in the last layer. */
  readonly squares: GPUBuffer;
}

/** From the sums of a layer's products to its units. */
export function expectUnits(
  { kernels }: Builder,
  { shape: { name, I, O, hidden }, index, affine }: LayerParameters,
  r: UnitsRequest,
): Promise<Dispatch> {
  const COUNT = r.B * O;
  return kernels.dispatch({
    label: `${name}.units`,
    source: EXPECT_UNITS,
    constants: { I, O, COUNT, INPUT: index === 0, LAST: !hidden, TRAINING: r.training },
    buffers: [r.spreads, affine, r.sums, r.units, r.squares],
    grid: strided(COUNT),
  });
}

/** From the sums [B, O] of a layer's products with signs to signs, or in the last layer to scores. */
export function expectSigns(
  { kernels }: Builder,
  { shape: { name, I, O, hidden }, affine }: LayerParameters,
  r: { readonly B: number; readonly sums: GPUBuffer; readonly units: GPUBuffer },
): Promise<Dispatch> {
  const COUNT = r.B * O;
  return kernels.dispatch({
    label: `${name}.signs`,
    source: EXPECT_SIGNS,
    constants: { I, O, COUNT, LAST: !hidden },
    buffers: [r.sums, affine, r.units],
    grid: strided(COUNT),
  });
}

export interface LikelihoodRequest {
  readonly B: number;
  readonly C: number;
  readonly training: boolean;
  /** [B, C] */
  readonly scores: GPUBuffer;
  readonly y: GPUBuffer;
  /** [B, C]: in training multiplied by y n(score) / Phi(y score); else not touched. */
  readonly errors: GPUBuffer;
  readonly metrics: GPUBuffer;
  /** Words of a metrics row; the first is the loss (bits of a float), the second the mistakes. */
  readonly stride: number;
}

/** Loss and mistakes of scores, and the error that goes back. */
export const likelihood = ({ kernels }: Builder, r: LikelihoodRequest): Promise<Dispatch> =>
  kernels.dispatch({
    label: 'likelihood',
    source: LIKELIHOOD,
    constants: { B: r.B, C: r.C, TRAINING: r.training, METRICS: r.stride },
    buffers: [r.scores, r.y, r.errors, r.metrics],
    grid: [1],
  });

export interface WeightsRequest {
  /** [I, O]: twice what is added to h; null: only what follows from h is found anew. */
  readonly dh: GPUBuffer | null;
  readonly means: GPUBuffer;
  readonly spreads: GPUBuffer;
  readonly metrics: GPUBuffer;
  readonly stride: number;
  /** Word of the metrics row where this layer's flips are counted. */
  readonly signFlips: number;
}

/** h <- h + dh / 2, and what the next step propagates of it. */
export function expectWeights(
  { kernels }: Builder,
  { shape: { name, I, O }, index, words, w, moments, wBits }: LayerParameters,
  r: WeightsRequest,
): Promise<Dispatch> {
  return kernels.dispatch({
    label: `${name}.h`,
    source: EXPECT_WEIGHTS,
    constants: {
      ...{ I, O, WORDS: words, INPUT: index === 0, LEARNS: r.dh !== null },
      ...{ METRICS: r.stride, SIGN_FLIPS: r.signFlips },
    },
    // Where nothing is learnt, dh is not read: any buffer that is not bound otherwise does.
    buffers: [r.dh ?? moments, w, r.means, r.spreads, wBits, r.metrics],
    grid: [groups(I * words, 64)],
  });
}

/** bias <- bias + half the sum of errors [B, O]. */
export const expectBias = (
  { kernels }: Builder,
  { shape: { name, O }, affine }: LayerParameters,
  B: number,
  errors: GPUBuffer,
): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${name}.bias`,
    source: EXPECT_BIAS,
    constants: { B, O },
    buffers: [errors, affine],
    grid: [groups(O, 64)],
  });
