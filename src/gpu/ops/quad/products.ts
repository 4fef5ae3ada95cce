/**
 * The three products of a layer by kernels of four lanes: variants q10 and q20 (forward, and input
 * gradient), q16 and q32 (weight gradient). Those of a pair differ in how long their loops may be, since
 * the instruction caches of processors do. Each function gives null for a variant that is none of them.
 */
import type { VariantId } from '../../../experiment/kernels.ts';
import type { Dispatch } from '../../kernel.ts';
import type { Builder } from '../builder.ts';
import { foldedGrid } from '../product.ts';
import { quadForward } from './forward.ts';
import { quadTurn } from './turn.ts';
import { quadWeightGradient, weightGradientPlan } from './weight-gradient.ts';
import type { Windows } from './windows.ts';

/** Bytes the machine code of a loop may have. */
const CODE: Readonly<Partial<Record<VariantId, number>>> = {
  q10: 44_000,
  q20: 28_000,
  q16: 44_000,
  q32: 28_000,
};

/** The same where so little is computed that compiling it would take longer. */
const SHORT = 8_000;

/** Bytes the loop of a product of so many multiplications and additions may have; null for other variants. */
function codeOf({ profile }: Builder, variant: VariantId, flops: number): number | null {
  const code = CODE[variant];
  if (code === undefined) return null;
  return flops < profile.longFrom ? SHORT : code;
}

/** Maps in a buffer. */
export interface Read {
  readonly buffer: GPUBuffer;
  /** Numbers that may be indexed. */
  readonly length: number;
  /** Where as many zeros lie as a pixel has channels; null where no window hangs over an edge. */
  readonly zero: number | null;
}

interface Common {
  readonly label: string;
  readonly variant: VariantId;
  readonly windows: Windows;
  readonly flops: number;
  readonly bytes: number;
}

export interface QuadProduct extends Common {
  /** The magnitude H of binary weights, or null for real ones. */
  readonly H: number | null;
  readonly x: Read;
  /** Sign bits where H is given, else real weights. */
  readonly weights: GPUBuffer;
  readonly z: GPUBuffer;
}

/** Windows of x times weights. */
export function quadProduct(builder: Builder, r: QuadProduct): Promise<Dispatch> | null {
  const code = codeOf(builder, r.variant, r.flops);
  if (code === null) return null;
  const { length, zero } = r.x;
  const { source, groups } = quadForward({
    windows: r.windows,
    ...{ length, zero, bits: r.H !== null, code },
  });
  return builder.kernels.dispatch({
    label: r.label,
    source,
    constants: { SCALE: r.H ?? 1 },
    buffers: [r.x.buffer, r.weights, r.z],
    grid: foldedGrid(...groups),
    flops: r.flops,
    bytes: r.bytes,
  });
}

/** Words of scratch memory quadInputGradient needs: the weights turned round, at most as many as there are. */
export const turnedWords = (
  { I, O }: { readonly I: number; readonly O: number },
  variant: VariantId,
): number => (variant in CODE ? I * O : 0);

/**
 * Windows of dz times the weights turned round: `windows` are those of the gradient, `weights` those of
 * the layer.
 */
export function quadInputGradient(
  builder: Builder,
  { scratch, ...r }: QuadProduct & { readonly scratch: GPUBuffer },
): Promise<Dispatch[]> | null {
  const product = quadProduct(builder, { ...r, weights: scratch });
  if (product === null) return null;
  const { from, to, kernel } = r.windows;
  const bits = r.H !== null;
  const shape = { kernel, channels: to.channels, O: from.channels };
  const { groups, ...kernelOf } = quadTurn({ ...shape, bits });
  const rows = kernel ** 2 * shape.channels;
  const turn = builder.kernels.dispatch({
    ...kernelOf,
    label: `${r.label}.turn`,
    buffers: [r.weights, scratch],
    grid: foldedGrid(...groups),
    bytes: 8 * rows * (bits ? Math.ceil(shape.O / 32) : shape.O),
  });
  return Promise.all([turn, product]);
}

export interface QuadGradient extends Common {
  readonly x: Read;
  readonly dz: Read;
  /** [splits, I, O] */
  readonly dwb: GPUBuffer;
  readonly splits: number;
}

/** The transposed windows of x times dz. */
export function quadGradient(builder: Builder, r: QuadGradient): Promise<Dispatch> | null {
  const code = codeOf(builder, r.variant, r.flops);
  if (code === null) return null;
  const { source, groups } = quadWeightGradient({
    windows: r.windows,
    x: { length: r.x.length, zero: r.x.zero },
    dz: { length: r.dz.length, zero: r.dz.zero },
    ...{ code, splits: r.splits },
  });
  return builder.kernels.dispatch({
    label: r.label,
    source,
    constants: {},
    buffers: [r.x.buffer, r.dz.buffer, r.dwb],
    grid: foldedGrid(...groups),
    flops: r.flops,
    bytes: r.bytes,
  });
}

/** Workgroups that quadGradient has for each split, or null. */
export function quadGradientWorkgroups(windows: Windows, variant: VariantId): number | null {
  const code = CODE[variant];
  return code === undefined ? null : weightGradientPlan(windows, code).workgroups;
}
