/** The products of a dense layer whose weights drop out, each example's by masks of its own. */
import masksText from '../../shaders/drop_masks.wgsl?raw';
import maskedLib from '../../shaders/lib/masked.wgsl?raw';
import forwardText from '../../shaders/masked_forward.wgsl?raw';
import inputText from '../../shaders/masked_input_gradient.wgsl?raw';
import weightText from '../../shaders/masked_weight_gradient.wgsl?raw';
import type { Keep } from '../../experiment/drop-connect.ts';
import { streamOf } from '../../experiment/random.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

const MASKED = { file: 'lib/masked.wgsl', text: maskedLib };

export const DROP_MASKS: KernelSource = {
  name: 'drop_masks',
  parts: [LIB.step, LIB.philox, { file: 'drop_masks.wgsl', text: masksText }],
  bindings: ['write'],
};
export const MASKED_FORWARD: KernelSource = {
  name: 'masked_forward',
  parts: [MASKED, { file: 'masked_forward.wgsl', text: forwardText }],
  bindings: ['read', 'read', 'read', 'read', 'write'],
};
export const MASKED_INPUT_GRADIENT: KernelSource = {
  name: 'masked_input_gradient',
  parts: [MASKED, { file: 'masked_input_gradient.wgsl', text: inputText }],
  bindings: ['read', 'read', 'read', 'read', 'write'],
};
export const MASKED_WEIGHT_GRADIENT: KernelSource = {
  name: 'masked_weight_gradient',
  parts: [MASKED, { file: 'masked_weight_gradient.wgsl', text: weightText }],
  bindings: ['read', 'read', 'read', 'write'],
};

export interface MaskedShape {
  readonly label: string;
  readonly B: number;
  readonly I: number;
  readonly O: number;
}

/** Workgroups of a grid that one invocation walks along at most. */
const MOST_GROUPS = 4096;

/** Masks of the step at hand into `masks`, [B, I, ceil(O / 32)] words. */
export function dropMasks(
  { kernels }: Builder,
  { label, B, I, O }: MaskedShape,
  layer: number,
  keep: Keep,
  masks: GPUBuffer,
): Promise<Dispatch> {
  const count = B * I * Math.ceil(O / 32);
  return kernels.dispatch({
    label: `${label}.masks`,
    source: DROP_MASKS,
    constants: {
      COUNT: count,
      NUMERATOR: keep.numerator,
      DIGITS: keep.digits,
      STREAM: streamOf('dropConnect', layer),
    },
    buffers: [masks],
    grid: [Math.min(groups(count, 256), MOST_GROUPS)],
    bytes: 4 * count,
  });
}

export interface MaskedProduct extends MaskedShape {
  /** The magnitude H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  readonly w: GPUBuffer;
  readonly wBits: GPUBuffer;
  readonly masks: GPUBuffer;
}

const constantsOf = ({ B, I, O }: MaskedShape, H: number | null) => ({
  ...{ B, I, O, SCALE: H ?? 1, BITS: H !== null },
});
const flopsOf = ({ B, I, O }: MaskedShape): number => 2 * B * I * O;

/** z [B, O] of x [B, I]. */
export const maskedForward = (
  { kernels }: Builder,
  r: MaskedProduct & { readonly x: GPUBuffer; readonly z: GPUBuffer },
): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${r.label}.forward`,
    source: MASKED_FORWARD,
    constants: constantsOf(r, r.H),
    buffers: [r.x, r.w, r.wBits, r.masks, r.z],
    grid: [groups(Math.ceil(r.B / 4) * Math.ceil(r.O / 8), 64)],
    flops: flopsOf(r),
  });

/** dx [B, I] of dz [B, O]. */
export const maskedInputGradient = (
  { kernels }: Builder,
  r: MaskedProduct & { readonly dz: GPUBuffer; readonly dx: GPUBuffer },
): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${r.label}.dx`,
    source: MASKED_INPUT_GRADIENT,
    constants: constantsOf(r, r.H),
    buffers: [r.dz, r.w, r.wBits, r.masks, r.dx],
    grid: [groups(Math.ceil(r.B / 4) * Math.ceil(r.I / 4), 64)],
    flops: flopsOf(r),
  });

/** dwb [I, O] of x [B, I] and dz [B, O]. */
export const maskedWeightGradient = (
  { kernels }: Builder,
  r: MaskedShape & {
    readonly masks: GPUBuffer;
    readonly x: GPUBuffer;
    readonly dz: GPUBuffer;
    readonly dwb: GPUBuffer;
  },
): Promise<Dispatch> =>
  kernels.dispatch({
    label: `${r.label}.dwb`,
    source: MASKED_WEIGHT_GRADIENT,
    constants: constantsOf(r, null),
    buffers: [r.x, r.dz, r.masks, r.dwb],
    grid: [groups(Math.ceil(r.I / 4) * Math.ceil(r.O / 8), 64)],
    flops: flopsOf(r),
  });
