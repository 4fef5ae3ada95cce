/** Which shapes of kernels a run is built from: one profile for GPUs, one for software adapters. */
import type { KernelChoice } from '../experiment/run.ts';
import type { Adapter } from './device.ts';

export interface Profile {
  readonly kernels: Exclude<KernelChoice, 'auto'>;
  /** Columns a workgroup of the per-unit kernels (batch norm), and invocations that share a column. */
  readonly columns: number;
  readonly rows: number;
}

const PROFILES: Record<Profile['kernels'], Profile> = {
  /** Workgroup-memory tiles; many invocations a unit, since a GPU has more of them than a layer has units. */
  tile: { kernels: 'tile', columns: 32, rows: 8 },
  /** One subgroup of four lanes a workgroup, no barriers. */
  quad: { kernels: 'quad', columns: 64, rows: 1 },
};

/** The profile a run asks for; `auto` and what the adapter cannot run give the adapter's own. */
export function profileFor(adapter: Adapter, choice: KernelChoice): Profile {
  if (choice === 'tile' || (choice === 'quad' && adapter.quads)) return PROFILES[choice];
  return PROFILES[adapter.software && adapter.quads ? 'quad' : 'tile'];
}
