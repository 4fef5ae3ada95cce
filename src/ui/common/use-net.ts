import { useMemo } from 'react';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { planOf } from '../network/plan.ts';
import { usePage } from '../page.ts';

export interface Net {
  /** The edits, or the run's spec with the mode in force now. */
  readonly spec: ExperimentSpec;
  /** Null where the edits do not fit the data. */
  readonly layers: readonly LayerShape[] | null;
  /** Edited: what stands on the device is another one. */
  readonly edited: boolean;
}

/** The net at hand, for panels that look at it from outside. */
export function useNet(): Net {
  const draft = usePage((state) => state.draft);
  const own = usePage((state) => state.run.spec);
  const mode = usePage((state) => state.mode);
  return useMemo(() => {
    const spec = draft ?? { ...own, mode };
    return { spec, layers: planOf(spec).shapes, edited: draft !== null };
  }, [draft, own, mode]);
}

export const NO_NET = 'The edits do not fit their data; the panel on the network says why.';
