/** Which kernels a run is built from, and why those. */
import type { Adapter } from '../gpu/device.ts';
import { profileFor, type Profile } from '../gpu/profile.ts';
import type { KernelOrigin } from './protocol.ts';

export interface KernelChoice {
  readonly profile: Profile;
  readonly origin: KernelOrigin;
  /** What the run asked for; may be `auto`. */
  readonly asked: string;
}

/**
 * The kernels a run was made with, where it says so and this adapter runs them. Where it leaves them
 * open, those that measured fastest, or the adapter's defaults.
 * @param measured the kernels measured for this run on this adapter, null where there are none.
 */
export function chooseKernels(
  adapter: Adapter,
  asked: string,
  layers: number,
  measured: string | null,
): KernelChoice {
  if (asked === 'auto' && measured !== null) {
    const profile = profileFor(adapter, measured, layers);
    if (profile.kernels === measured) return { profile, asked, origin: 'measured' };
  }
  const profile = profileFor(adapter, asked, layers);
  if (asked === 'auto') return { profile, asked, origin: 'default' };
  return { profile, asked, origin: profile.kernels === asked ? 'given' : 'replaced' };
}
