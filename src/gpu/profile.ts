/** Which kernels a run is built from: one profile for GPUs, one for software adapters, tuned or not. */
import {
  DEFAULTS,
  formatKernels,
  parseKernels,
  type Family,
  type LayerKernels,
  type VariantId,
} from '../experiment/kernels.ts';
import type { Adapter } from './device.ts';

export interface Profile {
  /** As a run carries it: never `auto`. */
  readonly kernels: string;
  readonly family: Family;
  /** The matrix kernels of a layer, by its index. */
  readonly kernelsOf: (layer: number) => LayerKernels;
  /** Columns a workgroup of the per-unit kernels (batch norm), and invocations that share a column. */
  readonly columns: number;
  readonly rows: number;
  /**
   * Multiplications and additions of a product from which the loops of quad kernels are long: short ones
   * compile many times faster, and are as fast where little is computed.
   */
  readonly longFrom: number;
}

/** See docs/performance.md. */
const LONG_FROM = 64e6;

const SHAPES: Readonly<Record<Family, Pick<Profile, 'columns' | 'rows'>>> = {
  /** Many invocations a unit: a GPU has more of them than a layer has units. */
  tile: { columns: 32, rows: 8 },
  /** No barriers: lanes of a software adapter wait for each other dearly. */
  quad: { columns: 64, rows: 1 },
};

/** The family that suits an adapter. */
export const familyFor = (adapter: Adapter): Family =>
  adapter.software && adapter.quads ? 'quad' : 'tile';

/** True where an adapter has what a variant of a matrix product needs. */
export function runs(adapter: Adapter, id: VariantId): boolean {
  if (id.startsWith('q')) return adapter.quads;
  return adapter.f16 || !id.startsWith('h');
}

/**
 * The profile a run asks for (see experiment/kernels.ts). `auto`, and kernels this adapter does not
 * run, give the adapter's own family.
 */
export function profileFor(adapter: Adapter, choice: string, layers: number): Profile {
  const parsed = parseKernels(choice, layers);
  const asked = parsed.ok ? parsed.value : null;
  const own = { family: familyFor(adapter), tuned: null };
  const runsAll =
    asked !== null &&
    (asked.tuned ?? [DEFAULTS[asked.family]]).every((layer) =>
      Object.values(layer).every((id) => runs(adapter, id)),
    );
  const fits = runsAll && (asked.family !== 'quad' || adapter.quads);
  const kernels = fits ? asked : own;
  return {
    kernels: formatKernels(kernels),
    family: kernels.family,
    kernelsOf: (layer) => kernels.tuned?.[layer] ?? DEFAULTS[kernels.family],
    ...SHAPES[kernels.family],
    longFrom: LONG_FROM,
  };
}
