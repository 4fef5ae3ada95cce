/**
 * z [O] = x [I] times the weights that propagate, for one example: H sign(w) from bits, or w itself.
 * The products of ops/forward.ts share a weight among many examples; here each is read once, so bits
 * save what a product mostly costs: memory.
 */
import quad from '../../shaders/matvec_quad.wgsl?raw';
import shared from '../../shaders/lib/matvec.wgsl?raw';
import tile from '../../shaders/matvec_tile.wgsl?raw';
import type { Family } from '../../experiment/kernels.ts';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { groups, type Builder } from './builder.ts';

const SHARED = { file: 'lib/matvec.wgsl', text: shared };
const BINDINGS = ['read', 'read', 'read', 'write'] as const;

/** One for GPUs, one of four lanes for software adapters. */
export const MATVEC: Readonly<Record<Family, KernelSource>> = {
  tile: {
    name: 'matvec_tile',
    parts: [SHARED, { file: 'matvec_tile.wgsl', text: tile }],
    bindings: BINDINGS,
  },
  quad: {
    name: 'matvec_quad',
    parts: [SHARED, { file: 'matvec_quad.wgsl', text: quad }],
    bindings: BINDINGS,
    subgroups: true,
  },
};

/** Outputs a workgroup computes, in either kernel. */
const OUTPUTS = 64;

export interface MatvecRequest {
  readonly label: string;
  readonly I: number;
  readonly O: number;
  /** The magnitude H of binary weights, or null to propagate w as stored. */
  readonly H: number | null;
  /** [I] */
  readonly x: GPUBuffer;
  /** [I, O]; not read where H is given. */
  readonly w: GPUBuffer;
  /** [I, ceil(O / 32)] words of sign bits; not read where H is null. */
  readonly wBits: GPUBuffer;
  /** [O] */
  readonly z: GPUBuffer;
}

export function matvec({ kernels, profile }: Builder, r: MatvecRequest): Promise<Dispatch> {
  const { I, O, H } = r;
  const words = Math.ceil(O / 32);
  return kernels.dispatch({
    label: r.label,
    source: MATVEC[profile.family],
    constants: { I, O, SCALE: H ?? 1, BITS: H !== null, WORDS: words },
    buffers: [r.x, r.w, r.wBits, r.z],
    grid: [groups(O, OUTPUTS)],
    flops: 2 * I * O,
    bytes: 4 * (I + O + I * (H === null ? O : words)),
  });
}
