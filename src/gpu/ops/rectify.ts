/** ReLU and dropout by themselves, forward and back. */
import backwardText from '../../shaders/rectify_backward.wgsl?raw';
import forwardText from '../../shaders/rectify.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

const PARTS = [LIB.step, LIB.philox, LIB.dropout];

export const RECTIFY: KernelSource = {
  name: 'rectify',
  parts: [...PARTS, { file: 'rectify.wgsl', text: forwardText }],
  bindings: ['read', 'write'],
};
export const RECTIFY_BACKWARD: KernelSource = {
  name: 'rectify_backward',
  parts: [...PARTS, { file: 'rectify_backward.wgsl', text: backwardText }],
  bindings: ['read', 'read', 'write'],
};

export interface RectifyShape {
  readonly label: string;
  /** Numbers of a minibatch. */
  readonly count: number;
  /** Keep probability of the dropout behind it, and its site (l after hidden layer l). */
  readonly keep: number;
  readonly site: number;
  /** What ReLU is given. */
  readonly y: GPUBuffer;
}

const constantsOf = ({ count, keep, site }: RectifyShape) => ({
  COUNT: count,
  KEEP: keep,
  SITE: site,
});
const gridOf = ({ count }: RectifyShape) => [Math.min(groups(count, 64), 4096)] as const;

export const rectify = (
  { kernels }: Builder,
  r: RectifyShape,
  output: GPUBuffer,
): Promise<Dispatch> =>
  kernels.dispatch({
    label: r.label,
    source: RECTIFY,
    constants: constantsOf(r),
    buffers: [r.y, output],
    grid: gridOf(r),
    bytes: 8 * r.count,
  });

/** g: in as the gradient behind, out as the gradient at y, `added` included. */
export const rectifyBackward = (
  { kernels }: Builder,
  r: RectifyShape,
  added: GPUBuffer,
  g: GPUBuffer,
): Promise<Dispatch> =>
  kernels.dispatch({
    label: r.label,
    source: RECTIFY_BACKWARD,
    constants: constantsOf(r),
    buffers: [r.y, added, g],
    grid: gridOf(r),
    bytes: 16 * r.count,
  });
