/** What every operation is built with. */
import type { Kernels } from '../kernel.ts';
import type { Profile } from '../profile.ts';

export interface Builder {
  readonly kernels: Kernels;
  readonly profile: Profile;
}

/** Workgroups over n items, `size` each. */
export const groups = (n: number, size: number): number => Math.ceil(n / size);
